//! [`Log`]: what a guest writes to its standard output and error, cut at a limit.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::{
    cli::{IsTerminal, StdoutStream},
    p2::{OutputStream, Pollable, StreamResult},
};

/// Bytes that a guest may write at once.
const PERMIT: usize = 64 << 10;

#[derive(Debug)]
struct Buffer {
    text: Vec<u8>,
    limit: usize,
    dropped: u64,
}

/// Where a guest's output goes. Clones write to the same place.
#[derive(Clone, Debug)]
pub(crate) struct Log(Arc<Mutex<Buffer>>);

impl Log {
    pub(crate) fn new(limit: usize) -> Self {
        Self(Arc::new(Mutex::new(Buffer { text: Vec::new(), limit, dropped: 0 })))
    }

    /// What was written since the last call, as text; says how much was cut off.
    pub(crate) fn take(&self) -> Option<String> {
        let mut buffer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buffer.text.is_empty() && buffer.dropped == 0 {
            return None;
        }
        // What was taken counts against the limit, which is one of the instance.
        buffer.limit -= buffer.text.len();
        let mut text = String::from_utf8_lossy(&std::mem::take(&mut buffer.text)).into_owned();
        let dropped = std::mem::take(&mut buffer.dropped);
        if dropped > 0 {
            text.push_str(&format!("\n[{dropped} bytes more were cut off; hint: `limits.log` sets how much is kept]"));
        }
        Some(text)
    }

    fn append(&self, bytes: &[u8]) {
        let mut buffer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = bytes.len().min(buffer.limit - buffer.text.len());
        let (kept, dropped) = bytes.split_at(kept);
        buffer.text.extend_from_slice(kept);
        buffer.dropped += dropped.len() as u64;
    }
}

impl IsTerminal for Log {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Log {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl AsyncWrite for Log {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.append(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl OutputStream for Log {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.append(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(PERMIT)
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Log {
    async fn ready(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_is_cut_at_the_limit_and_says_so() {
        let log = Log::new(5);
        log.append(b"abc");
        assert_eq!(log.take().unwrap(), "abc");
        log.append(b"defg");
        assert!(log.take().unwrap().starts_with("de\n[2 bytes more were cut off"));
        assert_eq!(log.take(), None);
    }
}

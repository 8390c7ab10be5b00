//! [`Capture`]: the first part of a stream. The rest is read and dropped, so that the writer does not wait for ever.

use tokio::io::{AsyncRead, AsyncReadExt};

use crate::secrets::Secrets;

/// The first part of a stream.
#[derive(Debug)]
pub(crate) struct Capture {
    bytes: Vec<u8>,
    /// How many of them are shown.
    limit: usize,
    /// How many are kept, so that a secret at the end is recognised.
    keep: usize,
    more: bool,
}

impl Capture {
    /// Of at most `limit` bytes.
    pub(crate) fn new(limit: usize, secrets: &Secrets) -> Self {
        Self { bytes: Vec::new(), limit, keep: limit.saturating_add(secrets.longest()), more: false }
    }

    /// Reads to the end. When the future is dropped, what was read stays.
    pub(crate) async fn read(&mut self, stream: Option<impl AsyncRead + Unpin>) {
        let Some(mut stream) = stream else { return };
        let mut buffer = vec![0; 64 << 10];
        while let Ok(count @ 1..) = stream.read(&mut buffer).await {
            let room = self.keep.saturating_sub(self.bytes.len());
            self.bytes.extend(buffer.iter().take(count.min(room)));
            self.more |= count > room;
        }
    }

    /// There was more than is shown.
    pub(crate) fn is_truncated(&self) -> bool {
        self.more || self.bytes.len() > self.limit
    }

    /// With secrets redacted.
    pub(crate) fn redacted(&self, secrets: &Secrets) -> Vec<u8> {
        secrets.redact_first(&self.bytes, self.limit.min(self.bytes.len()))
    }
}

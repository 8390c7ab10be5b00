//! [`Pool`]: the idle connections of one target, and [`Connection`]: one of them in use.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Poll},
    time::Duration,
};

use hyper::{
    Request, Response,
    body::Incoming,
    client::conn::{TrySendError, http1},
};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, timeout},
};

use crate::forward::Upload;

/// Below what applications keep (Node: 5 s), so that it is rarely the target that closes first.
const IDLE: Duration = Duration::from_secs(4);

/// How long making a connection may take; targets are near.
const CONNECT: Duration = Duration::from_secs(2);

/// Idle connections of one target.
#[derive(Default)]
pub(crate) struct Pool(Mutex<Idle>);

#[derive(Default)]
struct Idle {
    connections: Vec<(Connection, Instant)>,
    closed: bool,
}

impl Pool {
    /// One that can be used at once; the one used last, so that others can become old.
    pub(crate) fn take(&self) -> Option<Connection> {
        let mut idle = self.lock();
        let now = Instant::now();
        let usable = |(connection, since): &(Connection, Instant)| {
            connection.sender.is_ready() && now.duration_since(*since) < IDLE
        };
        let at = idle.connections.iter().rposition(usable)?;
        let (mut connection, _) = idle.connections.remove(at);
        connection.reused = true;
        Some(connection)
    }

    /// For the next request, unless its target left the table.
    pub(crate) fn put(&self, connection: Connection) {
        let mut idle = self.lock();
        if !idle.closed && !connection.sender.is_closed() {
            idle.connections.push((connection, Instant::now()));
        }
    }

    /// Closes those that are too old, or that the target closed.
    pub(crate) fn sweep(&self) {
        let now = Instant::now();
        self.lock()
            .connections
            .retain(|(connection, since)| !connection.sender.is_closed() && now.duration_since(*since) < IDLE);
    }

    /// Closes all, now and when they become idle.
    pub(crate) fn close(&self) {
        let mut idle = self.lock();
        idle.closed = true;
        idle.connections.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Idle> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection to a target, for one request at a time. Closed when dropped.
pub(crate) struct Connection {
    sender: http1::SendRequest<Upload>,
    heard: Arc<AtomicBool>,
    /// Whether it had a request before.
    pub(crate) reused: bool,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> io::Result<Self> {
        let late = |_| io::Error::new(io::ErrorKind::TimedOut, format!("no connection in {} s", CONNECT.as_secs()));
        let stream = timeout(CONNECT, TcpStream::connect(address)).await.map_err(late)??;
        stream.set_nodelay(true)?;
        let heard = Arc::new(AtomicBool::new(false));
        let stream = Listening { stream, heard: Arc::clone(&heard) };
        let (sender, connection) =
            http1::Builder::new().handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        // What goes wrong is told to the request.
        tokio::spawn(connection.with_upgrades());
        Ok(Self { sender, heard, reused: false })
    }

    /// The error has the request where not a byte of it was sent.
    pub(crate) async fn send(
        &mut self,
        request: Request<Upload>,
    ) -> Result<Response<Incoming>, TrySendError<Request<Upload>>> {
        self.heard.store(false, Relaxed);
        self.sender.try_send_request(request).await
    }

    /// Whether the target sent a byte since the last request.
    pub(crate) fn heard(&self) -> bool {
        self.heard.load(Relaxed)
    }
}

/// A stream that notes when there was something to read: hyper does not tell an answer that began from one that did not.
struct Listening {
    stream: TcpStream,
    heard: Arc<AtomicBool>,
}

impl AsyncRead for Listening {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.heard.store(true, Relaxed);
        }
        polled
    }
}

impl AsyncWrite for Listening {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

//! [`Front`]: connections of clients, from where they are accepted to their end.

use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use hyper::{Request, Version, body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};

use crate::{forward::forward, headers::Peer, shared::Shared, tls::Certificates};

/// How long the head of a request may take, and a connection be idle.
const HEAD: Duration = Duration::from_secs(30);

/// How long securing a connection may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// The largest head of a request, in bytes.
const LARGEST_HEAD: u32 = 64 << 10;

/// How long a connection must be quiet before it is closed at the end. Its next answer tells the client to close it; a
/// request that is under way while we close would be lost.
const QUIET: Duration = Duration::from_secs(2);

/// Takes connections of clients.
pub(crate) struct Front {
    shared: Arc<Shared>,
    tls: Option<Arc<Certificates>>,
    http: Builder<TokioExecutor>,
}

/// What a connection was seen to do.
#[derive(Default)]
struct Seen {
    request: AtomicBool,
    http2: AtomicBool,
}

impl Front {
    pub(crate) fn new(shared: Arc<Shared>, tls: Option<Arc<Certificates>>) -> Self {
        let mut http = Builder::new(TokioExecutor::new());
        http.http1().timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(LARGEST_HEAD as usize);
        http.http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(HEAD)
            .max_header_list_size(LARGEST_HEAD)
            .max_concurrent_streams(256);
        Self { shared, tls, http }
    }

    /// Until the proxy ends.
    pub(crate) async fn accept(self: Arc<Self>, listener: Arc<TcpListener>) {
        loop {
            let accepted = tokio::select! {
                () = self.shared.ending.cancelled() => return,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, client)) => {
                    let front = Arc::clone(&self);
                    let killed = self.shared.killed.clone();
                    let attended = async move { front.attend(stream, client).await };
                    self.shared.tasks.spawn(killed.run_until_cancelled_owned(attended));
                }
                Err(error) => {
                    // Mostly too many open files: others end meanwhile.
                    tracing::warn!(%error, "cannot accept a connection");
                    sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    async fn attend(&self, stream: TcpStream, client: SocketAddr) {
        // Without it, small answers wait for each other; no reason not to serve.
        let _ = stream.set_nodelay(true);
        let peer = Peer { address: client.ip(), secure: self.tls.is_some() };
        match &self.tls {
            None => self.serve(stream, peer).await,
            Some(tls) => match timeout(HANDSHAKE, tls.acceptor().accept(stream)).await {
                Ok(Ok(stream)) => self.serve(stream, peer).await,
                Ok(Err(error)) => tracing::debug!(%client, %error, "no secure connection"),
                Err(_) => tracing::debug!(%client, "no secure connection in time"),
            },
        }
    }

    async fn serve(&self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, peer: Peer) {
        let seen = Arc::new(Seen::default());
        let service = service_fn(|request: Request<Incoming>| {
            seen.request.store(true, Relaxed);
            seen.http2.store(request.version() == Version::HTTP_2, Relaxed);
            let shared = Arc::clone(&self.shared);
            async move { Ok::<_, Infallible>(forward(&shared, request, peer).await) }
        });
        let mut connection = pin!(self.http.serve_connection_with_upgrades(TokioIo::new(stream), service));
        // Which protocol it speaks is not known before it says something, nor has hyper a limit until then.
        let silent = async {
            sleep(HEAD).await;
            if seen.request.load(Relaxed) {
                std::future::pending::<()>().await;
            }
        };
        let ended = tokio::select! {
            // Clients end connections as they like.
            _ = connection.as_mut() => true,
            () = silent => true,
            () = self.shared.ending.cancelled() => false,
        };
        if ended {
            return;
        }
        if !seen.http2.load(Relaxed) {
            tokio::select! {
                _ = connection.as_mut() => return,
                () = sleep(QUIET) => (),
            }
        }
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }
}

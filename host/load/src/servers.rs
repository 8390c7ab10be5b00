//! [`Server`]: a real service in the test process, over TLS or without, that answers each request as a test wants.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use bytes::Bytes;
use h2::{Reason, server::SendResponse};
use http_body_util::Full;
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivatePkcs8KeyDer},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    runtime::Builder,
    task::{LocalSet, spawn_local},
    time::sleep,
};
use tokio_rustls::TlsAcceptor;

/// What the service does with a request.
#[derive(Clone, Copy)]
pub(crate) enum Act {
    Answer(u16),
    AnswerAfter(Duration),
    /// HTTP/2: the stream is reset with this reason. HTTP/1.1: the connection ends without an answer.
    Reset(Reason),
    /// HTTP/2: answers, and announces that it takes no more on this connection.
    GoAway,
}

/// A service that runs until the test process ends.
pub(crate) struct Server {
    pub(crate) url: String,
    /// Its own, which nobody trusts but who is told to.
    pub(crate) certificate: CertificateDer<'static>,
    connections: Arc<AtomicU64>,
}

impl Server {
    /// Speaks one of these protocols of ALPN over TLS. `act` gets the number of the request.
    pub(crate) fn over_tls(protocols: &[&str], act: impl Fn(u64) -> Act + Send + Sync + 'static) -> Self {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let certificate = CertificateDer::from(made.cert);
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        let mut config = builder.with_single_cert(vec![certificate.clone()], key.into()).unwrap();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let connections = Arc::new(AtomicU64::new(0));
        let service = Service {
            tls: TlsAcceptor::from(Arc::new(config)),
            act: Arc::new(act),
            requests: Arc::default(),
            connections: Arc::clone(&connections),
        };
        Self { url: format!("https://{}/", service.start()), certificate, connections }
    }

    /// How many it had.
    pub(crate) fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }
}

#[derive(Clone)]
struct Service {
    tls: TlsAcceptor,
    act: Arc<dyn Fn(u64) -> Act + Send + Sync>,
    requests: Arc<AtomicU64>,
    connections: Arc<AtomicU64>,
}

impl Service {
    fn start(self) -> SocketAddr {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            LocalSet::new().block_on(&runtime, self.listen(listener));
        });
        address
    }

    async fn listen(self, listener: std::net::TcpListener) {
        let listener = TcpListener::from_std(listener).unwrap();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let service = self.clone();
            spawn_local(async move {
                // Who does not trust the certificate ends the handshake.
                let Ok(stream) = service.tls.accept(stream).await else { return };
                service.connections.fetch_add(1, Ordering::Relaxed);
                match stream.get_ref().1.alpn_protocol() {
                    Some(b"h2") => service.http2(stream).await,
                    _ => service.http1(stream).await,
                }
            });
        }
    }

    fn next(&self) -> Act {
        (self.act)(self.requests.fetch_add(1, Ordering::Relaxed))
    }

    async fn http1(self, stream: impl AsyncRead + AsyncWrite + Unpin + 'static) {
        let answer = service_fn(|_: Request<Incoming>| async {
            let status = match self.next() {
                Act::Answer(status) => status,
                Act::AnswerAfter(time) => {
                    sleep(time).await;
                    200
                }
                Act::Reset(_) | Act::GoAway => return Err("the connection ends"),
            };
            Ok(Response::builder().status(status).body(Full::new(Bytes::from_static(b"ok"))).unwrap())
        });
        // It ends with the client, or by an answer that is an error.
        let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
    }

    async fn http2(self, stream: impl AsyncRead + AsyncWrite + Unpin + 'static) {
        let Ok(mut connection) = h2::server::handshake(stream).await else { return };
        while let Some(Ok((_, respond))) = connection.accept().await {
            match self.next() {
                Act::Answer(status) => respond_with(respond, status),
                Act::AnswerAfter(time) => {
                    spawn_local(async move {
                        sleep(time).await;
                        respond_with(respond, 200);
                    });
                }
                Act::Reset(reason) => reset(respond, reason),
                Act::GoAway => {
                    respond_with(respond, 200);
                    connection.graceful_shutdown();
                }
            }
        }
    }
}

/// The client may be gone.
fn respond_with(mut respond: SendResponse<Bytes>, status: u16) {
    let response = Response::builder().status(status).body(()).unwrap();
    if let Ok(mut body) = respond.send_response(response, false) {
        let _ = body.send_data(Bytes::from_static(b"ok"), true);
    }
}

fn reset(mut respond: SendResponse<Bytes>, reason: Reason) {
    respond.send_reset(reason);
}

//! [`Connections`]: connections to the target, and one request on one of them.

use std::{
    cell::{Cell, RefCell},
    io,
    rc::Rc,
    sync::Arc,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    Version,
    client::conn::{http1, http2},
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::{ClientConfig, crypto::ring};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    task::spawn_local,
};
use tokio_rustls::TlsConnector;

use crate::{plan::LoadError, target::Target};

/// Requests at once on one connection of HTTP/2: what servers allow at least (RFC 9113, 6.5.2).
const STREAMS: u32 = 100;

/// What a connection was opened for.
pub(crate) enum Connection {
    /// For one request at a time.
    Http1(http1::SendRequest<Full<Bytes>>),
    /// A part of one that several share.
    Http2(Shared),
}

/// A connection of HTTP/2, and how many use it.
#[derive(Clone)]
pub(crate) struct Shared {
    sender: http2::SendRequest<Full<Bytes>>,
    users: Rc<Cell<u32>>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Self::Http2(shared) = self {
            shared.users.set(shared.users.get().saturating_sub(1));
        }
    }
}

/// Opens connections.
pub(crate) struct Connections {
    target: Target,
    tls: Option<TlsConnector>,
    shared: RefCell<Vec<Shared>>,
}

impl Connections {
    pub(crate) fn new(target: Target) -> Result<Self, LoadError> {
        let tls = match target.server_name {
            Some(_) => Some(TlsConnector::from(Arc::new(client()?))),
            None => None,
        };
        Ok(Self { target, tls, shared: RefCell::default() })
    }

    pub(crate) async fn open(&self) -> io::Result<Connection> {
        if let Some(shared) = self.free() {
            return Ok(Connection::Http2(shared));
        }
        let stream = TcpStream::connect((self.target.host.as_str(), self.target.port)).await?;
        stream.set_nodelay(true)?;
        let (Some(tls), Some(name)) = (&self.tls, &self.target.server_name) else { return http1(stream).await };
        let stream = tls.connect(name.clone(), stream).await?;
        if stream.get_ref().1.alpn_protocol() == Some(b"h2") { self.http2(stream).await } else { http1(stream).await }
    }

    fn free(&self) -> Option<Shared> {
        let mut all = self.shared.borrow_mut();
        all.retain(|shared| !shared.sender.is_closed());
        let free = all.iter().find(|shared| shared.users.get() < STREAMS)?;
        free.users.set(free.users.get() + 1);
        Some(free.clone())
    }

    async fn http2(&self, stream: impl AsyncRead + AsyncWrite + Unpin + 'static + Send) -> io::Result<Connection> {
        let (sender, connection) =
            http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.map_err(io::Error::other)?;
        spawn_local(connection);
        let shared = Shared { sender, users: Rc::new(Cell::new(1)) };
        self.shared.borrow_mut().push(shared.clone());
        Ok(Connection::Http2(shared))
    }

    /// Sends the request, and reads all of the answer. Gives its status, and whether the connection can be used again.
    pub(crate) async fn request(&self, connection: &mut Connection) -> Result<(u16, bool), hyper::Error> {
        let mut response = match connection {
            Connection::Http1(sender) => {
                sender.ready().await?;
                sender.send_request(self.target.request(Version::HTTP_11)).await?
            }
            Connection::Http2(shared) => shared.sender.send_request(self.target.request(Version::HTTP_2)).await?,
        };
        while let Some(frame) = response.frame().await {
            frame?;
        }
        let usable = match connection {
            Connection::Http1(sender) => !sender.is_closed(),
            Connection::Http2(shared) => !shared.sender.is_closed(),
        };
        Ok((response.status().as_u16(), usable))
    }

    pub(crate) fn target(&self) -> &Target {
        &self.target
    }
}

async fn http1(stream: impl AsyncRead + AsyncWrite + Unpin + 'static) -> io::Result<Connection> {
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    spawn_local(connection);
    Ok(Connection::Http1(sender))
}

fn client() -> Result<ClientConfig, LoadError> {
    let failed = |error: rustls::Error| LoadError::Machine(error.to_string());
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(failed)?;
    let mut client = builder.with_platform_verifier().map_err(failed)?.with_no_client_auth();
    client.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(client)
}

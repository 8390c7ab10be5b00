//! [`Proxy`]: a proxy in the test process, and [`Browser`]: a client that keeps its connection.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{HeaderMap, Request, Response, body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use sdlc_proxy::{
    control::{Client, Status, Table},
    error::Error,
    serve::{Options, Start, serve},
};
use tempfile::TempDir;
use tokio::{net::TcpStream, task::JoinHandle, time::sleep};
use tokio_util::sync::CancellationToken;

/// Until it holds; not a bar, but an end to a test that hangs.
pub(crate) async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..3_000 {
        if let Some(found) = look().await {
            return found;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("{what} never came");
}

pub(crate) fn options(directory: &Path) -> Options {
    Options {
        listen: vec!["127.0.0.1:0".parse().unwrap()],
        tls: None,
        directory: directory.join("proxy"),
        metrics: Some("127.0.0.1:0".parse().unwrap()),
        drain_timeout: Duration::from_secs(20),
        start: Start::Alone,
    }
}

/// Of a proxy in this directory.
pub(crate) fn socket(directory: &TempDir) -> PathBuf {
    directory.path().join("proxy/control.sock")
}

pub(crate) struct Proxy {
    pub(crate) directory: TempDir,
    pub(crate) client: Client,
    pub(crate) stop: CancellationToken,
    pub(crate) running: JoinHandle<Result<(), Error>>,
    pub(crate) address: SocketAddr,
}

impl Proxy {
    pub(crate) async fn start() -> Self {
        Self::with(|_| ()).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Options)) -> Self {
        Self::again(tempfile::tempdir().unwrap(), change).await
    }

    /// In a directory that has been used.
    pub(crate) async fn again(directory: TempDir, change: impl FnOnce(&mut Options)) -> Self {
        let mut options = options(directory.path());
        change(&mut options);
        let stop = CancellationToken::new();
        let running = tokio::spawn(serve(options, stop.clone()));
        let client = eventually("the proxy", async || {
            assert!(!running.is_finished(), "the proxy ended");
            Client::connect(socket(&directory)).await.ok()
        });
        let client = client.await;
        let address = client.status().await.unwrap().listening[0];
        Self { directory, client, stop, running, address }
    }

    pub(crate) async fn applied(table: Table) -> Self {
        let proxy = Self::start().await;
        proxy.apply(table).await;
        proxy
    }

    /// In place of whichever table there is, and waits until all targets are healthy.
    pub(crate) async fn apply(&self, table: Table) {
        let status = self.client.status().await.unwrap();
        self.client.apply(status.revision, table).await.unwrap();
        self.until("healthy targets", |status| {
            status.slots.iter().flat_map(|slot| &slot.targets).all(|target| target.healthy)
        })
        .await;
    }

    pub(crate) async fn until(&self, what: &str, holds: impl Fn(&Status) -> bool) -> Status {
        eventually(what, async || {
            let status = self.client.status().await.unwrap();
            holds(&status).then_some(status)
        })
        .await
    }

    pub(crate) async fn browser(&self) -> Browser {
        Browser::connect(self.address).await
    }

    /// Asks with a connection of its own.
    pub(crate) async fn get(&self, path: &str) -> (u16, String) {
        self.browser().await.get(path).await
    }

    pub(crate) async fn end(self) -> TempDir {
        self.stop.cancel();
        self.running.await.unwrap().unwrap();
        self.directory
    }
}

/// A client that keeps its connection as long as it can.
pub(crate) struct Browser {
    address: SocketAddr,
    sender: http1::SendRequest<Full<Bytes>>,
    pub(crate) connections: u64,
    pub(crate) headers: HeaderMap,
}

impl Browser {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self { address, sender: connect(address).await, connections: 1, headers: HeaderMap::new() }
    }

    pub(crate) async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, hyper::Error> {
        if self.sender.ready().await.is_err() {
            self.sender = connect(self.address).await;
            self.connections += 1;
        }
        self.sender.send_request(request).await
    }

    pub(crate) async fn try_get(&mut self, path: &str) -> Result<(u16, String), hyper::Error> {
        let mut request = Request::get(path).header("host", "shop.example").body(Full::default()).unwrap();
        for (name, value) in &self.headers {
            request.headers_mut().insert(name, value.clone());
        }
        let response = self.send(request).await?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await?.to_bytes();
        Ok((status, String::from_utf8(body.to_vec()).unwrap()))
    }

    pub(crate) async fn get(&mut self, path: &str) -> (u16, String) {
        self.try_get(path).await.unwrap()
    }
}

async fn connect(address: SocketAddr) -> http1::SendRequest<Full<Bytes>> {
    let stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection.with_upgrades());
    sender
}

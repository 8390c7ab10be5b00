//! Targets: [`Target`] is an application, [`Raw`] one that breaks the rules.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Full, StreamBody, combinators::BoxBody};
use hyper::{Request, Response, body::Frame, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use sdlc_proxy::control::{Health, Probe, Slot, Table};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinHandle,
    time::sleep,
};

pub(crate) type Content = BoxBody<Bytes, hyper::Error>;

/// What a target saw, and what it waits for.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) requests: AtomicU64,
    pub(crate) connections: AtomicU64,
    pub(crate) sick: AtomicBool,
    /// Lets those that ask for `/wait` go on, one each.
    pub(crate) go: Notify,
    pub(crate) waiting: AtomicU64,
    pub(crate) heads: Mutex<Vec<String>>,
}

/// An application; ends when it is dropped, with its connections.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    pub(crate) address: SocketAddr,
    pub(crate) seen: Arc<Seen>,
    running: JoinHandle<()>,
}

impl Drop for Target {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl Target {
    pub(crate) async fn start(name: &'static str) -> Self {
        Self::at(name, "127.0.0.1:0".parse().unwrap()).await
    }

    pub(crate) async fn at(name: &'static str, address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let (address, seen) = (listener.local_addr().unwrap(), Arc::<Seen>::default());
        let running = tokio::spawn(listen(listener, name, Arc::clone(&seen)));
        Self { name, address, seen, running }
    }

    pub(crate) fn requests(&self) -> u64 {
        self.seen.requests.load(SeqCst)
    }

    pub(crate) fn target(&self) -> sdlc_proxy::control::Target {
        sdlc_proxy::control::Target { id: self.name.to_owned(), address: self.address }
    }
}

async fn listen(listener: TcpListener, name: &'static str, seen: Arc<Seen>) {
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        seen.connections.fetch_add(1, SeqCst);
        let seen = Arc::clone(&seen);
        let service = service_fn(move |request| {
            let seen = Arc::clone(&seen);
            async move { Ok::<_, Infallible>(answer(request, name, &seen).await) }
        });
        connections.spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades());
    }
}

fn full(text: impl Into<Bytes>) -> Content {
    Full::new(text.into()).map_err(|never| match never {}).boxed()
}

async fn answer(mut request: Request<Incoming>, name: &'static str, seen: &Arc<Seen>) -> Response<Content> {
    let path = request.uri().path().to_owned();
    if path == "/health" {
        let status = if seen.sick.load(SeqCst) { 503 } else { 200 };
        return Response::builder().status(status).body(full(format!("{name} is here"))).unwrap();
    }
    seen.requests.fetch_add(1, SeqCst);
    seen.heads.lock().unwrap().push(format!("{} {} {:?}", request.method(), request.uri(), request.headers()));
    match path.as_str() {
        "/slow" => sleep(Duration::from_millis(30)).await,
        "/wait" => {
            seen.waiting.fetch_add(1, SeqCst);
            seen.go.notified().await;
        }
        "/echo" => return Response::new(request.into_body().boxed()),
        "/many" => {
            let part = Bytes::from(vec![b'x'; 64 << 10]);
            let parts = (0..1024).map(move |_| Ok(Frame::data(part.clone())));
            return Response::new(BodyExt::boxed(StreamBody::new(Parts(parts))));
        }
        "/events" => {
            // The first event at once; the end when somebody lets it go.
            let (sender, receiver) = tokio::sync::mpsc::channel(1);
            sender.send(Bytes::from("data: 1\n\n")).await.unwrap();
            let seen = Arc::clone(seen);
            tokio::spawn(async move {
                seen.go.notified().await;
                drop(sender);
            });
            let events = StreamBody::new(Channel(receiver));
            return Response::builder().header("content-type", "text/event-stream").body(events.boxed()).unwrap();
        }
        "/upgrade" => {
            let upgraded = hyper::upgrade::on(&mut request);
            tokio::spawn(async move {
                let mut stream = TokioIo::new(upgraded.await.unwrap());
                let mut bytes = [0; 1024];
                while let Ok(count @ 1..) = stream.read(&mut bytes).await {
                    stream.write_all(&bytes[..count].to_ascii_uppercase()).await.unwrap();
                }
            });
            return Response::builder()
                .status(101)
                .header("connection", "upgrade")
                .header("upgrade", "shout")
                .body(full(""))
                .unwrap();
        }
        "/hop" => {
            return Response::builder()
                .header("connection", "keep-alive, x-inner")
                .header("x-inner", "1")
                .header("keep-alive", "timeout=5")
                .header("x-outer", "1")
                .body(full(name))
                .unwrap();
        }
        "/204" => {
            return Response::builder().status(204).body(Empty::new().map_err(|never| match never {}).boxed()).unwrap();
        }
        "/304" => {
            let none = Empty::new().map_err(|never| match never {}).boxed();
            return Response::builder().status(304).header("etag", "\"1\"").body(none).unwrap();
        }
        "/500" => return Response::builder().status(500).body(full(name)).unwrap(),
        _ => (),
    }
    Response::new(full(name))
}

struct Parts<I>(I);

impl<I: Iterator + Unpin> futures_core::Stream for Parts<I> {
    type Item = I::Item;
    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.next())
    }
}

struct Channel(tokio::sync::mpsc::Receiver<Bytes>);

impl futures_core::Stream for Channel {
    type Item = Result<Frame<Bytes>, hyper::Error>;
    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|part| part.map(|part| Ok(Frame::data(part))))
    }
}

/// A target that does with each connection what a test wants.
pub(crate) struct Raw {
    pub(crate) address: SocketAddr,
    pub(crate) connections: Arc<AtomicU64>,
}

impl Raw {
    /// `attend` gets the number of the connection.
    pub(crate) async fn start<F: Future<Output = ()> + Send + 'static>(
        attend: impl Fn(u64, TcpStream) -> F + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let raw = Self { address: listener.local_addr().unwrap(), connections: Arc::default() };
        let connections = Arc::clone(&raw.connections);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(attend(connections.fetch_add(1, SeqCst), stream));
            }
        });
        raw
    }
}

/// The head of the next request; nothing at the end.
pub(crate) async fn head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    Some(String::from_utf8(head).unwrap())
}

/// Probed often, so that tests need not wait.
pub(crate) fn health(probe: Probe) -> Health {
    Health { probe, interval_ms: 10, timeout_ms: 2_000, healthy_after: 1, unhealthy_after: 2, start_period_ms: 0 }
}

pub(crate) fn http(path: &str) -> Probe {
    Probe::Http { path: path.to_owned(), status: vec![], body: None, host: None, slowest_ms: None }
}

pub(crate) fn slot(name: &str, share: u32, targets: &[&Target], probe: Probe) -> Slot {
    Slot {
        name: name.to_owned(),
        version: "1".to_owned(),
        share,
        targets: targets.iter().map(|target| target.target()).collect(),
        health: health(probe),
    }
}

/// A slot of a single target that is said to be healthy.
pub(crate) fn said(name: &str, share: u32, address: SocketAddr) -> Slot {
    Slot {
        name: name.to_owned(),
        version: "1".to_owned(),
        share,
        targets: vec![sdlc_proxy::control::Target { id: name.to_owned(), address }],
        health: health(Probe::None),
    }
}

pub(crate) fn table(revision: u64, slots: Vec<Slot>) -> Table {
    Table { revision, slots, ..Table::default() }
}

use std::sync::atomic::Ordering::SeqCst;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Full, StreamBody};
use hyper::{Request, body::Frame, client::conn::http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    harness::{Proxy, eventually},
    targets::{Raw, Target, head, http, said, slot, table},
};

async fn proxied() -> (Target, Proxy) {
    let target = Target::start("app").await;
    let proxy = Proxy::applied(table(1, vec![slot("main", 100, &[&target], http("/health"))])).await;
    (target, proxy)
}

/// Sends these bytes, and reads all there is until the proxy closes.
async fn raw(proxy: &Proxy, request: &str) -> String {
    let mut stream = TcpStream::connect(proxy.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A reset after the answer is an end, too.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_of_http_2_reach_targets_in_http_1_with_their_host() {
    let (target, proxy) = proxied().await;
    let stream = TokioIo::new(TcpStream::connect(proxy.address).await.unwrap());
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), stream).await.unwrap();
    tokio::spawn(connection);
    let all = (0..50).map(|number| {
        let uri = format!("http://shop.example/{number}");
        let sent = sender.send_request(Request::get(uri).body(Empty::<Bytes>::new()).unwrap());
        tokio::spawn(async move { sent.await.unwrap().status().as_u16() })
    });
    for answer in all.collect::<Vec<_>>() {
        assert_eq!(answer.await.unwrap(), 200);
    }
    let heads = target.seen.heads.lock().unwrap().clone();
    assert_eq!(heads.len(), 50);
    assert!(heads.iter().all(|head| head.contains("\"host\": \"shop.example\"")), "{heads:?}");
    drop(sender);
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_is_a_tunnel_that_is_in_flight_until_it_closes() {
    let (_target, proxy) = proxied().await;
    let mut stream = TcpStream::connect(proxy.address).await.unwrap();
    let asked = b"GET /upgrade HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: shout\r\n\r\nearly";
    stream.write_all(asked).await.unwrap();
    let answer = head(&mut stream).await.unwrap().to_ascii_lowercase();
    assert!(answer.starts_with("http/1.1 101 ") && answer.contains("upgrade: shout"), "{answer}");
    let mut shouted = [0; 5];
    stream.read_exact(&mut shouted).await.unwrap();
    assert_eq!(&shouted, b"EARLY");
    stream.write_all(b"later").await.unwrap();
    stream.read_exact(&mut shouted).await.unwrap();
    assert_eq!(&shouted, b"LATER");
    // It is drained as other requests are.
    proxy.apply(table(2, vec![])).await;
    assert_eq!(proxy.client.status().await.unwrap().draining[0].in_flight, 1);
    stream.write_all(b"still").await.unwrap();
    stream.read_exact(&mut shouted).await.unwrap();
    assert_eq!(&shouted, b"STILL");
    drop(stream);
    proxy.until("an end of the tunnel", |status| status.draining.is_empty()).await;
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_arrive_when_they_are_sent() {
    let (target, proxy) = proxied().await;
    let mut browser = proxy.browser().await;
    let request = Request::get("/events").header("host", "a").body(Full::default()).unwrap();
    let mut events = browser.send(request).await.unwrap().into_body();
    let first = events.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(first, "data: 1\n\n");
    // The head was sent long ago; it is the end of the body that counts.
    assert_eq!(proxy.client.status().await.unwrap().slots[0].targets[0].in_flight, 1);
    target.seen.go.notify_one();
    assert!(events.frame().await.is_none());
    proxy.until("an end", |status| status.slots[0].targets[0].in_flight == 0).await;
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn large_bodies_pass_both_ways_as_fast_as_they_are_read() {
    let (_target, proxy) = proxied().await;
    let stream = TokioIo::new(TcpStream::connect(proxy.address).await.unwrap());
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let (parts, receiver) = tokio::sync::mpsc::channel::<Bytes>(1);
    let body = StreamBody::new(Uploaded(receiver));
    let request = Request::post("/echo").header("host", "a").body(body).unwrap();
    let mut answer = sender.send_request(request).await.unwrap().into_body();
    // Nobody reads: all there is between us fills up, and then nothing goes any more.
    let part = Bytes::from(vec![b'x'; 64 << 10]);
    let mut sent = 0;
    while tokio::time::timeout(std::time::Duration::from_secs(1), parts.send(part.clone())).await.is_ok() {
        sent += part.len();
        assert!(sent < 512 << 20, "nothing holds the client back");
    }
    let all = sent.max(64 << 20);
    // The part that was given up is not in the channel.
    let rest = tokio::spawn(async move {
        while sent < all {
            parts.send(part.clone()).await.unwrap();
            sent += part.len();
        }
    });
    let mut received = 0;
    while let Some(frame) = answer.frame().await {
        received += frame.unwrap().into_data().unwrap().len();
    }
    rest.await.unwrap();
    assert_eq!(received, all);
    drop(sender);
    let (status, body) = proxy.get("/many").await;
    assert_eq!((status, body.len()), (200, 64 << 20));
    proxy.end().await;
}

struct Uploaded(tokio::sync::mpsc::Receiver<Bytes>);

impl futures_core::Stream for Uploaded {
    type Item = Result<Frame<Bytes>, std::convert::Infallible>;
    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|part| part.map(|part| Ok(Frame::data(part))))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_can_be_hidden_in_another() {
    let (target, proxy) = proxied().await;
    let hidden = "GET /hidden HTTP/1.1\r\nhost: a\r\n\r\n";
    for (head, status) in [
        ("content-length: 4\r\ntransfer-encoding: chunked\r\n", ""),
        ("transfer-encoding: chunked\r\ncontent-length: 40\r\n", ""),
        ("content-length: 4\r\ncontent-length: 40\r\n", "400"),
        ("transfer-encoding: gzip, chunked\r\n", "501"),
        ("transfer-encoding: chunked, identity\r\n", "400"),
        ("transfer-encoding : chunked\r\n", "400"),
        ("content-length: +4\r\n", "400"),
        ("host: b\r\n", "400"),
    ] {
        // What some take for the body, and some for the next request.
        let request = format!("POST / HTTP/1.1\r\nhost: a\r\n{head}connection: close\r\n\r\n0\r\n\r\n{hidden}");
        let answer = raw(&proxy, &request).await;
        assert!(answer.is_empty() || answer.starts_with(&format!("HTTP/1.1 {status}")), "{head}: {answer}");
    }
    let heads = target.seen.heads.lock().unwrap().clone();
    assert!(heads.iter().all(|head| head.starts_with("POST / ") && !head.contains("content-length")), "{heads:?}");
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_asks_first_is_told_to_continue() {
    let (_target, proxy) = proxied().await;
    let mut stream = TcpStream::connect(proxy.address).await.unwrap();
    let asked =
        b"POST /echo HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 3\r\nconnection: close\r\n\r\n";
    stream.write_all(asked).await.unwrap();
    assert!(head(&mut stream).await.unwrap().starts_with("HTTP/1.1 100 "));
    stream.write_all(b"abc").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("abc"), "{answer}");
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_without_a_body_stay_as_they_are() {
    let (_target, proxy) = proxied().await;
    let ask = |method: &str, path: &str| {
        format!("{method} {path} HTTP/1.1\r\nhost: a\r\n\r\nGET /last HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
    };
    for (method, path, status, length) in [
        ("HEAD", "/", "200", Some("content-length: 3")),
        ("GET", "/204", "204", None),
        ("GET", "/304", "304", None),
        ("POST", "/", "200", Some("content-length: 3")),
    ] {
        let answer = raw(&proxy, &ask(method, path)).await.to_ascii_lowercase();
        let first = answer.split("\r\n\r\n").next().unwrap();
        assert!(first.starts_with(&format!("http/1.1 {status}")), "{answer}");
        match length {
            Some(length) => assert!(first.contains(length), "{answer}"),
            None => assert!(!first.contains("content-length") && !first.contains("transfer-encoding"), "{answer}"),
        }
        // The next answer begins where the first one ends.
        assert_eq!(answer.matches("http/1.1 200").count(), if status == "200" { 2 } else { 1 }, "{answer}");
        assert!(answer.ends_with("app"), "{answer}");
    }
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_target_says_of_its_connection_is_not_passed_on() {
    let (_target, proxy) = proxied().await;
    let answer = raw(&proxy, "GET /hop HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    assert!(answer.contains("x-outer: 1"), "{answer}");
    assert!(!answer.contains("x-inner") && !answer.contains("keep-alive"), "{answer}");
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_http_1_0_gets_an_answer_it_understands() {
    let (_target, proxy) = proxied().await;
    let answer = raw(&proxy, "GET /echo HTTP/1.0\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.0 200") && !answer.contains("chunked"), "{answer}");
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_is_too_large_is_refused() {
    let (target, proxy) = proxied().await;
    let answer = raw(&proxy, &format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "x".repeat(80 << 10))).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    assert_eq!(target.requests(), 0);
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_leaves_ends_its_request() {
    let (target, proxy) = proxied().await;
    let mut stream = TcpStream::connect(proxy.address).await.unwrap();
    stream.write_all(b"GET /wait HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    eventually("a request", async || (target.seen.waiting.load(SeqCst) == 1).then_some(())).await;
    drop(stream);
    let status = proxy.until("an end", |status| status.slots[0].targets[0].in_flight == 0).await;
    // Neither the slot nor the target did anything wrong.
    assert_eq!((status.slots[0].total.errors, status.slots[0].targets[0].errors), (0, 0));
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_breaks_off_breaks_off_and_counts_as_an_error() {
    let target = Raw::start(async |_, mut stream| {
        head(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf").await.unwrap();
    });
    let target = target.await;
    let proxy = Proxy::applied(table(1, vec![said("main", 100, target.address)])).await;
    assert!(proxy.browser().await.try_get("/").await.is_err());
    let status = proxy.until("an error", |status| status.slots[0].total.errors > 0).await;
    assert_eq!((status.slots[0].total.requests, status.slots[0].targets[0].errors), (1, 1));
    proxy.end().await;
}

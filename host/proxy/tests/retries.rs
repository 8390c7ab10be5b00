use std::{net::SocketAddr, sync::atomic::Ordering::SeqCst};

use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::{
    harness::{Browser, Proxy},
    targets::{Raw, Target, head, said, table},
};

/// An address where nobody listens.
async fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// The status of the answer.
async fn ask(browser: &mut Browser, method: &str, body: &'static str) -> u16 {
    let request = Request::builder().method(method).uri("/").header("host", "a");
    let response = browser.send(request.body(Full::new(Bytes::from(body))).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    http_body_util::BodyExt::collect(response.into_body()).await.unwrap();
    status
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_connect_goes_to_another_target_whatever_it_is() {
    let (gone, target) = (nobody().await, Target::start("app").await);
    let mut slot = said("main", 100, gone);
    slot.targets.push(target.target());
    let proxy = Proxy::applied(table(1, vec![slot])).await;
    let mut browser = proxy.browser().await;
    assert_eq!(ask(&mut browser, "POST", "abc").await, 200);
    for _ in 0..10 {
        assert_eq!(ask(&mut browser, "GET", "").await, 200);
    }
    assert_eq!(target.requests(), 11);
    // After three of them it is out.
    let status = proxy.client.status().await.unwrap();
    assert_eq!((status.slots[0].targets[0].requests, status.slots[0].targets[0].errors), (3, 3));
    assert!(status.slots[0].targets[0].reason.as_ref().unwrap().contains("refused"), "{status:?}");
    assert_eq!(status.slots[0].total.errors, 3);
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_only_target_that_cannot_be_reached_is_tried_three_times() {
    let proxy = Proxy::applied(table(1, vec![said("main", 100, nobody().await)])).await;
    assert_eq!(proxy.get("/").await, (502, "the target did not answer\n".to_owned()));
    assert_eq!(proxy.client.status().await.unwrap().slots[0].targets[0].requests, 3);
    assert_eq!(proxy.get("/").await.0, 503);
    proxy.end().await;
}

/// A target that closes each connection at its second request, after it said so much.
async fn closing(said: &'static str) -> Raw {
    Raw::start(move |_, mut stream| async move {
        head(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        if head(&mut stream).await.is_some() {
            stream.write_all(said.as_bytes()).await.unwrap();
        }
    })
    .await
}

/// What two requests, one after the other, come to, and over how many connections to the target.
async fn check(said_before: &'static str, method: &str, body: &'static str, expected: (u16, u64)) {
    let target = closing(said_before).await;
    let proxy = Proxy::applied(table(1, vec![said("main", 100, target.address)])).await;
    let mut browser = proxy.browser().await;
    assert_eq!(ask(&mut browser, "GET", "").await, 200);
    let second = ask(&mut browser, method, body).await;
    assert_eq!((second, target.connections.load(SeqCst)), expected, "{method} `{body}` after `{said_before}`");
    let errors = u64::from(second == 502);
    assert_eq!(proxy.client.status().await.unwrap().slots[0].total.errors, errors, "{method}");
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_done_twice_is_sent_again_when_a_used_connection_ends_without_a_byte() {
    tokio::join!(check("", "GET", "", (200, 2)), check("", "DELETE", "", (200, 2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_have_been_done_is_not_sent_again() {
    tokio::join!(
        check("", "POST", "", (502, 1)),
        check("", "PUT", "abc", (502, 1)),
        check("HTTP/1.1 2", "GET", "", (502, 1)),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_connection_that_ends_without_a_byte_is_not_tried_again() {
    let target = Raw::start(async |_, mut stream| drop(stream.read_u8().await)).await;
    let proxy = Proxy::applied(table(1, vec![said("main", 100, target.address)])).await;
    assert_eq!(proxy.get("/").await.0, 502);
    assert_eq!(target.connections.load(SeqCst), 1);
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_used_again_but_not_those_of_a_target_that_left_the_table() {
    let target = Target::start("app").await;
    let with = |revision, id: &str| {
        let mut slot = said("main", 100, target.address);
        slot.targets[0].id = id.to_owned();
        table(revision, vec![slot])
    };
    let proxy = Proxy::applied(with(1, "one")).await;
    let mut browser = proxy.browser().await;
    let connections = || target.seen.connections.load(SeqCst);
    for _ in 0..20 {
        assert_eq!(browser.get("/").await.0, 200);
    }
    let before = connections();
    assert!(before <= 3, "{before} connections for 20 requests");
    // The same address is another target, as when a container took over the address of one that is gone.
    proxy.apply(with(2, "two")).await;
    browser.get("/").await;
    assert_eq!(connections(), before + 1);
    proxy.end().await;
}

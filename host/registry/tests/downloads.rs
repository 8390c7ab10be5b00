//! Files from addresses: how much is read, how long it may take, what is taken.

use std::{
    thread,
    time::{Duration, Instant},
};

use sdlc_registry::{client::Client, error::RegistryError, options::Options};

use crate::harness::{
    client, component, options,
    server::{Server, answer, ok},
};

const MEGABYTE: usize = 1 << 20;

fn small() -> Client {
    Client::new(Options { max_bytes: MEGABYTE as u64, ..options() }).unwrap()
}

async fn refused(client: &Client, server: &Server) -> RegistryError {
    client.download(&server.url("/gate.wasm").parse().unwrap(), None).await.unwrap_err()
}

#[tokio::test]
async fn a_component_is_downloaded_as_it_is() {
    let component = component(b"x");
    let server = Server::always(ok(&component));
    assert_eq!(client().download(&server.url("/gate.wasm").parse().unwrap(), None).await.unwrap(), component);
    let asked = server.asked();
    assert!(asked[0].line == "GET /gate.wasm" && asked[0].headers.contains("accept-encoding: identity"), "{asked:?}");
}

#[tokio::test]
async fn a_body_without_end_is_cut_off() {
    let server = Server::start(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while stream.write_all(&[0; 65536]).is_ok() {}
    });
    let error = refused(&small(), &server).await;
    assert!(matches!(error, RegistryError::TooLarge { limit: 1_048_576, .. }), "{error}");
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn chunks_without_end_are_cut_off() {
    let server = Server::start(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n");
        while write!(stream, "10000\r\n{}\r\n", "x".repeat(0x10000)).is_ok() {}
    });
    let error = refused(&small(), &server).await;
    assert!(matches!(error, RegistryError::TooLarge { .. } | RegistryError::Unreachable(_)), "{error}");
}

#[tokio::test]
async fn a_length_that_lies_is_not_believed() {
    let long = Server::start(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999999\r\n\r\n");
    });
    assert!(matches!(refused(&small(), &long).await, RegistryError::TooLarge { .. }));
    let short = Server::always([&b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n"[..], &component(b"x")].concat());
    assert!(matches!(refused(&small(), &short).await, RegistryError::NotAPlugin(_)));
    let cut = Server::always([&b"HTTP/1.1 200 OK\r\ncontent-length: 4000\r\n\r\n"[..], &component(b"x")].concat());
    let error = refused(&small(), &cut).await;
    assert!(matches!(error, RegistryError::Unreachable(_)), "{error}");
}

#[tokio::test]
async fn what_is_compressed_is_not_unpacked() {
    // The beginning of a gigabyte of zeroes.
    let bomb = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3][..], &[0; 1000]].concat();
    let declared = Server::always(answer("200 OK", "content-encoding: gzip\r\n", &bomb));
    let error = refused(&small(), &declared).await;
    assert!(matches!(&error, RegistryError::NotAPlugin(text) if text.contains("is compressed")), "{error}");
    let error = refused(&small(), &Server::always(ok(&bomb))).await;
    assert!(matches!(&error, RegistryError::NotAPlugin(text) if text.contains("is compressed by gzip")), "{error}");
}

#[tokio::test]
async fn a_server_that_sends_a_byte_at_a_time_runs_into_the_time_limit() {
    let server = Server::start(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
        while stream.write_all(b"x").and_then(|()| stream.flush()).is_ok() {
            thread::sleep(Duration::from_millis(20));
        }
    });
    let limit = Duration::from_millis(400);
    let client = Client::new(Options { total_timeout: limit, ..options() }).unwrap();
    let begin = Instant::now();
    let error = refused(&client, &server).await;
    assert!(matches!(&error, RegistryError::TimedOut { .. }), "{error}");
    assert!(error.to_string().contains("took longer than 400ms"), "{error}");
    assert!(begin.elapsed() < limit * 5);
}

#[tokio::test]
async fn a_server_that_never_answers_runs_into_the_time_limit() {
    let server = Server::start(|_, _| thread::sleep(Duration::from_secs(3)));
    let client = Client::new(Options { total_timeout: Duration::from_millis(200), ..options() }).unwrap();
    assert!(matches!(refused(&client, &server).await, RegistryError::TimedOut { .. }));
}

#[tokio::test]
async fn headers_without_end_are_cut_off() {
    let server = Server::start(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        while stream.write_all(b"x: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n").is_ok() {}
    });
    assert!(matches!(refused(&small(), &server).await, RegistryError::Unreachable(_)));
}

#[tokio::test]
async fn what_is_no_component_is_refused_and_the_message_says_what_it_is() {
    for (body, expected) in [
        (&b"<!doctype html>"[..], "looks like a web page"),
        (b"\0asm\x01\0\0\0", "is a core module"),
        (b"", "is empty"),
        (b"text", "is no WebAssembly"),
    ] {
        let error = refused(&client(), &Server::always(ok(body))).await;
        assert!(matches!(&error, RegistryError::NotAPlugin(text) if text.contains(expected)), "{error}");
    }
}

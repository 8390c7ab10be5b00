//! What is tried again, and what is not.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use sdlc_registry::error::RegistryError;

use crate::harness::{
    client, component,
    server::{Server, answer, ok},
};

/// Fails so many times, and then works.
fn failing(times: usize, failure: Vec<u8>) -> Server {
    let asked = AtomicUsize::new(0);
    Server::start(move |_, stream| {
        let now = asked.fetch_add(1, Ordering::SeqCst);
        let _ = stream.write_all(if now < times { &failure } else { WORKS.get_or_init(|| ok(&component(b""))) });
    })
}

static WORKS: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();

async fn download(server: &Server) -> Result<Vec<u8>, RegistryError> {
    client().download(&server.url("/gate.wasm").parse().unwrap(), None).await
}

#[tokio::test]
async fn a_server_that_asks_for_a_pause_gets_it() {
    let server = failing(1, answer("429 Too Many Requests", "retry-after: 1\r\n", b""));
    let begin = Instant::now();
    download(&server).await.unwrap();
    assert!(begin.elapsed() >= Duration::from_secs(1));
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn a_server_that_asks_for_too_long_a_pause_is_given_up() {
    let server = failing(1, answer("429 Too Many Requests", "retry-after: 3600\r\n", b""));
    let error = download(&server).await.unwrap_err();
    assert!(matches!(&error, RegistryError::Unreachable(text) if text.contains("429")), "{error}");
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn what_is_broken_for_a_moment_is_tried_again_and_what_stays_broken_is_given_up() {
    for failure in
        [answer("503 Service Unavailable", "", b""), b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n".into(), Vec::new()]
    {
        download(&failing(4, failure.clone())).await.unwrap();
        let server = failing(99, failure);
        let error = download(&server).await.unwrap_err();
        assert!(matches!(error, RegistryError::Unreachable(_)), "{error}");
        assert_eq!(server.asked().len(), 5);
    }
}

#[tokio::test]
async fn a_clear_no_is_not_asked_again() {
    for status in ["401 Unauthorized", "403 Forbidden", "404 Not Found", "410 Gone", "400 Bad Request"] {
        let server = failing(99, answer(status, "", b""));
        let error = download(&server).await.unwrap_err();
        match status {
            "401 Unauthorized" | "403 Forbidden" => assert!(matches!(error, RegistryError::Denied(_)), "{error}"),
            "400 Bad Request" => assert!(matches!(error, RegistryError::Unreachable(_)), "{error}"),
            _ => assert!(matches!(error, RegistryError::NotFound(_)), "{error}"),
        }
        assert_eq!(server.asked().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_unreachable() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = client().download(&format!("http://127.0.0.1:{port}/x").parse().unwrap(), None).await.unwrap_err();
    assert!(
        matches!(&error, RegistryError::Unreachable(text) if text.to_lowercase().contains("connection refused")),
        "{error}"
    );
}

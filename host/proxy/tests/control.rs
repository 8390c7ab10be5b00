use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use sdlc_proxy::{
    control::{Request, Response},
    error::Error,
    serve::serve,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::UnixStream,
};
use tokio_util::sync::CancellationToken;

use crate::{
    harness::{Proxy, options, socket},
    targets::{Target, http, slot, table},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_replaces_another_one_than_that_in_force_is_refused() {
    let proxy = Proxy::applied(table(5, vec![])).await;
    let error = proxy.client.apply(4, table(6, vec![])).await.unwrap_err().to_string();
    assert!(error.contains("at revision 5 and not at 4") && error.contains("hint: "), "{error}");
    let error = proxy.client.apply(5, table(5, vec![])).await.unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error}");
    assert_eq!(proxy.client.apply(5, table(6, vec![])).await.unwrap(), 6);
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_replace_the_same_table_one_does() {
    let proxy = Proxy::start().await;
    let all: Vec<_> = (1..=20)
        .map(|revision| {
            let client = proxy.client.clone();
            tokio::spawn(async move { client.apply(0, table(revision, vec![])).await.is_ok() })
        })
        .collect();
    let mut applied = 0;
    for one in all {
        applied += u32::from(one.await.unwrap());
    }
    assert_eq!(applied, 1);
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_makes_no_sense_changes_nothing() {
    let target = Target::start("app").await;
    let proxy = Proxy::applied(table(1, vec![slot("main", 100, &[&target], http("/health"))])).await;
    let error = proxy.client.apply(1, table(2, vec![slot("main", 99, &[&target], http("/health"))])).await;
    assert!(error.unwrap_err().to_string().contains("add up to 99"));
    assert_eq!(proxy.client.status().await.unwrap().revision, 1);
    let kept = fs::read_to_string(proxy.directory.path().join("proxy/table.json")).unwrap();
    assert!(kept.contains("\"revision\": 1"), "{kept}");
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lines_of_the_socket_are_as_documented() {
    let proxy = Proxy::start().await;
    let mut stream = BufReader::new(UnixStream::connect(socket(&proxy.directory)).await.unwrap());
    let mut answers = Vec::new();
    for request in [
        r#"{"apply":{"expected":0,"table":{"revision":1,"slots":[{"name":"a","version":"1","share":100,"targets":
            [{"id":"x","address":"127.0.0.1:1"}],"health":{"probe":{"http":{"path":"/","slowest-ms":5}},"interval-ms":5000,
            "timeout-ms":5,"healthy-after":1,"unhealthy-after":1,"start-period-ms":0}}],"sticky":{"cookie":"slot"}}}}"#,
        r#"{"apply":{"expected":0,"table":{"revision":1,"slots":[],"extra":1}}}"#,
        "nonsense",
        r#""stop""#,
    ] {
        stream.write_all(request.replace('\n', " ").as_bytes()).await.unwrap();
        stream.write_all(b"\n").await.unwrap();
        let mut answer = String::new();
        stream.read_line(&mut answer).await.unwrap();
        answers.push(answer);
    }
    assert_eq!(answers[0], "{\"applied\":{\"revision\":1}}\n");
    assert!(answers[1].contains("unknown field `extra`"), "{}", answers[1]);
    assert!(answers[2].starts_with("{\"refused\":"), "{}", answers[2]);
    assert_eq!(answers[3], "\"stopping\"\n");
    proxy.running.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_is_too_long_ends_the_connection() {
    let proxy = Proxy::start().await;
    let stream = UnixStream::connect(socket(&proxy.directory)).await.unwrap();
    let (reading, mut writing) = stream.into_split();
    // It may be closed before all of it is written.
    tokio::spawn(async move { writing.write_all(&vec![b'x'; 2 << 20]).await });
    let mut answer = String::new();
    let read = BufReader::new(reading).read_line(&mut answer).await;
    assert!(matches!(read, Ok(0) | Err(_)), "{answer}");
    assert!(proxy.client.status().await.is_ok());
    proxy.end().await;
}

async fn failing(directory: &Path) -> String {
    serve(options(directory), CancellationToken::new()).await.unwrap_err().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_broken_is_told_and_left_as_it_is() {
    let directory = Proxy::applied(table(1, vec![])).await.end().await;
    let file = directory.path().join("proxy/table.json");
    for broken in ["{\"revision\":", "{\"revision\":1,\"slots\":[],\"more\":1}", ""] {
        fs::write(&file, broken).unwrap();
        let error = failing(directory.path()).await;
        assert!(error.contains(file.to_str().unwrap()) && error.contains("hint: "), "{error}");
        assert_eq!(fs::read_to_string(&file).unwrap(), broken);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_its_user_may_enter_its_directory_and_use_its_socket() {
    let proxy = Proxy::start().await;
    let mode = |path: &str| fs::metadata(proxy.directory.path().join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("proxy"), mode("proxy/control.sock")), (0o700, 0o600));
    let directory = proxy.end().await;
    fs::set_permissions(directory.path().join("proxy"), fs::Permissions::from_mode(0o750)).unwrap();
    let error = failing(directory.path()).await;
    assert!(error.contains("its mode is 0750"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_proxy_in_the_directory_is_refused() {
    let proxy = Proxy::start().await;
    let error = failing(proxy.directory.path()).await;
    assert!(error.contains("a proxy runs in"), "{error}");
    assert!(proxy.client.status().await.is_ok());
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_lets_requests_end_and_takes_no_more() {
    let target = Target::start("app").await;
    let proxy = Proxy::applied(table(1, vec![slot("main", 100, &[&target], http("/health"))])).await;
    let mut browser = proxy.browser().await;
    let waiting = tokio::spawn(async move { browser.get("/wait").await });
    crate::harness::eventually("a request", async || {
        (target.seen.waiting.load(std::sync::atomic::Ordering::SeqCst) == 1).then_some(())
    })
    .await;
    proxy.client.stop().await.unwrap();
    crate::harness::eventually("a closed listener", async || {
        tokio::net::TcpStream::connect(proxy.address).await.is_err().then_some(())
    })
    .await;
    let refused = proxy.client.apply(1, table(2, vec![])).await.unwrap_err().to_string();
    assert!(refused.contains("stopping"), "{refused}");
    assert!(matches!(proxy.client.call(&Request::Status).await.unwrap(), Response::Status(_)));
    target.seen.go.notify_one();
    assert_eq!(waiting.await.unwrap().0, 200);
    proxy.running.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_end_in_time_is_ended() {
    let target = Target::start("app").await;
    let proxy = Proxy::with(|options| options.drain_timeout = std::time::Duration::from_millis(50)).await;
    proxy.apply(table(1, vec![slot("main", 100, &[&target], http("/health"))])).await;
    let mut browser = proxy.browser().await;
    let waiting = tokio::spawn(async move { browser.try_get("/wait").await.is_err() });
    crate::harness::eventually("a request", async || {
        (target.seen.waiting.load(std::sync::atomic::Ordering::SeqCst) == 1).then_some(())
    })
    .await;
    proxy.end().await;
    assert!(waiting.await.unwrap());
}

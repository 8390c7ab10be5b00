//! Where servers may lead: never further inside than where the user went.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use sdlc_registry::{
    client::{Client, Required},
    error::RegistryError,
    options::Options,
};

use crate::harness::{
    certificates::Certificates,
    client, component, options, reference,
    server::{Server, answer, moved, ok},
};

async fn download(client: &Client, url: &str) -> Result<Vec<u8>, RegistryError> {
    client.download(&url.parse()?, None).await
}

async fn leads_to(target: &str) -> String {
    let server = Server::always(moved(target));
    let error = download(&client(), &server.url("/gate.wasm")).await.unwrap_err();
    assert!(matches!(error, RegistryError::Forbidden(_)), "{error}");
    assert_eq!(server.asked().len(), 1, "it was tried again");
    error.to_string()
}

/// Names that lead nowhere on the first look, and then to this machine.
fn rebinding(answers: &'static [&'static [&'static str]]) -> Client {
    let asked = AtomicUsize::new(0);
    let lookup = move |_: &str| {
        let answer = answers[asked.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1)];
        Ok(answer.iter().map(|address| address.parse::<IpAddr>().unwrap()).collect())
    };
    let limits = Options { connect_timeout: Duration::from_millis(100), ..options() };
    Client::new(Options { lookup: Arc::new(lookup), ..limits }).unwrap()
}

#[tokio::test]
async fn a_redirect_to_the_metadata_of_a_cloud_is_refused() {
    for target in [
        "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/",
        "https://0xa9fea9fe/",
        "https://2852039166/",
        "https://[::ffff:169.254.169.254]/",
        "https://[fe80::1]/",
        "https://0/",
    ] {
        leads_to(target).await;
    }
}

#[tokio::test]
async fn a_redirect_to_what_is_not_encrypted_or_not_on_the_web_is_refused() {
    assert!(leads_to("http://example.org/gate.wasm").await.contains("is not encrypted"));
    for target in ["file:///etc/passwd", "ftp://example.org/", "data:application/wasm,x", "gopher://127.0.0.1/"] {
        assert!(leads_to(target).await.contains("is no address on the web"));
    }
    assert!(leads_to("https://user:secret@example.org/").await.contains("there is a login"));
    assert!(leads_to("http://").await.contains("does not say where"));
}

#[tokio::test]
async fn a_redirect_from_an_encrypted_server_to_one_that_is_not_is_refused() {
    let Some(certificates) = Certificates::make() else { return };
    let target = Server::always(ok(&component(b"")));
    let to = target.url("/gate.wasm");
    let server = Server::start_tls(&certificates, move |_, stream| drop(stream.write_all(&moved(&to))));
    let client = Client::new(Options { extra_ca: Some(certificates.path("ca.crt").into()), ..options() }).unwrap();
    let error = download(&client, &format!("https://localhost:{}/gate.wasm", server.port)).await.unwrap_err();
    assert!(matches!(&error, RegistryError::Forbidden(text) if text.contains("which is not encrypted")), "{error}");
    assert!(target.asked().is_empty());
}

#[tokio::test]
async fn redirects_are_followed_five_times() {
    for (times, fine) in [(5, true), (6, false)] {
        let server = Server::start(move |asked, stream| {
            let at: usize = asked.line.rsplit('/').next().unwrap().parse().unwrap();
            let reply = if at == times { ok(&component(b"")) } else { moved(&format!("/{}", at + 1)) };
            let _ = stream.write_all(&reply);
        });
        let got = download(&client(), &server.url("/0")).await;
        assert_eq!(got.is_ok(), fine, "{got:?}");
    }
}

#[tokio::test]
async fn a_name_of_somebody_else_that_leads_to_this_machine_is_refused() {
    let error = download(&rebinding(&[&["127.0.0.1"]]), "https://gate.example/x").await.unwrap_err();
    assert!(matches!(error, RegistryError::Forbidden(_)), "{error}");
    let error = download(&rebinding(&[&["169.254.169.254"]]), "https://gate.example/x").await.unwrap_err();
    assert!(matches!(error, RegistryError::Forbidden(_)), "{error}");
}

#[tokio::test]
async fn a_name_that_leads_elsewhere_the_second_time_is_refused() {
    for second in [&["127.0.0.1"][..], &["10.0.0.1"], &["::1"], &["169.254.169.254"]] {
        let answers: &'static [&[&str]] = Box::leak(Box::new([&["192.0.2.1"][..], second]));
        let error = download(&rebinding(answers), "https://gate.example/x").await.unwrap_err();
        assert!(matches!(error, RegistryError::Forbidden(_)), "{second:?}: {error}");
        let error = rebinding(answers).pull(&reference("gate.example/x:1"), Required::default()).await.unwrap_err();
        assert!(matches!(error, RegistryError::Forbidden(_)), "{second:?}: {error}");
    }
}

#[tokio::test]
async fn of_a_name_with_addresses_inside_and_outside_only_those_outside_are_tried() {
    let server = Server::always(ok(b""));
    let url = format!("https://gate.example:{}/x", server.port);
    let error = download(&rebinding(&[&["127.0.0.1", "192.0.2.1"]]), &url).await.unwrap_err();
    assert!(matches!(error, RegistryError::Unreachable(_)), "{error}");
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn a_registry_that_sends_its_content_from_a_metadata_service_is_refused() {
    let layer = component(b"");
    let server = Server::start(move |asked, stream| {
        let reply = match asked.line.as_str() {
            line if line.contains("/manifests/") => ok(crate::harness::server::manifest(&layer).as_bytes()),
            line if line.contains("/blobs/") => moved("http://169.254.169.254/latest"),
            _ => answer("404 Not Found", "", b""),
        };
        let _ = stream.write_all(&reply);
    });
    let error =
        client().pull(&reference(&format!("127.0.0.1:{}/a:1", server.port)), Required::default()).await.unwrap_err();
    assert!(matches!(error, RegistryError::Forbidden(_)), "{error}");
}

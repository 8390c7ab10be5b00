use std::{fs, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::{
    Request,
    client::conn::{http1, http2},
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName},
};
use sdlc_proxy::serve::{TlsFiles, serve};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::sleep,
};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tokio_util::sync::CancellationToken;

use crate::{
    harness::{Proxy, eventually, options},
    targets::{Target, http, slot, table},
};

/// Longer than it takes until the proxy looks at its files again.
const LOOKED: Duration = Duration::from_secs(4);

fn files(directory: &Path) -> TlsFiles {
    TlsFiles { certificate: directory.join("chain.pem"), key: directory.join("key.pem") }
}

/// A new certificate and its key, which nothing is written of.
struct Issued {
    der: CertificateDer<'static>,
    certificate: String,
    key: String,
}

impl Issued {
    fn new() -> Self {
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["shop.example".to_owned()]).unwrap();
        Self { der: cert.der().clone(), certificate: cert.pem(), key: signing_key.serialize_pem() }
    }

    fn written(directory: &Path) -> Self {
        let issued = Self::new();
        issued.write(directory);
        issued
    }

    fn write(&self, directory: &Path) {
        fs::write(files(directory).certificate, &self.certificate).unwrap();
        fs::write(files(directory).key, &self.key).unwrap();
    }

    /// As a client that trusts this certificate only. An error where the proxy has another one.
    async fn connect(&self, address: SocketAddr, protocols: &[&str]) -> std::io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.der.clone()).unwrap();
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        let mut config = builder.with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        let stream = TcpStream::connect(address).await?;
        TlsConnector::from(Arc::new(config)).connect(ServerName::try_from("shop.example").unwrap(), stream).await
    }

    async fn is_shown(&self, address: SocketAddr) -> bool {
        self.connect(address, &[]).await.is_ok()
    }

    /// Asks in HTTP/1.1, and says the status.
    async fn get(&self, address: SocketAddr) -> u16 {
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(self.connect(address, &["http/1.1"]).await.unwrap())).await.unwrap();
        tokio::spawn(connection);
        let request = Request::get("/").header("host", "shop.example").body(Empty::<Bytes>::new()).unwrap();
        sender.send_request(request).await.unwrap().status().as_u16()
    }
}

async fn secured() -> (Target, Proxy, Issued) {
    let (target, directory) = (Target::start("app").await, tempfile::tempdir().unwrap());
    let issued = Issued::written(directory.path());
    let tls = files(directory.path());
    let proxy = Proxy::again(directory, |options| options.tls = Some(tls)).await;
    proxy.apply(table(1, vec![slot("main", 100, &[&target], http("/health"))])).await;
    (target, proxy, issued)
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_choose_between_http_1_and_http_2_in_the_handshake_and_targets_are_told_https() {
    let (target, proxy, issued) = secured().await;
    for (offered, chosen) in
        [(&["http/1.1"][..], Some("http/1.1")), (&[], None), (&["h2"], Some("h2")), (&["http/1.1", "h2"], Some("h2"))]
    {
        let stream = issued.connect(proxy.address, offered).await.unwrap();
        let protocol = stream.get_ref().1.alpn_protocol().map(<[u8]>::to_vec);
        assert_eq!(protocol.as_deref(), chosen.map(str::as_bytes), "{offered:?}");
        let request = Request::get("https://shop.example/").header("host", "shop.example");
        let request = request.body(Empty::<Bytes>::new()).unwrap();
        let response = if chosen == Some("h2") {
            let (mut sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
            tokio::spawn(connection);
            sender.send_request(request).await.unwrap()
        } else {
            let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
            tokio::spawn(connection);
            sender.send_request(request).await.unwrap()
        };
        assert_eq!(response.status(), 200, "{offered:?}");
        assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "app", "{offered:?}");
    }
    let heads = target.seen.heads.lock().unwrap().clone();
    assert_eq!(heads.len(), 4);
    assert!(heads.iter().all(|head| head.contains("\"x-forwarded-proto\": \"https\"")), "{heads:?}");
    assert!(heads.iter().all(|head| head.contains("\"host\": \"shop.example\"")), "{heads:?}");
    // What it does not speak is refused in the handshake.
    assert!(issued.connect(proxy.address, &["spdy/1"]).await.is_err());
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_exchanged_is_shown_to_new_connections_without_a_restart() {
    let (_target, proxy, old) = secured().await;
    let before = old.connect(proxy.address, &["http/1.1"]).await.unwrap();
    let (mut kept, connection) = http1::handshake(TokioIo::new(before)).await.unwrap();
    tokio::spawn(connection);
    let new = Issued::written(proxy.directory.path());
    eventually("the new certificate", async || new.is_shown(proxy.address).await.then_some(())).await;
    assert!(!old.is_shown(proxy.address).await);
    assert_eq!(new.get(proxy.address).await, 200);
    // Those of before go on.
    let request = Request::get("/").header("host", "shop.example").body(Empty::<Bytes>::new()).unwrap();
    assert_eq!(kept.send_request(request).await.unwrap().status(), 200);
    drop(kept);
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_certificate_that_is_broken_leaves_the_old_one_in_force_until_a_good_one_comes() {
    let (_target, proxy, old) = secured().await;
    let (directory, new) = (proxy.directory.path().to_owned(), Issued::new());
    let TlsFiles { certificate, key } = files(&directory);
    // Half a file, none, and the first half of a renewal.
    for broken in [Some(&new.certificate[..new.certificate.len() / 2]), None, Some(&new.certificate)] {
        match broken {
            Some(text) => fs::write(&certificate, text).unwrap(),
            None => fs::remove_file(&certificate).unwrap(),
        }
        sleep(LOOKED).await;
        assert_eq!(old.get(proxy.address).await, 200, "{broken:?}");
        assert!(!new.is_shown(proxy.address).await, "{broken:?}");
    }
    fs::write(&key, &new.key).unwrap();
    eventually("the new certificate", async || new.is_shown(proxy.address).await.then_some(())).await;
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_cannot_be_used_is_told_at_the_start() {
    let directory = tempfile::tempdir().unwrap();
    let (root, issued, other) = (directory.path(), Issued::new(), Issued::new());
    let TlsFiles { certificate, key } = files(root);
    for (chain, private, named, reason) in [
        (Some(&*issued.certificate), &*other.key, &certificate, "is of another one"),
        (Some("no PEM\n"), &*issued.key, &certificate, "there is no certificate in it"),
        (Some(&*issued.key), &*issued.key, &certificate, "there is no certificate in it"),
        (Some(&*issued.certificate), "", &key, "no items found"),
        (None, &*issued.key, &certificate, "No such file"),
    ] {
        let _ = fs::remove_file(&certificate);
        if let Some(chain) = chain {
            fs::write(&certificate, chain).unwrap();
        }
        fs::write(&key, private).unwrap();
        let mut options = options(root);
        options.tls = Some(files(root));
        let error = serve(options, CancellationToken::new()).await.unwrap_err().to_string();
        assert!(error.starts_with(&format!("cannot use `{}` for TLS: ", named.display())), "{error}");
        assert!(error.contains(reason) && error.contains("\nhint: "), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_tls_is_refused_and_does_no_harm() {
    let (target, proxy, issued) = secured().await;
    for sent in
        [&b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"[..], b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", &[0; 600], b"\x16\x03\x01"]
    {
        let mut stream = TcpStream::connect(proxy.address).await.unwrap();
        stream.write_all(sent).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        // A reset is a refusal, too.
        let _ = stream.read_to_end(&mut answer).await;
        // At most an alert of TLS, of seven bytes.
        assert!(answer.len() <= 7 && !answer.starts_with(b"HTTP"), "{answer:?}");
    }
    assert_eq!(target.requests(), 0);
    assert_eq!(issued.get(proxy.address).await, 200);
    assert_eq!(proxy.client.status().await.unwrap().slots[0].total.errors, 0);
    proxy.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_says_nothing_does_not_keep_the_others_waiting() {
    let (_target, proxy, issued) = secured().await;
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(TcpStream::connect(proxy.address).await.unwrap());
    }
    assert_eq!(issued.get(proxy.address).await, 200);
    drop(silent);
    proxy.end().await;
}

//! Registries that send for a token to another server, as the large ones do.

use std::fs;

use sdlc_registry::{
    client::{Client, Required},
    error::RegistryError,
    options::Options,
};
use tempfile::TempPath;

use crate::harness::{
    client, component, options, reference,
    server::{Server, answer, manifest, ok},
};

/// A registry that takes the token `good` and says where it is to be had.
fn registry(realm: String) -> Server {
    let layer = component(b"x");
    Server::start(move |asked, stream| {
        let challenge = format!("www-authenticate: Bearer realm=\"{realm}\",service=\"test\"\r\n");
        let reply = match asked.line.as_str() {
            _ if !asked.headers.contains("authorization: bearer good") => answer("401 Unauthorized", &challenge, b""),
            line if line.contains("/manifests/") => ok(manifest(&layer).as_bytes()),
            _ => ok(&layer),
        };
        let _ = stream.write_all(&reply);
    })
}

/// The file is only there while it is held.
fn with_login(server: &Server, auth: &str) -> (Client, TempPath) {
    let file = tempfile::NamedTempFile::new().unwrap().into_temp_path();
    fs::write(&file, format!(r#"{{"auths":{{"127.0.0.1:{}":{auth}}}}}"#, server.port)).unwrap();
    (Client::new(Options { docker_config: Some(file.to_path_buf()), ..options() }).unwrap(), file)
}

async fn pull(client: &Client, server: &Server) -> Result<Vec<u8>, RegistryError> {
    let reference = reference(&format!("127.0.0.1:{}/acme/gate:1", server.port));
    client.pull(&reference, Required::default()).await.map(|pulled| pulled.component)
}

#[tokio::test]
async fn a_token_is_fetched_once_with_a_login_or_without() {
    let tokens = Server::always(ok(br#"{"token":"good"}"#));
    let server = registry(tokens.url("/token"));
    assert_eq!(pull(&client(), &server).await.unwrap(), component(b"x"));
    pull(&with_login(&server, r#"{"auth":"dXNlcjpwYXNz"}"#).0, &server).await.unwrap();
    let asked = tokens.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].line, "GET /token?service=test&scope=repository%3Aacme%2Fgate%3Apull");
    assert!(
        !asked[0].headers.contains("authorization") && asked[1].headers.contains("authorization: basic dxnlcjpwyxnz")
    );
}

#[tokio::test]
async fn an_identity_token_is_exchanged() {
    let tokens = Server::always(ok(br#"{"access_token":"good"}"#));
    let server = registry(tokens.url("/token"));
    pull(&with_login(&server, r#"{"identitytoken":"x"}"#).0, &server).await.unwrap();
    assert_eq!(tokens.asked()[0].line, "POST /token");
}

#[tokio::test]
async fn a_refused_login_and_a_useless_token_are_denied() {
    for reply in [answer("401 Unauthorized", "", b""), ok(br#"{"token":"bad"}"#)] {
        let tokens = Server::always(reply);
        let server = registry(tokens.url("/token"));
        let error = pull(&client(), &server).await.unwrap_err();
        let hint = format!("hint: docker login 127.0.0.1:{}", server.port);
        assert!(matches!(&error, RegistryError::Denied(text) if text.ends_with(&hint)), "{error}");
    }
}

#[tokio::test]
async fn a_token_that_makes_no_sense_is_not_used() {
    for body in [&b"<html>"[..], b"{}", br#"{"token":""}"#, br#"{"token":"a\r\nx: y"}"#] {
        let tokens = Server::always(ok(body));
        let error = pull(&client(), &registry(tokens.url("/token"))).await.unwrap_err();
        assert!(matches!(error, RegistryError::Unreachable(_)), "{error}");
    }
}

#[tokio::test]
async fn a_registry_cannot_send_a_login_where_it_is_not_encrypted_or_to_a_metadata_service() {
    for realm in ["http://example.org/token", "https://169.254.169.254/token", "file:///etc/passwd"] {
        let server = registry(realm.to_owned());
        let error = pull(&with_login(&server, r#"{"auth":"dXNlcjpwYXNz"}"#).0, &server).await.unwrap_err();
        assert!(matches!(error, RegistryError::Forbidden(_)), "{error}");
    }
}

#[tokio::test]
async fn a_login_does_not_follow_a_redirect_to_another_server() {
    let layer = component(b"x");
    let content = Server::always(ok(&layer));
    let to = content.url("/content");
    let server = Server::start(move |asked, stream| {
        let reply = match asked.line.as_str() {
            _ if !asked.headers.contains("authorization: basic") => {
                answer("401 Unauthorized", "www-authenticate: Basic\r\n", b"")
            }
            line if line.contains("/manifests/") => ok(manifest(&layer).as_bytes()),
            _ => crate::harness::server::moved(&to),
        };
        let _ = stream.write_all(&reply);
    });
    pull(&with_login(&server, r#"{"auth":"dXNlcjpwYXNz"}"#).0, &server).await.unwrap();
    let asked = content.asked();
    assert!(asked.len() == 1 && !asked[0].headers.contains("authorization"), "{asked:?}");
}

//! Registries that misbehave, and what other programs put into them.

use sdlc_registry::{client::Required, digest::Digest, error::RegistryError};

use crate::harness::{
    client, component, reference,
    server::{Server, answer, manifest, ok},
};

/// A registry with one manifest under every tag and digest, and one content under every digest.
fn registry(manifest: impl Into<Vec<u8>>, content: Vec<u8>) -> Server {
    let manifest = manifest.into();
    Server::start(move |asked, stream| {
        let reply = match asked.line.as_str() {
            line if line.contains("/manifests/") => ok(&manifest),
            line if line.contains("/blobs/") => ok(&content),
            _ => answer("404 Not Found", "", b""),
        };
        let _ = stream.write_all(&reply);
    })
}

async fn pull(server: &Server, rest: &str) -> Result<Vec<u8>, RegistryError> {
    let reference = reference(&format!("127.0.0.1:{}/acme/gate{rest}", server.port));
    client().pull(&reference, Required::default()).await.map(|pulled| pulled.component)
}

#[tokio::test]
async fn what_another_program_pushed_is_fetched() {
    let component = component(b"x");
    let server = registry(manifest(&component), component.clone());
    assert_eq!(pull(&server, ":1").await.unwrap(), component);
}

#[tokio::test]
async fn content_of_another_digest_or_size_is_refused() {
    let good = component(b"good");
    for bad in [component(b"evil"), component(b"larger than that"), Vec::new()] {
        let server = registry(manifest(&good), bad);
        let error = pull(&server, ":1").await.unwrap_err();
        assert!(matches!(error, RegistryError::Mismatch(_)), "{error}");
        assert_eq!(server.asked().iter().filter(|asked| asked.line.contains("/blobs/")).count(), 1);
    }
}

#[tokio::test]
async fn a_manifest_of_another_digest_than_was_asked_for_is_refused() {
    let component = component(b"x");
    let server = registry(manifest(&component), component.clone());
    let digest = Digest::of(manifest(&component).as_bytes());
    pull(&server, &format!("@{digest}")).await.unwrap();
    let error = pull(&server, &format!("@{}", Digest::of(b"other"))).await.unwrap_err();
    assert!(matches!(&error, RegistryError::Mismatch(text) if text.contains("the manifest of")), "{error}");
}

#[tokio::test]
async fn a_tag_that_was_moved_is_noticed() {
    let (old, new) = (component(b"old"), component(b"new"));
    let server = registry(manifest(&new), new.clone());
    let locked = Required { manifest: Some(Digest::of(manifest(&old).as_bytes())), key: None };
    let reference = reference(&format!("127.0.0.1:{}/acme/gate:1", server.port));
    let error = client().pull(&reference, locked).await.unwrap_err();
    assert!(matches!(&error, RegistryError::Mismatch(text) if text.contains("was moved")), "{error}");
    assert!(!server.asked().iter().any(|asked| asked.line.contains("/blobs/")), "it was fetched all the same");
}

#[tokio::test]
async fn a_manifest_that_promises_too_much_is_refused_before_anything_is_fetched() {
    let text = manifest(b"").replace("\"size\":0", "\"size\":99999999999");
    let server = registry(text, Vec::new());
    let error = pull(&server, ":1").await.unwrap_err();
    assert!(matches!(error, RegistryError::TooLarge { limit: 67_108_864, .. }), "{error}");
    assert!(!server.asked().iter().any(|asked| asked.line.contains("/blobs/")));
}

#[tokio::test]
async fn a_manifest_without_end_is_cut_off() {
    let server = Server::start(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while stream.write_all(&[b' '; 65536]).is_ok() {}
    });
    let error = pull(&server, ":1").await.unwrap_err();
    assert!(matches!(error, RegistryError::TooLarge { limit: 4_194_304, .. }), "{error}");
}

#[tokio::test]
async fn what_is_no_plugin_is_named() {
    let image =
        manifest(b"").replace("application/vnd.wasm.config.v0+json", "application/vnd.oci.image.config.v1+json");
    for (text, expected) in [
        (image.as_str(), "configuration of type `application/vnd.oci.image.config.v1+json`"),
        (r#"{"schemaVersion":2,"manifests":[]}"#, "an index of several images"),
        ("<html>", "no manifest"),
    ] {
        let error = pull(&registry(text, Vec::new()), ":1").await.unwrap_err();
        assert!(matches!(&error, RegistryError::NotAPlugin(text) if text.contains(expected)), "{error}");
    }
    let module = b"\0asm\x01\0\0\0".to_vec();
    let error = pull(&registry(manifest(&module), module.clone()), ":1").await.unwrap_err();
    assert!(matches!(&error, RegistryError::NotAPlugin(text) if text.contains("is a core module")), "{error}");
}

#[tokio::test]
async fn tags_are_read_page_by_page_and_not_for_ever() {
    let server = Server::start(|asked, stream| {
        let reply = match asked.line.as_str() {
            line if line.contains("last=b") => ok(br#"{"tags":["c"]}"#),
            line if line.contains("/ends/") => {
                answer("200 OK", "link: </v2/ends/tags/list?n=2&last=b>; rel=\"next\"\r\n", br#"{"tags":["a","b"]}"#)
            }
            line if line.contains("/away/") => {
                answer("200 OK", "link: <http://127.0.0.1:1/v2/away/tags/list>; rel=\"next\"\r\n", br#"{"tags":null}"#)
            }
            _ => answer("200 OK", "link: </v2/round/tags/list>; rel=\"next\"\r\n", br#"{"tags":["x"]}"#),
        };
        let _ = stream.write_all(&reply);
    });
    let tags = async |name: &str| client().tags(&reference(&format!("127.0.0.1:{}/{name}:1", server.port))).await;
    assert_eq!(tags("ends").await.unwrap(), ["a", "b", "c"]);
    assert!(matches!(tags("round").await, Err(RegistryError::Unreachable(_))));
    assert!(matches!(tags("away").await, Err(RegistryError::Forbidden(_))));
}

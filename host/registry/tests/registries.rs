//! A real registry: what is published can be fetched, by its tag and by its digest.

use std::fs;

use sdlc_registry::{
    client::{DESCRIPTION, Required, TITLE, VERSION},
    digest::Digest,
    error::RegistryError,
    versions::newest_compatible,
};

use crate::harness::{client, component, options, publication, reference, registry::Registry};

#[tokio::test]
async fn what_is_published_can_be_fetched_by_tag_and_by_digest() {
    let Some(registry) = Registry::start() else { return };
    let (client, component) = (client(), component(b"one"));
    let tag = reference(&registry.named("acme/gate:1.4.0"));
    let mut publication = publication(&component);
    publication.annotations = [(TITLE, "gate"), (VERSION, "1.4.0"), (DESCRIPTION, "ä \"gate\"")]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into();
    let published = client.publish(&tag, &publication).await.unwrap();
    assert!(!published.unchanged);
    let pulled = client.pull(&tag, Required::default()).await.unwrap();
    assert_eq!((&pulled.component, pulled.manifest), (&component, published.manifest));
    assert_eq!(client.resolve(&tag).await.unwrap(), published.manifest);
    let pinned = tag.with_digest(published.manifest);
    assert_eq!(client.pull(&pinned, Required::default()).await.unwrap(), pulled);
    let localhost = reference(&tag.to_string().replace("127.0.0.1", "localhost"));
    assert_eq!(client.pull(&localhost, Required::default()).await.unwrap(), pulled);
}

#[tokio::test]
async fn publishing_the_same_again_changes_nothing_and_something_else_needs_force() {
    let Some(registry) = Registry::start() else { return };
    let (client, tag) = (client(), reference(&registry.named("acme/gate:1.0.0")));
    let (one, two) = (component(b"one"), component(b"two"));
    let first = client.publish(&tag, &publication(&one)).await.unwrap();
    let mut later = publication(&one);
    later.created += std::time::Duration::from_secs(60);
    let second = client.publish(&tag, &later).await.unwrap();
    assert!(second.unchanged && second.manifest == first.manifest);
    let mut other = publication(&two);
    let error = client.publish(&tag, &other).await.unwrap_err();
    assert!(matches!(&error, RegistryError::Exists(text) if text.contains("with other content (`sha256:")), "{error}");
    other.force = true;
    let third = client.publish(&tag, &other).await.unwrap();
    assert_ne!(third.manifest, first.manifest);
    assert_eq!(client.pull(&tag, Required::default()).await.unwrap().component, two);
    let locked = Required { manifest: Some(first.manifest), key: None };
    let error = client.pull(&tag, locked).await.unwrap_err();
    assert!(matches!(&error, RegistryError::Mismatch(text) if text.contains("was moved")), "{error}");
    assert_eq!(client.pull(&tag.with_digest(first.manifest), locked).await.unwrap().component, one);
}

#[tokio::test]
async fn a_component_of_many_megabytes_is_published_once_and_limited_when_fetched() {
    let Some(registry) = Registry::start() else { return };
    let (client, component) = (client(), component(&vec![7; 5 << 20]));
    let tag = reference(&registry.named("large:1"));
    client.publish(&tag, &publication(&component)).await.unwrap();
    // The content is there already, and only its presence is asked for.
    client.publish(&tag.with_tag("2").unwrap(), &publication(&component)).await.unwrap();
    assert_eq!(client.pull(&tag, Required::default()).await.unwrap().component, component);
    let limited =
        sdlc_registry::client::Client::new(sdlc_registry::options::Options { max_bytes: 1 << 20, ..options() })
            .unwrap();
    let error = limited.pull(&tag, Required::default()).await.unwrap_err();
    assert!(matches!(error, RegistryError::TooLarge { limit: 1_048_576, .. }), "{error}");
    let error = limited.publish(&tag, &publication(&component)).await.unwrap_err();
    assert!(matches!(error, RegistryError::TooLarge { .. }), "{error}");
}

#[tokio::test]
async fn the_newest_compatible_version_is_among_the_tags() {
    let Some(registry) = Registry::start() else { return };
    let (client, component) = (client(), component(b""));
    let tag = reference(&registry.named("acme/gate:1.9.0"));
    for version in ["1.9.0", "1.10.0", "2.0.0", "latest"] {
        client.publish(&tag.with_tag(version).unwrap(), &publication(&component)).await.unwrap();
    }
    let tags = client.tags(&tag).await.unwrap();
    assert_eq!(tags.len(), 4);
    assert_eq!(newest_compatible("1.9.0", &tags), Some("1.10.0"));
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let Some(registry) = Registry::start() else { return };
    let (client, tag) = (client(), reference(&registry.named("acme/nothing:1")));
    let expected =
        |text: &str| text.contains(&format!("`{tag}` is not there")) || text.contains("acme/nothing` is not there");
    let error = client.pull(&tag, Required::default()).await.unwrap_err();
    assert!(matches!(&error, RegistryError::NotFound(text) if expected(text)), "{error}");
    let error = client.tags(&tag).await.unwrap_err();
    assert!(matches!(&error, RegistryError::NotFound(text) if expected(text)), "{error}");
    let error = client.pull(&tag.with_digest(Digest::of(b"")), Required::default()).await.unwrap_err();
    assert!(matches!(error, RegistryError::NotFound(_)), "{error}");
}

#[tokio::test]
async fn content_that_was_changed_in_the_store_of_the_registry_is_noticed() {
    let Some(registry) = Registry::start() else { return };
    let (client, component) = (client(), component(b"good"));
    let tag = reference(&registry.named("acme/gate:1"));
    client.publish(&tag, &publication(&component)).await.unwrap();
    let hex = Digest::of(&component).hex();
    let blobs = registry.directory.path().join("data/docker/registry/v2/blobs/sha256");
    fs::write(blobs.join(&hex[..2]).join(&hex).join("data"), crate::harness::component(b"evil")).unwrap();
    let error = client.pull(&tag, Required::default()).await.unwrap_err();
    assert!(matches!(error, RegistryError::Mismatch(_)), "{error}");
}

#[tokio::test]
async fn what_is_no_component_is_not_published() {
    let reference = reference("127.0.0.1:1/acme/gate:1");
    for (bytes, expected) in [
        (&b"\0asm\x01\x00\x00\x00"[..], "is a core module"),
        (b"\0asm\x0d\x00\x01\x00\x07", "is a broken component"),
        (b"", "is empty"),
        (b"<html>", "looks like a web page"),
    ] {
        let error = client().publish(&reference, &publication(bytes)).await.unwrap_err();
        assert!(matches!(&error, RegistryError::NotAPlugin(text) if text.contains(expected)), "{error}");
    }
}

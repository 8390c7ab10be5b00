//! Encrypted registries: whom a certificate has to be by.

use std::fs;

use sdlc_registry::{
    client::{Client, Required},
    error::RegistryError,
    options::Options,
};

use crate::harness::{
    certificates::Certificates,
    client, component, options, publication, reference,
    registry::{Registry, Wanted},
};

fn start() -> Option<(Certificates, Registry)> {
    let certificates = Certificates::make()?;
    let registry = Registry::start_with(&Wanted { certificates: Some(&certificates), login: None })?;
    Some((certificates, registry))
}

#[tokio::test]
async fn a_registry_with_a_certificate_of_an_unknown_authority_is_refused() {
    let Some((_certificates, registry)) = start() else { return };
    let error = client().pull(&reference(&registry.named("a:1")), Required::default()).await.unwrap_err();
    assert!(
        matches!(&error, RegistryError::Unreachable(text) if text.contains("certificate of `127.0.0.1` is not trusted")),
        "{error}"
    );
}

#[tokio::test]
async fn the_users_own_authority_is_trusted() {
    let Some((certificates, registry)) = start() else { return };
    let client = Client::new(Options { extra_ca: Some(certificates.path("ca.crt").into()), ..options() }).unwrap();
    works(&client, &registry.named("a:1")).await;
    works(&client, &registry.named("a:2").replace("127.0.0.1", "localhost")).await;
}

#[tokio::test]
async fn an_authority_in_dockers_directory_is_trusted_for_that_registry_alone() {
    let Some((certificates, registry)) = start() else { return };
    let directory = tempfile::TempDir::new().unwrap();
    let of_registry = directory.path().join(format!("127.0.0.1:{}", registry.port));
    fs::create_dir(&of_registry).unwrap();
    fs::copy(certificates.path("ca.crt"), of_registry.join("ca.crt")).unwrap();
    let client = Client::new(Options { certificates: directory.path().to_owned(), ..options() }).unwrap();
    works(&client, &registry.named("a:1")).await;
    let other = reference(&registry.named("a:1").replace("127.0.0.1", "localhost"));
    let error = client.pull(&other, Required::default()).await.unwrap_err();
    assert!(error.to_string().contains("is not trusted"), "{error}");
}

#[test]
fn a_file_without_certificates_is_an_error_of_use() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let error = Client::new(Options { extra_ca: Some(file.path().to_owned()), ..options() }).err().unwrap();
    assert!(matches!(&error, RegistryError::Usage(text) if text.contains("holds no certificates")), "{error}");
}

#[track_caller]
fn works<'a>(client: &'a Client, name: &str) -> impl Future<Output = ()> + 'a {
    let name = reference(name);
    async move {
        let component = component(b"");
        client.publish(&name, &publication(&component)).await.unwrap();
        assert_eq!(client.pull(&name, Required::default()).await.unwrap().component, component);
    }
}

//! A registry that wants a login, which is where Docker keeps it.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use sdlc_registry::{
    client::{Client, Required},
    error::RegistryError,
    options::Options,
};
use tempfile::TempDir;

use crate::harness::{
    component, options, publication, reference,
    registry::{Registry, Wanted, installed},
};

fn start() -> Option<Registry> {
    if !installed(&["htpasswd"]) {
        return None;
    }
    let output = Command::new("htpasswd").args(["-Bbn", "user", "pass:word"]).output().unwrap();
    Registry::start_with(&Wanted { login: Some(String::from_utf8(output.stdout).unwrap()), certificates: None })
}

fn with_config(directory: &Path, config: &str) -> Client {
    let path = directory.join("config.json");
    fs::write(&path, config).unwrap();
    Client::new(Options { docker_config: Some(path), path: Some(directory.into()), ..options() }).unwrap()
}

fn auths(registry: &Registry, login: &str) -> String {
    format!(r#"{{"auths":{{"127.0.0.1:{}":{{"auth":"{}"}}}}}}"#, registry.port, STANDARD.encode(login))
}

fn helper(directory: &Path, script: &str) {
    let (path, copy) = (directory.join("script"), directory.join("docker-credential-test"));
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    // Were the program written here, a child that another test starts now would keep it open, and it could not be run.
    assert!(Command::new("cp").args([path, copy]).status().unwrap().success());
}

async fn works(client: &Client, registry: &Registry) {
    let (tag, component) = (reference(&registry.named("acme/gate:1")), component(b""));
    client.publish(&tag, &publication(&component)).await.unwrap();
    assert_eq!(client.pull(&tag, Required::default()).await.unwrap().component, component);
    assert_eq!(client.tags(&tag).await.unwrap(), ["1"]);
}

async fn denied(client: &Client, registry: &Registry, expected: &str) {
    let hint = format!("hint: docker login 127.0.0.1:{}", registry.port);
    let error = client.pull(&reference(&registry.named("acme/gate:1")), Required::default()).await.unwrap_err();
    assert!(
        matches!(&error, RegistryError::Denied(text) if text.contains(expected) && text.ends_with(&hint)),
        "{error}"
    );
    assert!(!error.to_string().contains("pass:word"), "{error}");
}

#[tokio::test]
async fn a_login_in_the_file_of_docker_is_used() {
    let Some(registry) = start() else { return };
    let directory = TempDir::new().unwrap();
    works(&with_config(directory.path(), &auths(&registry, "user:pass:word")), &registry).await;
}

#[tokio::test]
async fn a_wrong_login_and_none_are_denied_and_the_message_says_how_to_log_in() {
    let Some(registry) = start() else { return };
    let directory = TempDir::new().unwrap();
    denied(&with_config(directory.path(), &auths(&registry, "user:wrong")), &registry, "does not accept the login")
        .await;
    denied(&with_config(directory.path(), "{}"), &registry, "wants a login").await;
    denied(&Client::new(options()).unwrap(), &registry, "wants a login").await;
}

#[tokio::test]
async fn a_login_from_a_helper_is_used_be_it_of_the_registry_or_of_all() {
    let Some(registry) = start() else { return };
    let directory = TempDir::new().unwrap();
    let port = registry.port;
    let script = format!(
        "read server; [ \"$1 $server\" = 'get 127.0.0.1:{port}' ] && echo '{{\"ServerURL\":\"\",\"Username\":\"user\",\"Secret\":\"pass:word\"}}'"
    );
    helper(directory.path(), &script);
    let of_registry = format!(r#"{{"credHelpers":{{"127.0.0.1:{port}":"test"}}}}"#);
    works(&with_config(directory.path(), &of_registry), &registry).await;
    works(&with_config(directory.path(), r#"{"credsStore":"test"}"#), &registry).await;
}

#[tokio::test]
async fn a_helper_that_knows_no_login_leaves_it_to_the_file() {
    let Some(registry) = start() else { return };
    let directory = TempDir::new().unwrap();
    helper(directory.path(), "echo 'credentials not found in native keychain'; exit 1");
    let config = auths(&registry, "user:pass:word").replacen('{', r#"{"credsStore":"test","#, 1);
    works(&with_config(directory.path(), &config), &registry).await;
}

#[tokio::test]
async fn a_helper_that_fails_hangs_or_is_not_there_is_named() {
    let Some(registry) = start() else { return };
    let directory = TempDir::new().unwrap();
    let config = r#"{"credsStore":"test"}"#;
    denied(&with_config(directory.path(), config), &registry, "`docker-credential-test` gave no login").await;
    denied(&with_config(directory.path(), r#"{"credsStore":"../test"}"#), &registry, "not installed").await;
    helper(directory.path(), "echo locked; exit 1");
    denied(&with_config(directory.path(), config), &registry, "locked").await;
    helper(directory.path(), "echo '{\"Secret\":\"pass:word\"}'");
    denied(&with_config(directory.path(), config), &registry, "its answer makes no sense").await;
    helper(directory.path(), "exec sleep 60");
    let path = directory.path().join("config.json");
    let limits = Options { total_timeout: Duration::from_millis(500), ..options() };
    let client =
        Client::new(Options { docker_config: Some(path), path: Some(directory.path().into()), ..limits }).unwrap();
    let error = client.pull(&reference(&registry.named("acme/gate:1")), Required::default()).await.unwrap_err();
    assert!(matches!(error, RegistryError::TimedOut { .. } | RegistryError::Denied(_)), "{error}");
}

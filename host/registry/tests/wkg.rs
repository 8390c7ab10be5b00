//! The `wkg` program: what it pushes can be fetched, and the reverse. Only where it is installed, which no distribution
//! does: `cargo install wkg`.

use std::{fs, process::Command};

use sdlc_registry::client::Required;
use tempfile::TempDir;

use crate::harness::{
    client, component, publication, reference,
    registry::{Registry, is_installed},
};

fn wkg(directory: &TempDir, registry: &Registry, arguments: &[&str]) {
    let insecure = format!("--insecure=127.0.0.1:{}", registry.port);
    let mut command = Command::new("wkg");
    command.arg("oci").args(arguments).arg(insecure).current_dir(directory).env("HOME", directory.path());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn what_wkg_pushes_can_be_fetched_and_the_reverse() {
    if !is_installed("wkg") {
        eprintln!("skipped: `wkg` is not installed; hint: cargo install wkg");
        return;
    }
    let Some(registry) = Registry::start() else { return };
    let (directory, component) = (TempDir::new().unwrap(), component(b"x"));
    fs::write(directory.path().join("theirs.wasm"), &component).unwrap();

    let theirs = registry.named("acme/theirs:1.0.0");
    wkg(&directory, &registry, &["push", &theirs, "theirs.wasm"]);
    assert_eq!(client().pull(&reference(&theirs), Required::default()).await.unwrap().component, component);
    // Its manifest is not the one that we would write, but the content and what is said of it are the same.
    let again = client().publish(&reference(&theirs), &publication(&component)).await.unwrap();
    assert!(again.unchanged);

    let ours = registry.named("acme/ours:1.0.0");
    client().publish(&reference(&ours), &publication(&component)).await.unwrap();
    wkg(&directory, &registry, &["pull", &ours, "-o", "ours.wasm"]);
    assert_eq!(fs::read(directory.path().join("ours.wasm")).unwrap(), component);
}

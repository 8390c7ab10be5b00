//! Plugins from registries and addresses, with what this machine and user have: logins, certificates.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, Result, bail};
use sdlc_config::{plugin::PluginSource, settings::Check};
use sdlc_registry::{
    client::{Client, Required},
    error::RegistryError,
    key::PublicKey,
    location::Location,
    options::Options,
    reference::Reference,
};
use sdlc_sandbox::engine::digest;

pub(crate) const REFERENCE: Check = |text| text.parse::<Reference>().map(drop).map_err(|error| error.to_string());
pub(crate) const URL: Check = |text| text.parse::<Location>().map(drop).map_err(|error| error.to_string());

/// How long the download of a large file may take.
const SLOWEST_DOWNLOAD: Duration = Duration::from_secs(3600);

/// What was fetched.
pub(crate) struct Fetched {
    pub(crate) bytes: Vec<u8>,
    /// Digest of the registry's manifest.
    pub(crate) manifest: Option<String>,
}

/// A client with the user's Docker logins.
pub(crate) fn client() -> Result<Client> {
    client_within(Options::default().total_timeout)
}

fn client_within(total_timeout: Duration) -> Result<Client> {
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let docker = variable("DOCKER_CONFIG").or_else(|| Some(variable("HOME")?.join(".docker")));
    let options = Options {
        docker_config: docker.map(|directory| directory.join("config.json")),
        path: std::env::var_os("PATH"),
        extra_ca: variable("SSL_CERT_FILE"),
        total_timeout,
        ..Options::default()
    };
    Ok(Client::new(options)?)
}

/// Downloads a file of any kind, as far as it is not larger than this, into another.
pub(crate) fn save(url: &str, cap: u64, file: &mut std::fs::File) -> Result<()> {
    let sink = &mut |chunk: &[u8]| {
        std::io::Write::write_all(file, chunk).map_err(|error| RegistryError::Unreachable(error.to_string()))
    };
    Ok(wait(client_within(SLOWEST_DOWNLOAD)?.stream(&url.parse()?, cap, sink))??)
}

/// Runs what waits for a server.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> Result<T> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(future))
}

/// A component from elsewhere. A tag that names another manifest than this one is an error.
pub(crate) fn fetch(source: &PluginSource, manifest: Option<&str>, key: Option<&PublicKey>) -> Result<Fetched> {
    let client = client()?;
    match source {
        PluginSource::Oci(reference) => {
            let reference: Reference = reference.parse()?;
            let manifest = manifest.map(str::parse).transpose()?;
            let pulled = wait(client.pull(&reference, Required { manifest, key }))??;
            Ok(Fetched { bytes: pulled.component, manifest: Some(pulled.manifest.to_string()) })
        }
        PluginSource::Url(url) => {
            let bytes = wait(client.download(&url.parse()?, key))??;
            Ok(Fetched { bytes, manifest: None })
        }
        PluginSource::Builtin(_) | PluginSource::Path(_) => bail!("`{source}` is not fetched from anywhere"),
    }
}

/// Whether the signature beside a file is one of this key.
pub(crate) fn verify_file(source: &PluginSource, bytes: &[u8], signature: &[u8], pem: &[u8]) -> Result<()> {
    let signature = String::from_utf8_lossy(signature);
    Ok(key(pem)?.verify_detached(&source.to_string(), bytes, &signature)?)
}

/// A public key in PEM.
pub(crate) fn key(pem: &[u8]) -> Result<PublicKey> {
    let pem = std::str::from_utf8(pem).context("the public key is not in PEM")?;
    Ok(PublicKey::from_pem(pem)?)
}

/// What tells one key from another, as it stands in the lock.
pub(crate) fn fingerprint(pem: &[u8]) -> String {
    digest(pem.trim_ascii())
}

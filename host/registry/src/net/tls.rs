//! Whom a server has to be certified by: the system's authorities, Docker's for that registry, and the user's own.

use std::{fs, io, path::Path, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, pem::PemObject},
};
use rustls_platform_verifier::Verifier;

use crate::error::{RegistryError, Result};

/// All certificates of a file.
pub(super) fn read(path: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let wrong = |why: String| RegistryError::Usage(format!("`{}` holds no certificates: {why}", path.display()));
    let text = fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let certificates: Vec<_> =
        CertificateDer::pem_slice_iter(&text).collect::<Result<_, _>>().map_err(|error| wrong(error.to_string()))?;
    if certificates.is_empty() {
        return Err(wrong("there is none in PEM in it".to_owned()));
    }
    Ok(certificates)
}

/// `HOST:PORT/*.crt` in Docker's directory, which usually is not there.
pub(super) fn of_registry(directory: &Path, authority: &str) -> Result<Vec<CertificateDer<'static>>> {
    let directory = directory.join(authority);
    let wrong = |error: io::Error| {
        RegistryError::Usage(format!("`{}` cannot be read: {error}; hint: check its permissions", directory.display()))
    };
    let entries = match fs::read_dir(&directory) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(wrong(error)),
    };
    let mut all = Vec::new();
    for entry in entries {
        let path = entry.map_err(wrong)?.path();
        if path.extension().is_some_and(|extension| extension == "crt") {
            all.extend(read(&path)?);
        }
    }
    Ok(all)
}

/// Trusts the authorities of the system and these.
pub(super) fn trusting(more: Vec<CertificateDer<'static>>) -> Result<ClientConfig> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new_with_extra_roots(more, provider.clone()).map_err(|error| {
        RegistryError::Usage(format!("no authorities of certificates: {error}; hint: install `ca-certificates`"))
    })?;
    let builder = builder(provider)?.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
    Ok(builder.with_no_client_auth())
}

/// Trusts nobody, for what is not encrypted.
pub(super) fn none() -> Result<ClientConfig> {
    let builder = builder(Arc::new(ring::default_provider()))?;
    Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}

fn builder(provider: Arc<CryptoProvider>) -> Result<rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>> {
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| RegistryError::Usage(error.to_string()))
}

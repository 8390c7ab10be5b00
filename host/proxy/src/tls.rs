//! [`Certificates`]: how connections of clients are secured; the files are read again when they change.

use std::{
    fs, mem,
    os::unix::fs::MetadataExt,
    path::Path,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use rustls::{
    InconsistentKeys, ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;

use crate::{error::Error, serve::TlsFiles};

/// Protocols by ALPN (RFC 7301), the preferred one first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(2);

/// A certificate with its key.
pub(crate) struct Certificates {
    files: TlsFiles,
    current: RwLock<Arc<ServerConfig>>,
    /// From before the files were read, so that no change is missed.
    known: Mutex<[Stamp; 2]>,
}

/// What changes with a file.
type Stamp = Option<(SystemTime, u64, u64)>;

impl Certificates {
    pub(crate) fn load(files: TlsFiles) -> Result<Self, Error> {
        let known = Mutex::new(stamps(&files));
        let current = RwLock::new(Arc::new(read(&files)?));
        Ok(Self { files, current, known })
    }

    /// With the certificate of this moment.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Reads the files again. What is wrong with them changes nothing: half of a renewal may be written.
    pub(crate) fn reload(&self) {
        match read(&self.files) {
            Ok(config) => *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(config),
            Err(error) => tracing::warn!(%error, "the certificate of before is kept"),
        }
    }

    /// Reads the files again where they changed.
    pub(crate) fn look(&self) {
        let now = stamps(&self.files);
        let before = mem::replace(&mut *self.known.lock().unwrap_or_else(PoisonError::into_inner), now);
        if now != before {
            self.reload();
        }
    }

    /// Looks every now and then, for ever.
    pub(crate) async fn watch(&self) {
        loop {
            sleep(LOOK).await;
            self.look();
        }
    }
}

fn stamps(files: &TlsFiles) -> [Stamp; 2] {
    let stamp = |path: &Path| {
        let metadata = fs::metadata(path).ok()?;
        Some((metadata.modified().ok()?, metadata.len(), metadata.ino()))
    };
    [stamp(&files.certificate), stamp(&files.key)]
}

fn read(files: &TlsFiles) -> Result<ServerConfig, Error> {
    let failed = |path: &Path, reason: String| Error::Certificate { path: path.to_owned(), reason };
    let (certificate, key) = (&files.certificate, &files.key);
    let chain = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.map_err(|error| failed(certificate, error.to_string()))?;
    if chain.is_empty() {
        return Err(failed(certificate, "there is no certificate in it".to_owned()));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| failed(key, error.to_string()))?;
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions();
    let config = builder.and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private));
    let mut config = config.map_err(|error| match error {
        rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
            failed(certificate, format!("the key `{}` is of another one", key.display()))
        }
        other => failed(certificate, other.to_string()),
    })?;
    config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As where a proxy stood by in between.
    #[test]
    fn a_look_finds_what_changed_since_the_files_were_read_and_keeps_what_did_not() {
        let directory = tempfile::tempdir().unwrap();
        let files = TlsFiles { certificate: directory.path().join("chain"), key: directory.path().join("key") };
        let issue = || {
            let issued = rcgen::generate_simple_self_signed(["shop.example".to_owned()]).unwrap();
            fs::write(&files.certificate, issued.cert.pem()).unwrap();
            fs::write(&files.key, issued.signing_key.serialize_pem() + "\n\n").unwrap();
        };
        issue();
        let certificates = Certificates::load(files.clone()).unwrap();
        let current = || Arc::clone(&certificates.current.read().unwrap());
        let first = current();
        certificates.look();
        assert!(Arc::ptr_eq(&first, &current()));
        fs::remove_file(&files.key).unwrap();
        issue();
        certificates.look();
        assert!(!Arc::ptr_eq(&first, &current()));
    }
}

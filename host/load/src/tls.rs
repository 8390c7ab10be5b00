//! [`connector`]: how connections are secured. Trusts the certificates of this machine, or
//! those that `SSL_CERT_FILE` and `SSL_CERT_DIR` name.

use std::{io, sync::Arc};

use rustls::{ClientConfig, crypto::ring, pki_types::CertificateDer};
use rustls_platform_verifier::Verifier;
use tokio_rustls::TlsConnector;

use crate::plan::LoadError;

/// Protocols by ALPN (RFC 7301), the preferred one first.
pub(crate) const PROTOCOLS: &[&[u8]] = &[HTTP_2, b"http/1.1"];
/// HTTP/2 over TLS.
pub(crate) const HTTP_2: &[u8] = b"h2";

/// `more` is trusted besides; `protocols` are offered.
pub(crate) fn connector(more: &[CertificateDer<'static>], protocols: &[&[u8]]) -> Result<TlsConnector, LoadError> {
    let failed = |error: rustls::Error| LoadError::Machine(error.to_string());
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new_with_extra_roots(more.iter().cloned(), Arc::clone(&provider)).map_err(failed)?;
    let builder = ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions().map_err(failed)?;
    // "Dangerous" is any verifier that is not rustls's own.
    let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
    let mut client = builder.with_no_client_auth();
    client.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    Ok(TlsConnector::from(Arc::new(client)))
}

/// What is wrong with a certificate, where that is why a connection failed.
pub(crate) fn certificate_error(error: &io::Error) -> Option<String> {
    let error = error.get_ref()?.downcast_ref::<rustls::Error>()?;
    matches!(error, rustls::Error::InvalidCertificate(_)).then(|| error.to_string())
}

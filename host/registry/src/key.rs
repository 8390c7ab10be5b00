//! [`PublicKey`]: whose signature something has to bear. Knows two algorithms, and no certificates.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::signature::{ECDSA_P256_SHA256_ASN1, ED25519, UnparsedPublicKey, VerificationAlgorithm};
use rustls::pki_types::{SubjectPublicKeyInfoDer, pem::PemObject};

use crate::error::{RegistryError, Result};

/// All that comes before the point, in the DER of an uncompressed key on P-256 (RFC 5480).
const P256: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
const P256_POINT: usize = 65;
/// The same for Ed25519 (RFC 8410).
const ED25519_PREFIX: &[u8] = &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const ED25519_POINT: usize = 32;

/// A public key as `cosign generate-key-pair` writes it.
#[derive(Clone)]
pub struct PublicKey {
    algorithm: &'static dyn VerificationAlgorithm,
    point: Vec<u8>,
}

impl PublicKey {
    /// Reads a key.
    ///
    /// # Errors
    /// It is no PEM, or the key is neither of ECDSA on P-256 nor of Ed25519.
    pub fn from_pem(pem: &str) -> Result<Self> {
        let wrong = |what: &str| {
            let hint = "hint: a file as `cosign generate-key-pair` writes to `cosign.pub`";
            RegistryError::Usage(format!("{what}; {hint}"))
        };
        let der = SubjectPublicKeyInfoDer::from_pem_slice(pem.as_bytes())
            .map_err(|_| wrong("there is no public key in PEM in it"))?;
        let kinds: [(&[u8], usize, &'static dyn VerificationAlgorithm); 2] =
            [(P256, P256_POINT, &ECDSA_P256_SHA256_ASN1), (ED25519_PREFIX, ED25519_POINT, &ED25519)];
        kinds
            .into_iter()
            .find_map(|(prefix, length, algorithm)| {
                let point = der.as_ref().strip_prefix(prefix).filter(|point| point.len() == length)?;
                Some(Self { algorithm, point: point.to_owned() })
            })
            .ok_or_else(|| wrong("the key is neither of ECDSA on P-256 nor of Ed25519"))
    }

    /// Checks what `cosign sign-blob` wrote: a signature in base64, beside the file.
    ///
    /// # Errors
    /// It is not by this key, or not of these bytes.
    pub fn verify_detached(&self, what: &str, content: &[u8], signature: &str) -> Result<()> {
        if self.verifies(content, signature) {
            return Ok(());
        }
        Err(RegistryError::Signature(format!(
            "the signature of `{what}` is not by the trusted key, or not of this content; \
             hint: do not use it, and ask who published it"
        )))
    }

    pub(crate) fn verifies(&self, content: &[u8], signature: &str) -> bool {
        let key = UnparsedPublicKey::new(self.algorithm, &self.point);
        STANDARD.decode(signature.trim()).is_ok_and(|signature| key.verify(content, &signature).is_ok())
    }
}

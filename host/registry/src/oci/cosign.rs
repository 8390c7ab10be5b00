//! Signatures as `cosign sign --key` puts them into a registry: below a tag that is made of the digest of what is signed.
//!
//! Does not know transparency logs, certificates or the bundles of newer versions.

use serde::Deserialize;

use super::{
    manifest::{Descriptor, Manifest},
    registry::Registry,
};
use crate::{
    digest::Digest,
    error::{RegistryError, Result},
    key::PublicKey,
};

const PAYLOAD: &str = "application/vnd.dev.cosign.simplesigning.v1+json";
const SIGNATURE: &str = "dev.cosignproject.cosign/signature";
const KIND: &str = "cosign container image signature";
const PAYLOAD_BYTES: u64 = 1 << 20;
/// More is an attempt to keep us busy.
const SIGNATURES: usize = 32;

#[derive(Deserialize)]
struct Payload {
    critical: Critical,
}

#[derive(Deserialize)]
struct Critical {
    image: Image,
    r#type: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Image {
    docker_manifest_digest: String,
}

/// Whether one of the signatures of a manifest is by this key.
pub(crate) async fn verify(registry: &mut Registry<'_>, what: &str, digest: &Digest, key: &PublicKey) -> Result<()> {
    let tag = format!("sha256-{}.sig", digest.hex());
    let Some((bytes, _)) = registry.manifest(&tag).await? else {
        let hint = "hint: `cosign sign --key cosign.key --new-bundle-format=false` makes one that is understood";
        return Err(RegistryError::Signature(format!("`{what}` is not signed; {hint}")));
    };
    let manifest = Manifest::parse(&registry.named(&tag), &bytes)
        .map_err(|error| RegistryError::Signature(format!("the signatures of `{what}` make no sense: {error}")))?;
    let signatures = manifest.layers.iter().filter(|layer| layer.media_type == PAYLOAD).take(SIGNATURES);
    for layer in signatures {
        if is_by(registry, layer, digest, key).await? {
            return Ok(());
        }
    }
    let hint = "hint: do not use it, or trust the key of who signed it";
    Err(RegistryError::Signature(format!("`{what}` is signed, but not by the trusted key; {hint}")))
}

/// Another digest or kind is no error: it is a signature of something else, that somebody copied here.
async fn is_by(registry: &mut Registry<'_>, layer: &Descriptor, digest: &Digest, key: &PublicKey) -> Result<bool> {
    let Some(signature) = layer.annotations.get(SIGNATURE) else { return Ok(false) };
    let bytes = match registry.blob(layer, PAYLOAD_BYTES).await {
        Ok(bytes) => bytes,
        // Somebody's broken signature beside a good one does not matter.
        Err(RegistryError::TooLarge { .. } | RegistryError::Mismatch(_) | RegistryError::NotFound(_)) => {
            return Ok(false);
        }
        Err(error) => return Err(error),
    };
    Ok(key.verifies(&bytes, signature) && is_of(&bytes, digest))
}

fn is_of(payload: &[u8], digest: &Digest) -> bool {
    serde_json::from_slice::<Payload>(payload).is_ok_and(|Payload { critical }| {
        critical.r#type == KIND && critical.image.docker_manifest_digest == digest.to_string()
    })
}

//! Fetching a component from a registry.

use super::{component, cosign, manifest::Manifest, registry::Registry, replies};
use crate::{
    client::{Pulled, Required},
    digest::Digest,
    error::{RegistryError, Result},
    net::network::Network,
    reference::Reference,
};

/// Fetches the component, after all that can be known without it was checked.
pub(crate) async fn pull(network: &Network, reference: &Reference, required: Required<'_>) -> Result<Pulled> {
    let mut registry = Registry::open(network, reference, "pull").await?;
    let what = reference.to_string();
    let (bytes, digest) = named(&mut registry, reference).await?;
    pinned(reference, required.manifest, digest)?;
    if let Some(key) = required.key {
        cosign::verify(&mut registry, &what, &digest, key).await?;
    }
    let manifest = Manifest::parse(&what, &bytes)?;
    let component = registry.blob(manifest.component(&what)?, network.options.max_bytes).await?;
    component::check(&what, &component)?;
    Ok(Pulled { component, manifest: digest })
}

/// Which manifest a reference names.
pub(crate) async fn resolve(network: &Network, reference: &Reference) -> Result<Digest> {
    let mut registry = Registry::open(network, reference, "pull").await?;
    Ok(named(&mut registry, reference).await?.1)
}

async fn named(registry: &mut Registry<'_>, reference: &Reference) -> Result<(Vec<u8>, Digest)> {
    let manifest = registry.manifest(&reference.version()).await?;
    manifest.ok_or_else(|| replies::not_found(&reference.to_string()))
}

fn pinned(reference: &Reference, locked: Option<Digest>, found: Digest) -> Result<()> {
    let Some(locked) = locked.filter(|locked| *locked != found) else { return Ok(()) };
    let what = if reference.digest().is_some() { "names another manifest than was locked" } else { "was moved" };
    Err(RegistryError::Mismatch(format!(
        "`{reference}` {what}: `{locked}` was locked, and now it is `{found}`; \
         hint: ask who published it; `sdlc plugin update --allow-moved` takes what is there now"
    )))
}

//! Publishing a component in a registry.

use std::collections::BTreeMap;

use bytes::Bytes;
use reqwest::{
    Method, StatusCode,
    header::{CONTENT_TYPE, LOCATION},
};

use super::{
    component,
    config::Config,
    manifest::{self, Descriptor, Manifest},
    registry::{MANIFEST_BYTES, Registry},
    replies,
};
use crate::{
    client::{Publication, Published},
    digest::Digest,
    error::{RegistryError, Result},
    net::{network::Network, request::Request},
    reference::Reference,
};

/// Publishes the component: first what the manifest names, then the manifest, so that nobody finds half of it.
pub(crate) async fn publish(network: &Network, reference: &Reference, new: &Publication<'_>) -> Result<Published> {
    let what = reference.to_string();
    let (Some(tag), None) = (reference.tag(), reference.digest()) else {
        let hint = "hint: such as `registry.example/acme/gate:1.4.0`";
        return Err(RegistryError::Usage(format!("`{what}` is to be a tag, and no digest; {hint}")));
    };
    let names = component::names(&what, new.component)?;
    if new.component.len() as u64 > network.options.max_bytes {
        return Err(RegistryError::TooLarge { what, limit: network.options.max_bytes });
    }
    let layer = Descriptor::of(manifest::WASM, new.component);
    let mut registry = Registry::open(network, reference, "pull,push").await?;
    if let Some(published) = existing(&mut registry, reference, tag, &layer, new).await? {
        return Ok(published);
    }
    let config = Config::new(new.created, &layer.digest()?, names);
    let config = serde_json::to_vec(&config).map_err(|error| RegistryError::Usage(error.to_string()))?;
    let config_descriptor = Descriptor::of(manifest::CONFIG, &config);
    upload(&mut registry, &layer, Bytes::copy_from_slice(new.component)).await?;
    upload(&mut registry, &config_descriptor, config.into()).await?;
    let manifest = Manifest {
        annotations: new.annotations.clone(),
        config: config_descriptor,
        layers: vec![layer],
        media_type: Some(manifest::MANIFEST.to_owned()),
        schema_version: 2,
    };
    let manifest = put_manifest(&mut registry, tag, &manifest).await?;
    Ok(Published { manifest, unchanged: false })
}

/// What is under the tag: the same, nothing, or something that may be overwritten.
async fn existing(
    registry: &mut Registry<'_>,
    reference: &Reference,
    tag: &str,
    layer: &Descriptor,
    new: &Publication<'_>,
) -> Result<Option<Published>> {
    let Some((bytes, digest)) = registry.manifest(tag).await? else { return Ok(None) };
    let same = Manifest::parse(&reference.to_string(), &bytes).is_ok_and(|old| {
        old.component("").is_ok_and(|old| old.digest == layer.digest) && same_annotations(&old.annotations, new)
    });
    match (same, new.force) {
        (true, _) => Ok(Some(Published { manifest: digest, unchanged: true })),
        (false, true) => Ok(None),
        (false, false) => Err(RegistryError::Exists(format!(
            "`{reference}` is there already, with other content (`{digest}`); \
             hint: publish another version; whoever locked this one would be stopped"
        ))),
    }
}

fn same_annotations(old: &BTreeMap<String, String>, new: &Publication<'_>) -> bool {
    *old == new.annotations
}

async fn upload(registry: &mut Registry<'_>, descriptor: &Descriptor, content: Bytes) -> Result<()> {
    let digest = &descriptor.digest;
    let there = Request::new(Method::HEAD, registry.url(&format!("blobs/{digest}")));
    if registry.call(there, MANIFEST_BYTES).await?.status == StatusCode::OK {
        return Ok(());
    }
    let begin = Request::new(Method::POST, registry.url("blobs/uploads/")).body(Bytes::new());
    let reply = registry.call(begin, MANIFEST_BYTES).await?;
    let what = format!("an upload to {}", registry.named(digest));
    let Some(target) = reply.header(LOCATION.as_str()).filter(|_| reply.status == StatusCode::ACCEPTED) else {
        return Err(replies::unexpected(&what, &reply));
    };
    let mut url = registry.own(&reply, target)?;
    url.query_pairs_mut().append_pair("digest", digest);
    let put = Request::new(Method::PUT, url).header(CONTENT_TYPE, "application/octet-stream").body(content);
    let reply = registry.call(put, MANIFEST_BYTES).await?;
    match reply.status {
        StatusCode::CREATED | StatusCode::NO_CONTENT => Ok(()),
        _ => Err(replies::unexpected(&what, &reply)),
    }
}

async fn put_manifest(registry: &mut Registry<'_>, tag: &str, manifest: &Manifest) -> Result<Digest> {
    let bytes = serde_json::to_vec(manifest).map_err(|error| RegistryError::Usage(error.to_string()))?;
    let digest = Digest::of(&bytes);
    let url = registry.url(&format!("manifests/{tag}"));
    let put = Request::new(Method::PUT, url).header(CONTENT_TYPE, manifest::MANIFEST).body(bytes.into());
    let reply = registry.call(put, MANIFEST_BYTES).await?;
    match reply.status {
        StatusCode::CREATED | StatusCode::OK => Ok(digest),
        _ => Err(replies::unexpected(&registry.named(tag), &reply)),
    }
}

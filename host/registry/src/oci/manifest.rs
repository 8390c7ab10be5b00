//! [`Manifest`]: the document under a tag, which names everything else by digest.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    digest::Digest,
    error::{RegistryError, Result},
};

/// Media type of a manifest.
pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// Media type of what a manifest says of a component.
pub(crate) const CONFIG: &str = "application/vnd.wasm.config.v0+json";
/// Media type of a component.
pub(crate) const WASM: &str = "application/wasm";
/// Every kind of manifest, so that a registry shows what is there and not that there is nothing.
pub(crate) const ACCEPTED: &str = "application/vnd.oci.image.manifest.v1+json, \
    application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.v2+json, \
    application/vnd.docker.distribution.manifest.list.v2+json";

/// The document under a tag. The fields are in the order of their names, as `wkg` writes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Manifest {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "null_is_empty")]
    pub(crate) annotations: BTreeMap<String, String>,
    pub(crate) config: Descriptor,
    pub(crate) layers: Vec<Descriptor>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) media_type: Option<String>,
    pub(crate) schema_version: u32,
}

/// Names something by digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Descriptor {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "null_is_empty")]
    pub(crate) annotations: BTreeMap<String, String>,
    pub(crate) digest: String,
    pub(crate) media_type: String,
    pub(crate) size: u64,
}

fn null_is_empty<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// What is needed to say what was found instead.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kind {
    media_type: Option<String>,
    manifests: Option<serde::de::IgnoredAny>,
    layers: Option<serde::de::IgnoredAny>,
}

impl Descriptor {
    pub(crate) fn of(media_type: &str, content: &[u8]) -> Self {
        Self {
            annotations: BTreeMap::new(),
            digest: Digest::of(content).to_string(),
            media_type: media_type.to_owned(),
            size: content.len() as u64,
        }
    }

    /// Other algorithms than sha256 are not taken: what is pinned is a sha256.
    pub(crate) fn digest(&self) -> Result<Digest> {
        self.digest.parse().map_err(|_| {
            RegistryError::NotAPlugin(format!("the manifest names something by `{}`, which is no sha256", self.digest))
        })
    }
}

impl Manifest {
    /// Reads a manifest of one image or artefact.
    pub(crate) fn parse(what: &str, bytes: &[u8]) -> Result<Self> {
        let kind: Kind =
            serde_json::from_slice(bytes).map_err(|error| not_a_plugin(what, &format!("no manifest ({error})")))?;
        if kind.manifests.is_some() {
            return Err(not_a_plugin(what, "an index of several images"));
        }
        match (kind.media_type.as_deref(), kind.layers) {
            (None | Some(MANIFEST), Some(_)) => {}
            (other, _) => {
                return Err(not_a_plugin(what, &format!("a manifest of type `{}`", other.unwrap_or("unknown"))));
            }
        }
        let manifest: Self =
            serde_json::from_slice(bytes).map_err(|error| not_a_plugin(what, &format!("no manifest ({error})")))?;
        if manifest.schema_version != 2 {
            return Err(not_a_plugin(what, &format!("a manifest of version {}", manifest.schema_version)));
        }
        Ok(manifest)
    }

    /// The only layer, which is the component.
    pub(crate) fn component(&self, what: &str) -> Result<&Descriptor> {
        if self.config.media_type != CONFIG {
            return Err(not_a_plugin(
                what,
                &format!("something with a configuration of type `{}`", self.config.media_type),
            ));
        }
        match self.layers.as_slice() {
            [layer] if layer.media_type == WASM => Ok(layer),
            [layer] => Err(not_a_plugin(what, &format!("a layer of type `{}`", layer.media_type))),
            layers => Err(not_a_plugin(what, &format!("{} layers", layers.len()))),
        }
    }
}

fn not_a_plugin(what: &str, found: &str) -> RegistryError {
    let hint = format!(
        "hint: a plugin has a configuration of type `{CONFIG}` and one layer `{WASM}`, as `sdlc plugin publish` and `wkg` push it"
    );
    RegistryError::NotAPlugin(format!("`{what}` is no plugin: found {found}; {hint}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WKG: &str = include_str!("../../tests/fixtures/wkg-manifest.json");

    fn found(text: &str) -> String {
        Manifest::parse("r/a:1", text.as_bytes())
            .and_then(|manifest| manifest.component("r/a:1").cloned())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn what_wkg_wrote_is_read_and_written_again_byte_for_byte() {
        let manifest = Manifest::parse("r/a:1", WKG.as_bytes()).unwrap();
        assert_eq!(manifest.component("r/a:1").unwrap().size, 279_321);
        assert_eq!(serde_json::to_string(&manifest).unwrap(), WKG);
    }

    #[test]
    fn what_is_no_plugin_is_refused_and_the_message_says_what_was_found() {
        let layer = WKG.split_once("[").unwrap().1.split_once("]").unwrap().0;
        for (text, expected) in [
            ("<html>".to_owned(), "found no manifest (expected value"),
            ("{}".to_owned(), "found a manifest of type `unknown`"),
            (r#"{"manifests":[]}"#.to_owned(), "found an index of several images"),
            (WKG.replace(MANIFEST, "application/x"), "found a manifest of type `application/x`"),
            (WKG.replace("\"schemaVersion\":2", "\"schemaVersion\":3"), "found a manifest of version 3"),
            (
                WKG.replace(CONFIG, "application/vnd.oci.image.config.v1+json"),
                "configuration of type `application/vnd.oci.image.config.v1+json`",
            ),
            (WKG.replace(WASM, "application/x-tar"), "found a layer of type `application/x-tar`"),
            (WKG.replace(layer, &format!("{layer},{layer}")), "found 2 layers"),
            (WKG.replace(layer, ""), "found 0 layers"),
        ] {
            let error = found(&text);
            assert!(error.starts_with("`r/a:1` is no plugin: ") && error.contains(expected), "{error}");
        }
    }

    #[test]
    fn only_a_sha256_pins_anything() {
        let layer = Descriptor { digest: "sha512:00".into(), ..Descriptor::of(WASM, b"") };
        assert!(layer.digest().unwrap_err().to_string().contains("`sha512:00`, which is no sha256"));
    }
}

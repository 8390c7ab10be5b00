//! [`Config`]: what a manifest says of the component, as the `oci-wasm` crate defines it and `wkg` writes it.

use std::time::SystemTime;

use serde::Serialize;

use super::component::Names;
use crate::digest::Digest;

/// What a manifest says of the component.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Config {
    created: String,
    author: Option<String>,
    architecture: &'static str,
    os: &'static str,
    layer_digests: [String; 1],
    component: Component,
}

#[derive(Serialize)]
struct Component {
    exports: Vec<String>,
    imports: Vec<String>,
    target: Option<String>,
}

impl Config {
    /// Of a component.
    pub(crate) fn new(created: SystemTime, layer: &Digest, names: Names) -> Self {
        Self {
            created: created_text(created),
            author: None,
            architecture: "wasm",
            os: "wasip2",
            layer_digests: [layer.to_string()],
            component: Component { exports: names.exports, imports: names.imports, target: None },
        }
    }
}

/// RFC 3339. A time that cannot be written so, before 1970 or far ahead, is the beginning of time.
fn created_text(created: SystemTime) -> String {
    let year_9999 = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(253_402_300_799);
    let created = if (SystemTime::UNIX_EPOCH..year_9999).contains(&created) { created } else { SystemTime::UNIX_EPOCH };
    humantime::format_rfc3339_seconds(created).to_string()
}

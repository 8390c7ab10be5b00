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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_config_is_written_as_wkg_wrote_it() {
        let wkg: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/fixtures/wkg-config.json")).unwrap();
        let list = |name: &str| serde_json::from_value::<Vec<String>>(wkg["component"][name].clone()).unwrap();
        let names = Names { exports: list("exports"), imports: list("imports") };
        let layer = wkg["layerDigests"][0].as_str().unwrap().parse().unwrap();
        let mut ours = serde_json::to_value(Config::new(SystemTime::UNIX_EPOCH, &layer, names)).unwrap();
        // When and by whom differs.
        ours["created"] = wkg["created"].clone();
        ours["author"] = wkg["author"].clone();
        assert_eq!(ours, wkg);
    }

    #[test]
    fn a_time_is_written_as_others_read_it() {
        let at = |seconds| created_text(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(1_700_000_000), "2023-11-14T22:13:20Z");
        assert_eq!(at(999_999_999_999), "1970-01-01T00:00:00Z");
        assert_eq!(created_text(SystemTime::UNIX_EPOCH - Duration::from_secs(1)), "1970-01-01T00:00:00Z");
    }
}

//! [`Healer`]: what `sdlc heal` asks for cures.

use std::time::Duration;

use serde_json::Value;

use crate::{
    plugin::{PluginRef, plugin},
    problem::nearest,
    raw::RawHealer,
    settings::{Grant, LimitSettings, Reading},
};

const MOST_FILES: usize = 50;
const MOST_LINES: usize = 2000;

/// A healer.
#[derive(Clone, Debug)]
pub struct Healer {
    /// As in `sdlc.toml`.
    pub name: String,
    /// Which plugin.
    pub plugin: PluginRef,
    /// Names of the gates whose findings it gets; none: all.
    pub gates: Option<Vec<String>>,
    /// What it may do.
    pub grant: Grant,
    /// Most files that one cure may change.
    pub max_files: usize,
    /// Most lines that one cure may add and remove.
    pub max_lines: usize,
    /// Longest time of one call.
    pub timeout: Option<Duration>,
    /// Limits that were set.
    pub limits: LimitSettings,
    /// The plugin's own settings, a JSON object.
    pub settings: Value,
}

impl Reading<'_> {
    /// `known` are the names of the gates.
    pub(crate) fn healer(&mut self, name: String, raw: RawHealer, known: &[String]) -> Healer {
        let path = format!("healers.{name}");
        let key = |key: &str| format!("{path}.{key}");
        self.require_plain_name(&path, "healer", &name);
        for (index, gate) in raw.gates.iter().flatten().enumerate() {
            if !known.contains(gate) {
                let hint = nearest(gate, known.iter().map(String::as_str));
                let hint = hint.map_or_else(String::new, |gate| format!("; hint: did you mean `{gate}`?"));
                self.wrong(&key(&format!("gates.{index}")), format!("no gate is called `{gate}`{hint}"));
            }
        }
        Healer {
            plugin: plugin(self, &key("plugin"), raw.plugin),
            gates: raw.gates,
            grant: self.grant(&key("grant"), raw.grant),
            max_files: raw.max_files.unwrap_or(MOST_FILES),
            max_lines: raw.max_lines.unwrap_or(MOST_LINES),
            timeout: self.duration(&key("timeout"), raw.timeout),
            limits: self.limits(&key("limits"), raw.limits),
            settings: Value::Object(raw.settings.into_iter().collect()),
            name,
        }
    }
}

//! A healer that raises vulnerable pins: [`DependencyBump`].
//!
//! It looks at the pins that findings point to, asks the host for advisories, and writes the lowest version that none of them
//! affects: in `requirements.txt` where no hash pins the file besides, and in `go.mod` where `go.sum` knows the version
//! already. All other formats have digests that only their own tools can compute: the healer `tool` runs those. What is
//! left out is said in the log.

mod bump;
mod plan;

use plan::{Host, Plan};
use schemars::JsonSchema;
use sdlc_sdk::{Error, Healer, Info, Patient, Plugin, Problem, Treatment};
use serde::Deserialize;

/// Settings of the healer.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Settings {
    /// Names of packages that are left as they are.
    pub keep: Vec<String>,
}

/// The healer, with its settings.
pub struct DependencyBump {
    settings: Settings,
}

impl Plugin for DependencyBump {
    type Settings = Settings;

    fn info() -> Info {
        Info::new("dependency-bump", env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_DESCRIPTION"))
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        Ok(Self { settings })
    }
}

impl Healer for DependencyBump {
    fn heal(&self, patient: Patient) -> Result<Vec<Treatment>, Error> {
        let Patient::Findings(findings) = patient else { return Ok(Vec::new()) };
        let mut plan = Plan::new(&Host, &self.settings.keep);
        for path in plan::paths(&findings) {
            plan.file(&path, &findings)?;
        }
        for left_out in plan.left_out() {
            log(left_out);
        }
        Ok(plan.treatments())
    }
}

#[expect(clippy::print_stderr, reason = "standard error is the plugin's log")]
fn log(text: &str) {
    eprintln!("{text}");
}

// A native library has no use for the component's functions, and linkers refuse their names.
#[cfg(target_arch = "wasm32")]
sdlc_sdk::export!(DependencyBump: healer);

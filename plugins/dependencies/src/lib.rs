//! A workspace gate that holds lock files against advisories: [`Dependencies`].
//!
//! The crate `lock-files` reads the files and orders versions, `matches` joins advisories that are one, and `check` makes
//! findings of them. Reaches no network: the host has the advisories.

mod check;
mod matches;
mod rating;
mod rules;
mod settings;
mod surroundings;

#[cfg(test)]
mod testing;

use sdlc_sdk::{Info, Plugin, Problem, Rule};
use settings::Settings;

/// The gate, with its settings.
pub struct Dependencies {
    settings: Settings,
    /// Seconds; none: any.
    max_age: Option<u64>,
}

impl Plugin for Dependencies {
    type Settings = Settings;

    fn info() -> Info {
        Info::new("dependencies", env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_DESCRIPTION"))
    }

    fn rules(ids: &[String]) -> Vec<Rule> {
        rules::all().into_iter().filter(|rule| ids.is_empty() || ids.contains(&rule.id)).collect()
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        let problems = settings.problems();
        if !problems.is_empty() {
            return Err(problems);
        }
        let max_age = settings.max_age().map_err(|problem| vec![problem])?;
        Ok(Self { settings, max_age })
    }
}

impl sdlc_sdk::WorkspaceGate for Dependencies {
    fn check(&self) -> Result<sdlc_sdk::Report, sdlc_sdk::Error> {
        self.check_in(&surroundings::Host)
    }
}

// A native library has no use for the component's functions, and linkers refuse their names.
#[cfg(target_arch = "wasm32")]
sdlc_sdk::export!(Dependencies: workspace_gate);

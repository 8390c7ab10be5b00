//! Write `sdlc` plugins in Rust.
//!
//! A plugin is a type that implements [`Plugin`] and one trait per kind ([`FileGate`],
//! [`WorkspaceGate`], [`Healer`], [`ScalingPolicy`], [`DeployStrategy`]), exported by [`export!`]
//! and built for `wasm32-wasip2`. [`testing`] runs it natively in a unit test.
//!
//! ```
//! use sdlc_sdk::{FileGate, Finding, Info, Plugin, Problem, Project, Report, Selection, Severity, SourceFile};
//!
//! struct NoTabs;
//!
//! impl Plugin for NoTabs {
//!     type Settings = sdlc_sdk::NoSettings;
//!
//!     fn info() -> Info {
//!         Info::new("no-tabs", env!("CARGO_PKG_VERSION"), "finds tabs")
//!     }
//!
//!     fn new(_settings: Self::Settings) -> Result<Self, Vec<Problem>> {
//!         Ok(Self)
//!     }
//! }
//!
//! impl FileGate for NoTabs {
//!     fn select(&self) -> Selection {
//!         Selection::of(["**/*.txt"])
//!     }
//!
//!     fn check(&self, file: SourceFile) -> Result<Report, sdlc_sdk::Error> {
//!         let tabs = file.bytes()?.iter().enumerate().filter(|(_, byte)| **byte == b'\t');
//!         Ok(tabs
//!             .map(|(at, _)| Finding::new("tab", Severity::Warning, "tab").at(&file.path, at..at + 1))
//!             .collect())
//!     }
//! }
//!
//! # #[cfg(target_arch = "wasm32")]
//! sdlc_sdk::export!(NoTabs: file_gate);
//! ```

#[doc(hidden)]
pub mod bindings;

mod data;
mod export;
mod settings;
pub mod testing;
mod traits;

pub use bindings::{
    deploy_strategy::exports::sdlc::plugin::deploy_strategy::{Decision as RolloutDecision, Rollout, Slot, Step},
    file_gate::exports::sdlc::plugin::file_gate::{FileKind, Project, Selection, SourceFile},
    healer::exports::sdlc::plugin::healer::{Action, FileContent, Incident, IncidentKind, Patient, Treatment},
    host::sdlc::plugin::{advisories, load, services, tools, workspace, workspace_times},
    plugin::exports::sdlc::plugin::plugin::{Info, Problem, Rule},
    scaling_policy::exports::sdlc::plugin::scaling_policy::{
        Decision as ScalingDecision, ForecastPoint, Observation, Sample, Target,
    },
    types::sdlc::plugin::types::{
        Confidence, Edit, Error, Finding, Fix, Location, Metric, Position, Region, Related, Report, Safety, Severity,
        Span,
    },
};
pub use settings::NoSettings;
pub use traits::{Deferral, DeployStrategy, FileGate, Healer, Plugin, ScalingPolicy, WorkspaceGate};

#[doc(hidden)]
pub use export::Slot as InstanceSlot;

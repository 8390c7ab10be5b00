//! Running programs for real: each thing that is granted, and the same thing denied. A module a subject.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that panics has failed")]

mod harness;

mod environment;
mod files;
mod grants;
mod network;
mod processes;
mod resources;
mod tiers;

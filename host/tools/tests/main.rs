//! Running programs for real: each thing that is granted, and the same thing denied. A module a subject.

mod harness;

mod environment;
mod files;
mod grants;
mod network;
mod processes;
mod resources;
mod tiers;

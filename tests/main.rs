//! End-to-end tests, through the real binary. A module a subject.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that panics has failed")]

mod action;
mod attacks;
mod authoring;
mod bench;
mod cache;
mod configuration;
mod corpus;
mod coverage;
mod dependencies;
mod deploying;
mod determinism;
mod distribution;
mod fixing;
mod grants;
mod harness;
mod healing;
mod history;
mod limits;
mod output;
mod overrun;
mod performance;
mod pinning;
mod prek;
mod registry;
mod reports;
mod sandbox;
mod scaling;
mod scope;
mod shop;
mod staged_fixes;
mod suppression;

//! One binary for all tests of the crate: against a real registry, and against servers that misbehave.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that panics has failed")]

mod addresses;
mod downloads;
mod harness;
mod logins;
mod plugins;
mod registries;
mod retries;
mod signatures;
mod tls;
mod tokens;
mod wkg;

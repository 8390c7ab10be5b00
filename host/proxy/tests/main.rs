//! The proxy with real targets and real clients, all on the loopback.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that panics has failed")]

mod control;
mod harness;
mod health;
mod protocols;
mod retries;
mod routing;
mod targets;
mod tls;

//! The gates workflow: which gate checks which file, what is known already, the rest on all cores, and what it
//! comes to.
//!
//! [`run::run`] takes [`request::GateRequest`]s and gives a [`RunOutcome`](sdlc_model::outcome::RunOutcome); what
//! happens meanwhile it tells as events. Knows no wasmtime, no terminal and no file format.
#![forbid(unsafe_code)]

pub mod allow;
pub mod baseline;
pub mod request;
pub mod run;

mod extent;
mod filter;
mod judge;
mod knowledge;
mod plan;
mod redact;
mod side_by_side;
mod tally;
mod work;
mod worker;
mod workspace;

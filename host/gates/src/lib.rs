//! The gates workflow: which gate checks which file, what is known already, the rest on all cores, and what it
//! comes to.
//!
//! [`run::run`] takes [`request::GateRequest`]s and gives a [`RunOutcome`](sdlc_model::outcome::RunOutcome); what
//! happens meanwhile it tells as events. Knows no wasmtime, no terminal and no file format.
#![forbid(unsafe_code)]

pub mod request;
pub mod run;

mod judge;
mod knowledge;
mod plan;
mod redact;
mod work;
mod workspace;

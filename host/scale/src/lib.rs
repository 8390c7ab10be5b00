//! The scale workflow. A [`policy::Policy`] says how many replicas a service needs, the [`decide::Decider`] shows it what was
//! measured, holds its answer to the [`limits`], and keeps the current number where the policy fails.
//!
//! [`simulate`] drives a decider with a [`trace`] through a [`model`] of the service, and [`compare`] does so with several
//! policies at equal mean replicas. A loop that acts on a real service uses the same decider. Prints nothing, knows no plugins
//! and no engine.
#![forbid(unsafe_code)]

pub mod compare;
pub mod decide;
pub mod limits;
pub mod model;
pub mod policy;
pub mod simulate;
pub mod synthetic;
pub mod trace;
pub mod window;

#[cfg(test)]
mod tests;

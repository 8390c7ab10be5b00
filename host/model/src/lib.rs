//! Plain data that every other crate shares: what was found, measured, asked for and decided.
//!
//! Does no I/O, knows no plugin, no terminal and no file format.
#![forbid(unsafe_code)]

pub mod advisory;
pub mod baseline;
pub mod condition;
pub mod event;
pub mod finding;
pub mod fix;
pub mod outcome;
pub mod pool;
pub mod reading;
pub mod repair;
pub mod report;
pub mod rollout;
pub mod rule;
pub mod scaling;
pub mod score;
pub mod selector;
pub mod service;
pub mod suppression;
pub mod traffic;
pub mod treatment;

mod opaque;

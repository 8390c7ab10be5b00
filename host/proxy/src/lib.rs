//! The traffic of a deployment: [`serve::serve`] takes requests and passes them on to the targets of a
//! [`control::Table`], and [`control::Client`] replaces that table while it runs.
//!
//! A process of its own, which outlives the command that started it. Does not decide anything: who applies a table says
//! which slot gets which share, and reads in a [`control::Status`] what came of it.
#![forbid(unsafe_code)]

pub mod control;
pub mod error;
pub mod exposition;
pub mod serve;

mod answer;
mod backend;
mod budget;
mod check;
mod commands;
mod condition;
mod directory;
mod forward;
mod front;
mod hand_over;
mod headers;
mod metrics;
mod pool;
mod probe;
mod routes;
mod series;
mod shared;
mod stand_by;
mod tls;
mod tunnel;

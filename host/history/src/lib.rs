//! What runs came to, kept from one to the next: [`History`], a SQLite database of its user.
//!
//! Of the host's crates only this one knows SQLite. Does not decide anything: it can be deleted at any time.
#![forbid(unsafe_code)]

pub mod compare;
pub mod decisions;
pub mod incidents;
pub mod readings;
pub mod run;

mod database;
mod error;
mod tables;

pub use database::History;
pub use error::HistoryError;

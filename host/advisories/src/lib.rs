//! Advisories of OSV in a local file: [`update::update`] builds it, [`database::Database`] looks packages up in it.
//!
//! Neither needs memory that grows with what a look-up does not touch. Does not decide which versions are affected, and
//! does not reach the network.
#![forbid(unsafe_code)]

pub mod database;
pub mod error;
pub mod source;
pub mod update;

mod format;
mod name;
mod osv;
mod writer;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

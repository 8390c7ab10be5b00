//! The watch workflow: [`meter`] makes readings of what is counted of a running service. Asks nobody, prints nothing and
//! keeps nothing.
#![forbid(unsafe_code)]

pub mod meter;
pub mod prometheus;
pub mod report;

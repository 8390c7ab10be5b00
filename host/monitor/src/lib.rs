//! The watch workflow: [`meter`] makes readings of what is counted of a running service, and [`detect`] says what is wrong
//! with it, [`report`] what is usual and what to do. Asks nobody, prints nothing and keeps nothing.
#![forbid(unsafe_code)]

pub mod detect;
pub mod meter;
pub mod prometheus;
pub mod report;

mod quantile;
mod slope;

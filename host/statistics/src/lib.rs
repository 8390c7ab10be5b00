//! Whether two series of measurements differ: [`compare::compare`] says by which ratio, in which interval, and whether that
//! can be told.
//!
//! Pure functions for the host and for plugins. Measures nothing.
#![forbid(unsafe_code)]

pub mod compare;

mod shift;

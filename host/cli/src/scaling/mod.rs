//! Scaling: policies that are plugins, and how people see what they come to.

pub(crate) mod chart;
pub(crate) mod contestant;
pub(crate) mod live;
pub(crate) mod memory;
pub(crate) mod policy;
pub(crate) mod resize;
pub(crate) mod table;
pub(crate) mod watched;

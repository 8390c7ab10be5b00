//! Target tracking by the algorithm of Kubernetes' HorizontalPodAutoscaler: [`metrics`] says how many replicas keep each metric at
//! its target, [`behaviour`] how fast the number may change. A [`Tracker`] does both.
#![forbid(unsafe_code)]

pub mod behaviour;
pub mod memory;
pub mod metrics;
mod tracker;

pub use tracker::{Settings, Tracked, Tracker};

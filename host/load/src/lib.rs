//! Load on a service: [`run::run`] sends the request of a [`plan::Plan`] on schedule and gives a
//! [`measurement::Measurement`].
//!
//! An open model: a request starts when it is due, whether or not earlier ones have ended, and its latency counts from
//! then on. So a service that stalls cannot hide its queue (no coordinated omission). Does not decide whom it may be
//! put on. [`ask`] sends a single request.
#![forbid(unsafe_code)]

pub mod ask;
pub mod measurement;
pub mod plan;
pub mod run;

mod connection;
mod lanes;
mod pace;
mod target;
mod tls;

#[cfg(test)]
mod servers;

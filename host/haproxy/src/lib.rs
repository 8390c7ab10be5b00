//! HAProxy in place of the proxy of our own: [`Backend`] makes a backend of it serve a table, by its runtime API (HAProxy
//! 2.6 or later, "Unix Socket commands" of its management guide).
//!
//! Servers are added and deleted while it runs; their weights are the shares. What HAProxy does with a request is its own
//! configuration: health checks, retries, TLS, cookies. Its configuration is never written.
#![forbid(unsafe_code)]

mod backend;
mod error;
mod kept;
mod runtime;
mod stat;
mod weights;

pub use backend::Backend;
pub use error::HaproxyError;

//! Runs plugins: WebAssembly components in wasmtime, within limits, with nothing of the host in reach.
//!
//! [`engine::Sandbox`] loads a component into a [`plugin::Plugin`], compiled and linked once; a
//! [`file_gate::FileGate`], or what its kind is called, is a fresh, configured instance of one. The only crate that knows wasmtime: no
//! type of it appears in a public signature. Does not know what a gate's result is good for.

pub mod anatomy;
pub mod call;
pub mod capabilities;
pub mod compile;
pub mod deploy_strategy;
pub mod engine;
pub mod file_gate;
pub mod healer;
pub mod kind;
pub mod limits;
pub mod plugin;
pub mod scaling_policy;
pub mod workspace_gate;

mod apart;
mod bindings;
mod convert;
mod fingerprint;
mod guest;
mod host;
mod limiter;
mod locate;
mod log;
mod native_code;
mod roles;
mod series;
mod state;

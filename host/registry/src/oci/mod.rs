//! What is in a registry, and how to talk to one.

pub(crate) mod component;
pub(crate) mod config;
pub(crate) mod cosign;
pub(crate) mod manifest;
pub(crate) mod pull;
pub(crate) mod push;
pub(crate) mod registry;
pub(crate) mod replies;
pub(crate) mod tags;

//! Fetching plugins from registries and addresses, and publishing them.
//!
//! [`client::Client`] fetches and publishes components; [`reference::Reference`] names one in a registry,
//! [`location::Location`] one on the web, [`key::PublicKey`] is whose signature it has to bear. Servers are not trusted:
//! what they say is limited and checked, and they cannot lead anywhere else. Knows nothing of configuration files,
//! WebAssembly beyond its first bytes and names, or the terminal, and does not read the environment.
#![forbid(unsafe_code)]

pub mod client;
pub mod digest;
pub mod error;
pub mod key;
pub mod location;
pub mod options;
pub mod reference;
pub mod versions;

mod download;
mod login;
mod net;
mod oci;
mod webhook;

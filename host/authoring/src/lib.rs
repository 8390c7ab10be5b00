//! Turns a plugin's project into a component, with the toolchain of its language.
//!
//! [`Manifest`] is what `sdlc-plugin.toml` says of a project, [`build::build`] runs the toolchain, and
//! [`encode::encode`] makes components of what Go and C compilers give. Does not read the environment:
//! where programs are looked up is a parameter.
#![forbid(unsafe_code)]

pub mod build;
pub mod encode;
pub mod manifest;

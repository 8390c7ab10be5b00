//! A plugin's project: making it, turning it into a component with the toolchain of its language, testing it.
//!
//! [`Manifest`] is what `sdlc-plugin.toml` says of a project, [`build::build`] runs the toolchain, and
//! [`encode::encode`] makes components of what Go and C compilers give, and [`cases::Runner`] holds the component against
//! its golden tests. Does not read the environment:
//! where programs are looked up is a parameter.
#![forbid(unsafe_code)]

pub mod build;
pub mod cases;
pub mod encode;
pub mod files;
pub mod manifest;
pub mod scaffold;

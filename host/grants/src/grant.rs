//! [`Grant`]: what `sdlc.toml` grants to a plugin, with words made into what they mean.

use std::path::PathBuf;

use sdlc_tools::{
    grant::{Endpoint, Variable},
    host::Host,
    limits::Limits,
    pattern::Pattern,
    tier::Tier,
};

/// What is granted to one plugin.
#[derive(Clone, Debug)]
pub struct Grant {
    /// What stands before `grant` in the configuration, for hints: `gates.coverage.`.
    pub prefix: String,
    /// Globs of files that may be read.
    pub read: Vec<String>,
    /// Whether the files are a copy, in which programs may write.
    pub copy: bool,
    /// Programs that may be run.
    pub run: Vec<Pattern>,
    /// Where they may connect to, and load may be put on.
    pub connect: Vec<Endpoint>,
    /// Where they may serve on this machine, and load may be put on.
    pub serve: Vec<Endpoint>,
    /// Whether they may listen and connect in a network of their own.
    pub loopback: bool,
    /// What is in their environment. The values are secrets.
    pub environment: Vec<Variable>,
    /// The database of advisories, where it may be looked at.
    pub advisories: Option<PathBuf>,
    /// How well they have to be confined at least.
    pub confinement: Option<Tier>,
    /// How much they may use.
    pub limits: Limits,
    /// Bytes of the largest file that is read.
    pub file_size: u64,
    /// What the caller knows of the machine.
    pub host: Host,
}

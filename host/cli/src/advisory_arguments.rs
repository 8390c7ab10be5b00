//! What can be typed after `sdlc advisories`: [`Advisories`].

use clap::{Args, Subcommand};

const SOURCES: &str = "\
Examples:
  sdlc advisories update --from https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip
  sdlc advisories update --from all.zip --ecosystem PyPI --ecosystem npm
  sdlc advisories update --from osv/ --from our-own/

An advisory that is in several sources, or there already, is taken as it was modified last. What no source has stays, unless
`--replace` is given. Advisories are as old as the files they come from, or as the download.";

/// What to do with advisories.
#[derive(Debug, Subcommand)]
pub(crate) enum Advisories {
    /// Build the database of advisories, or add to it
    Update(Update),
    /// Say how old the database is, and what it has
    #[command(after_help = "Example:\n  sdlc advisories info")]
    Info,
    /// Show an advisory, or all advisories about a package
    Show(Show),
}

#[derive(Debug, Args)]
#[command(after_help = SOURCES)]
pub(crate) struct Update {
    /// A directory of OSV's JSON, a ZIP of it, or the address of such a ZIP
    #[arg(long, required = true, value_name = "DIR|ZIP|URL")]
    pub(crate) from: Vec<String>,
    /// Only advisories of this ecosystem, as OSV names it, such as `PyPI` or `crates.io`
    #[arg(long, value_name = "NAME")]
    pub(crate) ecosystem: Vec<String>,
    /// Forget what is there
    #[arg(long)]
    pub(crate) replace: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  sdlc advisories show CVE-2023-30861\n  sdlc advisories show flask --ecosystem PyPI"
)]
pub(crate) struct Show {
    /// An id, such as `GHSA-m2qf-hxjv-5gpq` or `CVE-2023-30861`, or a package
    #[arg(value_name = "ID|PACKAGE")]
    pub(crate) what: String,
    /// Only of this ecosystem
    #[arg(long, value_name = "NAME")]
    pub(crate) ecosystem: Option<String>,
}

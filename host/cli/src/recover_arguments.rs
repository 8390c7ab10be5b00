//! What can be typed after `recover`.

use clap::{Args, Subcommand};

use crate::history_arguments::Format;

/// `sdlc recover`.
#[derive(Debug, Subcommand)]
pub(crate) enum Recover {
    /// List what `sdlc monitor --heal` did, why, and whether it helped
    History(History),
}

/// `sdlc recover history`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  sdlc recover history production\n  sdlc recover history production --output-format json"
)]
pub(crate) struct History {
    /// An environment of `sdlc.toml`
    pub(crate) environment: String,
    /// How many to list
    #[arg(short, long, value_name = "N", default_value_t = 20)]
    pub(crate) number: usize,
    /// Format
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) output_format: Format,
}

//! What can be typed after `bench`.

use clap::{Args, Subcommand};

use crate::history_arguments::Format;

const EXAMPLES: &str = "\
Examples:
  sdlc bench compare main -- ./search.sh big.txt
  sdlc bench compare v1.2 --build 'cargo build --release' -- target/release/app --once
  sdlc bench compare main --floor 10 --runs 100 -- python3 app.py

The interval of the ratio is one of 99 %, by the signed-rank test of Wilcoxon, on pairs. Exit codes: 0, not slower, or it cannot be
told; 1, slower; 2, wrong arguments; 3, the command or the build failed.";

#[derive(Debug, Subcommand)]
#[command(after_help = "Example:\n  sdlc bench compare main -- ./search.sh big.txt")]
pub(crate) enum Bench {
    /// Time a command in a revision and in the tree as it is, in turns on this machine
    Compare(Compare),
}

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Compare {
    /// The revision to compare with
    pub(crate) revision: String,
    /// The other side [default: the tree as it is]
    #[arg(long, value_name = "REV")]
    pub(crate) to: Option<String>,
    /// What builds each side, once, in the shell
    #[arg(long, value_name = "COMMAND")]
    pub(crate) build: Option<String>,
    /// How often each side is timed
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u16).range(8..=1000))]
    pub(crate) runs: u16,
    /// Differences below this are not looked at, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 5.0)]
    pub(crate) floor: f64,
    /// Format of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) output_format: Format,
    /// The command and its arguments, run in each tree without a shell
    #[arg(last = true, required = true)]
    pub(crate) command: Vec<String>,
}

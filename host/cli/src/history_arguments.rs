//! What can be typed after `history`.

use clap::{Args, Subcommand, ValueEnum};

const EXAMPLES: &str = "\
Examples:
  sdlc history                   the last runs of this project
  sdlc history compare           what changed from the run before to the last one
  sdlc history compare 12 17     the same of any two runs";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(crate) struct History {
    #[command(subcommand)]
    pub(crate) command: Option<HistoryCommand>,
    /// How many runs to list
    #[arg(short, long, value_name = "N", default_value_t = 20)]
    pub(crate) number: u32,
    /// Format of the list
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) output_format: Format,
}

#[derive(Debug, Subcommand)]
pub(crate) enum HistoryCommand {
    /// What became better and worse from one run to another
    Compare(Compare),
}

const COMPARE: &str = "\
Examples:
  sdlc history compare           the last run with the one before
  sdlc history compare 12        the last run with run 12
  sdlc history compare 12 17     run 17 with run 12; `sdlc history` lists their numbers";

#[derive(Debug, Args)]
#[command(after_help = COMPARE)]
pub(crate) struct Compare {
    /// Number of the earlier run [default: the last but one]
    pub(crate) before: Option<i64>,
    /// Number of the later run [default: the last]
    pub(crate) after: Option<i64>,
    /// Format of the comparison
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) output_format: Format,
}

/// `sdlc errors`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  sdlc errors\n  sdlc errors --output-format json | jq '.errors[0].helped'")]
pub(crate) struct Errors {
    /// How many kinds to list
    #[arg(short, long, value_name = "N", default_value_t = 20)]
    pub(crate) number: usize,
    /// Format of the list
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) output_format: Format,
}

/// Format of a list or comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Human,
    /// For programs
    Json,
}

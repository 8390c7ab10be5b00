//! What can be typed: [`Arguments`].

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, builder::styling};
use sdlc_model::finding::FailOn;

const STYLES: styling::Styles = styling::Styles::styled()
    .header(styling::AnsiColor::Green.on_default().bold())
    .usage(styling::AnsiColor::Green.on_default().bold())
    .literal(styling::AnsiColor::Cyan.on_default().bold());

const EXIT_CODES: &str = "\
Exit codes:
  0    everything asked for was checked, and passed
  1    a finding or a condition of `sdlc.toml` says no
  2    wrong arguments or configuration; nothing ran
  3    a plugin could not do its work
  130  interrupted";

const EXAMPLES: &str = "\
Examples:
  sdlc run                             check all files with the gates of `sdlc.toml`, or built-in ones
  sdlc run lint                        only the gate `lint`
  sdlc run src/ setup.py               only these paths
  sdlc run --staged                    what is staged, as it is staged (for a pre-commit hook)
  sdlc run --from-ref origin/main      what a branch changed
  sdlc run --output-format sarif -o report.sarif";

/// Gates for your code, each a sandboxed WebAssembly plugin.
#[derive(Debug, Parser)]
#[command(name = "sdlc", version, styles = STYLES, after_help = EXIT_CODES, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
pub(crate) struct Global {
    /// Configuration file [default: the nearest `sdlc.toml`, here or above]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Take `sdlc.toml` and `sdlc.lock` from a revision of git, such as the base of a pull request
    #[arg(long, global = true, value_name = "REV", conflicts_with = "config")]
    pub(crate) config_from: Option<String>,
    /// Run only plugins that are pinned in `sdlc.lock` [default: where `CI` is set]
    #[arg(long, global = true)]
    pub(crate) locked: bool,
    /// Where results are kept [default: `sdlc` in the user's cache directory]
    #[arg(long, global = true, value_name = "DIR", env = "SDLC_CACHE_DIR")]
    pub(crate) cache_dir: Option<PathBuf>,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,
    /// Say less: only what fails the run
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more: plugins, metrics, fixes, what plugins log
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run gates on files
    Run(Run),
    /// Write an `sdlc.toml` that fits this project
    Init,
    /// Make, test, inspect and pin plugins
    #[command(subcommand)]
    Plugin(crate::plugin_arguments::Plugin),
    /// Check the configuration
    #[command(subcommand)]
    Config(Config),
    /// Print the JSON Schema of `sdlc.toml`
    Schema,
    /// Explain a rule, such as `F401`
    Explain(Explain),
    /// See or remove what is kept from run to run
    #[command(subcommand)]
    Cache(Cache),
    /// Print a completion script for a shell
    #[command(after_help = "Example:\n  sdlc completions bash > ~/.local/share/bash-completion/completions/sdlc")]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Report everything that is wrong with `sdlc.toml`, the plugins' own settings included
    Check,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Cache {
    /// Where it is, and how large
    Info,
    /// Remove everything that is kept
    Clear,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The rule
    pub(crate) rule: String,
}

#[derive(Debug, Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
pub(crate) struct Run {
    /// Names of gates, and paths to check [default: all gates, all files]. What is both is a gate: write `./NAME` for
    /// the path
    #[arg(value_name = "GATE|PATH")]
    pub(crate) targets: Vec<String>,
    /// Check what is staged, with its content in the index; the tree is neither read nor touched
    #[arg(long, conflicts_with = "from_ref")]
    pub(crate) staged: bool,
    /// Check what was changed since a revision: with `--to-ref` between both, else from the merge base with `HEAD` to the
    /// working tree
    #[arg(long, value_name = "REV")]
    pub(crate) from_ref: Option<String>,
    /// The other end of `--from-ref`; files have their content of this revision
    #[arg(long, value_name = "REV", requires = "from_ref")]
    pub(crate) to_ref: Option<String>,
    /// Format of the report
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) output_format: Format,
    /// Write the report to a file; people still get theirs, on standard error
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// From which severity on findings fail the run: `note`, `warning`, `error` or `never`; overrides all gates
    #[arg(long, value_name = "SEVERITY", value_parser = parse_fail_on)]
    pub(crate) fail_on: Option<FailOn>,
    /// End with 0 where it would be 1
    #[arg(long)]
    pub(crate) exit_zero: bool,
    /// Neither use nor keep results
    #[arg(long)]
    pub(crate) no_cache: bool,
    /// Most threads [default: one per core]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
}

fn parse_fail_on(text: &str) -> Result<FailOn, String> {
    text.parse()
}

/// Format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Human,
    /// For programs; described in README.md
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

//! What can be typed: [`Arguments`].

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, builder::styling};

use crate::run_arguments::{Baseline, Run};

const STYLES: styling::Styles = styling::Styles::styled()
    .header(styling::AnsiColor::Green.on_default().bold())
    .usage(styling::AnsiColor::Green.on_default().bold())
    .literal(styling::AnsiColor::Cyan.on_default().bold());

pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0    everything asked for was checked, and passed
  1    a finding or a condition of `sdlc.toml` says no
  2    wrong arguments or configuration; nothing ran
  3    a plugin could not do its work
  130  interrupted";

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
#[command(next_help_heading = "Global options")]
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
    /// Where the history, the advisories and what `undo` needs are kept [default: `sdlc` in the user's state directory]
    #[arg(long, global = true, value_name = "DIR", env = "SDLC_STATE_DIR")]
    pub(crate) state_dir: Option<PathBuf>,
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
    /// Fix what can be fixed, and ask the healers of `sdlc.toml` for cures of the rest
    Heal(crate::run_arguments::Heal),
    /// Take back what `run --fix` or `heal` changed last
    #[command(after_help = UNDO)]
    Undo,
    /// Bring a version of the service to an environment, with a way back at every moment
    Deploy(crate::deploy_arguments::Deploy),
    /// Go back to a version that was live before
    Rollback(crate::deploy_arguments::Rollback),
    /// Take an environment away: its containers, its proxy, and what was deployed to it
    Remove(crate::deploy_arguments::Remove),
    /// See what is live, how well it is, and what is under way
    Status(crate::deploy_arguments::Status),
    /// List deployments, and how they go
    Deployments(crate::deploy_arguments::Deployments),
    /// Watch what a service does: processor, memory, requests, latency, errors
    Monitor(crate::monitor_arguments::Monitor),
    /// Judge policies that say how many replicas a service needs
    #[command(subcommand)]
    Scale(crate::scale_arguments::Scale),
    /// See what was done about services that were not well
    #[command(subcommand)]
    Recover(crate::recover_arguments::Recover),
    /// The proxy that requests come in at
    #[command(subcommand)]
    Proxy(crate::deploy_arguments::Proxy),
    /// Write an `sdlc.toml` that fits this project
    #[command(after_help = INIT)]
    Init,
    /// Make, test, inspect and pin plugins
    #[command(subcommand)]
    Plugin(crate::plugin_arguments::Plugin),
    /// Keep what is known from failing runs, so that only new findings do
    #[command(subcommand)]
    Baseline(Baseline),
    /// Compare the speed of two revisions, on this machine
    #[command(subcommand)]
    Bench(crate::bench_arguments::Bench),
    /// List and compare runs of this project
    History(crate::history_arguments::History),
    /// List what failed, by kind: how often, since when, and what helped
    Errors(crate::history_arguments::Errors),
    /// Check the configuration
    #[command(subcommand)]
    Config(Config),
    /// Print the JSON Schema of `sdlc.toml`
    #[command(after_help = SCHEMA)]
    Schema,
    /// Explain a rule, such as `F401`
    Explain(Explain),
    /// See or remove what is kept from run to run
    #[command(subcommand)]
    Cache(Cache),
    /// Build or see the database of advisories, which gates may look up
    #[command(subcommand)]
    Advisories(crate::advisory_arguments::Advisories),
    /// Print a completion script for a shell
    #[command(after_help = "Example:\n  sdlc completions bash > ~/.local/share/bash-completion/completions/sdlc")]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

const UNDO: &str = "\
Files that were changed since are left alone and named; what is left can be undone later.

Example:
  sdlc run --fix
  sdlc undo";

const INIT: &str = "\
It looks which languages, workflows, Dockerfiles and lock files there are, and never overwrites.

Example:
  cd my-project
  sdlc init
  sdlc run";

const SCHEMA: &str = "\
Example:
  sdlc schema > sdlc.schema.json    for an editor: `#:schema ./sdlc.schema.json` as the first line of `sdlc.toml`";

#[derive(Debug, Subcommand)]
#[command(after_help = "Example:\n  sdlc config check")]
pub(crate) enum Config {
    /// Report everything that is wrong with `sdlc.toml`, the plugins' own settings included
    #[command(after_help = "Examples:\n  sdlc config check\n  sdlc config check --config other.toml")]
    Check,
}

#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:\n  sdlc cache info\n  sdlc cache clear")]
pub(crate) enum Cache {
    /// Where it is, and how large
    #[command(after_help = "Example:\n  sdlc cache info")]
    Info,
    /// Remove everything that is kept
    #[command(after_help = "Examples:\n  sdlc cache clear\n  sdlc run --no-cache    to check once without it")]
    Clear,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  sdlc explain F401\n  sdlc explain lint/F401    where several gates have one")]
pub(crate) struct Explain {
    /// The rule, or `gate/rule` as reports write it
    pub(crate) rule: String,
}

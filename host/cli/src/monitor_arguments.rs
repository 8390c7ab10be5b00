//! What can be typed after `monitor`.

use std::net::SocketAddr;

use clap::{Args, Subcommand};

use crate::history_arguments::Format;

const MONITOR: &str = "\
Examples:
  sdlc monitor production                                 what the service does, until `q` or Ctrl-C
  sdlc monitor production --listen 127.0.0.1:9477         the same for Prometheus, at `/metrics`
  sdlc monitor production --once --output-format json     one reading, for scripts
  sdlc monitor report production                          what is usual, what stood out, what to do
  sdlc monitor production --apply                         with as many replicas as its policy says
  sdlc monitor production --heal                          replicas that hang, crash or leak are replaced

What is wrong with the service is told, and `sdlc errors` lists it. With `--heal` the healer is asked, and what it proposes
is done as far as `[environments.NAME.recover]` allows; `sdlc recover history` lists what was done, and whether it helped.

Where `[environments.NAME.scale]` names a policy, it is asked what it would do, and `sdlc scale history` lists its
answers. With `--apply` they are carried out: by one process an environment, such as a service of the system.

Exit codes:
  0    all that was asked for was seen
  2    wrong arguments or configuration
  3    with `--once`: the engine or the proxy does not say
  130  interrupted before there was a first reading";

const REPORT: &str = "\
Examples:
  sdlc monitor report production
  sdlc monitor report production --since 30d --output-format json

`sdlc monitor` keeps what it sees: a day in steps of 10 seconds, 14 days in minutes, 400 days in quarters of an hour.
Nothing is said with less than an hour of it, and nothing of times of day with less than 3 days.";

#[derive(Debug, Subcommand)]
pub(crate) enum MonitorCommand {
    /// What is usual, what changed and stood out, and what to do about it
    Report(Report),
}

/// `sdlc monitor report`.
#[derive(Debug, Args)]
#[command(after_help = REPORT)]
pub(crate) struct Report {
    /// An environment of `sdlc.toml` [default: the only one]
    pub(crate) environment: Option<String>,
    /// How far back
    #[arg(long, value_name = "TIME", default_value = "7d")]
    pub(crate) since: String,
    /// Format
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) output_format: Format,
}

/// `sdlc monitor`.
#[derive(Debug, Args)]
#[command(after_help = MONITOR, args_conflicts_with_subcommands = true)]
pub(crate) struct Monitor {
    #[command(subcommand)]
    pub(crate) command: Option<MonitorCommand>,
    /// An environment of `sdlc.toml` [default: the only one]
    pub(crate) environment: Option<String>,
    /// Show one reading, and stop
    #[arg(long)]
    pub(crate) once: bool,
    /// Carry out what the policy says about the number of replicas
    #[arg(long, conflicts_with = "once")]
    pub(crate) apply: bool,
    /// Do what the healer proposes about what is wrong, as far as `[environments.NAME.recover]` allows it
    #[arg(long, conflicts_with = "once")]
    pub(crate) heal: bool,
    /// Time between two readings
    #[arg(long, value_name = "TIME", default_value = "1s")]
    pub(crate) interval: String,
    /// Show the last reading at `http://ADDRESS/metrics`, too, for Prometheus
    #[arg(long, value_name = "ADDRESS", conflicts_with = "once")]
    pub(crate) listen: Option<SocketAddr>,
    /// Write lines on a terminal, too, and not a full screen
    #[arg(long)]
    pub(crate) plain: bool,
    /// Format; JSON is one reading a line
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) output_format: Format,
}

//! What can be typed after `scale`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::history_arguments::Format;

const SIMULATE: &str = "\
Examples:
  sdlc scale trace --shape peaks --days 14 > trace.csv
  sdlc scale simulate --trace trace.csv --policy target-tracking --policy predictive
  sdlc scale simulate --trace trace.csv --policy target-tracking --policy predictive --equal-replicas
  sdlc scale simulate --trace trace.csv --policy predictive --capacity 80 --start-up 2m --cost 0.12 --plot plot.svg
  sdlc scale simulate --trace trace.csv --environment production --policy predictive
  sdlc scale simulate --trace trace.csv --policy schedule --settings schedule=week.toml --output-format json

A trace is CSV: `time,requests-per-second`, and `latency`, `memory`, `error-rate` if there are any. Times are seconds or
such as `2026-03-01T08:00:00Z`. A load holds until the next line.

The model: n replicas can do n x capacity requests a second, and what is above fails; nothing queues up. CPU is the
utilisation u, in per cent. Latency (p95) is latency x (1 + u^(sqrt(2(n+1))-1) / (n(1-u))), with u at most 0.99
(Sakasegawa). A replica serves `start-up` after it was asked for, and costs from then on.

Exit codes:
  0    all policies were simulated
  2    wrong arguments, configuration or trace
  3    a policy failed at one decision or more; the number of replicas was kept then";

const HISTORY: &str = "\
Examples:
  sdlc scale history production
  sdlc scale history production -n 1000 --output-format json

`sdlc monitor` makes decisions, and carries them out with `--apply`.";

const TRACE: &str = "Example:\n  sdlc scale trace --shape weekly --days 21 --seed 7 > trace.csv";

#[derive(Debug, Subcommand)]
pub(crate) enum Scale {
    /// Replay recorded traffic through policies and a model of the service, and compare what they come to
    Simulate(Box<Simulate>),
    /// Print made-up traffic as CSV, to try policies out
    Trace(Trace),
    /// List what was decided about the replicas of an environment, and what came of it
    History(History),
}

/// `sdlc scale history`.
#[derive(Debug, Args)]
#[command(after_help = HISTORY)]
pub(crate) struct History {
    /// An environment of `sdlc.toml`
    pub(crate) environment: String,
    /// How many decisions to list
    #[arg(short, long, value_name = "N", default_value_t = 20)]
    pub(crate) number: u32,
    /// Format
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) output_format: Format,
}

/// `sdlc scale simulate`.
#[derive(Debug, Args)]
#[command(after_help = SIMULATE)]
pub(crate) struct Simulate {
    /// The traffic, as CSV
    #[arg(long, value_name = "FILE")]
    pub(crate) trace: PathBuf,
    /// A policy: the name of a built-in one, a component, or an environment that has one [default: with `--environment`, its own]
    #[arg(long = "policy", value_name = "NAME|FILE.wasm|ENVIRONMENT", required_unless_present = "environment")]
    pub(crate) policies: Vec<String>,
    /// Settings of a policy, as TOML
    #[arg(long, value_name = "POLICY=FILE")]
    pub(crate) settings: Vec<String>,
    /// Take targets, limits, start-up time and interval from an environment of `sdlc.toml`
    #[arg(long, value_name = "NAME")]
    pub(crate) environment: Option<String>,
    /// Requests a second that one replica can do
    #[arg(long, value_name = "N", default_value_t = 50.0)]
    pub(crate) capacity: f64,
    /// How long a new replica takes until it serves [default: the environment's, or 60s]
    #[arg(long, value_name = "TIME")]
    pub(crate) start_up: Option<String>,
    /// What a replica costs, an hour
    #[arg(long, value_name = "N", default_value_t = 0.05)]
    pub(crate) cost: f64,
    /// Milliseconds that a request takes without others
    #[arg(long, value_name = "MS", default_value_t = 20.0)]
    pub(crate) latency: f64,
    /// CPU that is aimed at, in per cent [default: the environment's targets, or 70 where none is given]
    #[arg(long, value_name = "N")]
    pub(crate) target_cpu: Option<f64>,
    /// Requests a second that each replica is meant to get
    #[arg(long, value_name = "N")]
    pub(crate) target_requests: Option<f64>,
    /// Latency (p95) that is aimed at, in milliseconds
    #[arg(long, value_name = "MS")]
    pub(crate) target_latency: Option<f64>,
    /// Fewest replicas [default: the environment's, or 1]
    #[arg(long, value_name = "N")]
    pub(crate) min: Option<u32>,
    /// Most replicas [default: the environment's, or 1000]
    #[arg(long, value_name = "N")]
    pub(crate) max: Option<u32>,
    /// Time between two decisions [default: the environment's, or that between two lines, and 15s at least]
    #[arg(long, value_name = "TIME")]
    pub(crate) interval: Option<String>,
    /// Time at the beginning that does not count: policies learn
    #[arg(long, value_name = "TIME")]
    pub(crate) warm_up: Option<String>,
    /// Tune the targets of all but the first policy until all use as many replicas as it does
    #[arg(long)]
    pub(crate) equal_replicas: bool,
    /// Write a plot
    #[arg(long, value_name = "FILE.svg|FILE.html")]
    pub(crate) plot: Option<PathBuf>,
    /// Format
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) output_format: Format,
}

/// `sdlc scale trace`.
#[derive(Debug, Args)]
#[command(after_help = TRACE)]
pub(crate) struct Trace {
    /// What it is like
    #[arg(long, value_enum, default_value_t = Shape::Daily)]
    pub(crate) shape: Shape,
    /// How long it is
    #[arg(long, value_name = "N", default_value_t = 14, value_parser = clap::value_parser!(u32).range(1..=366))]
    pub(crate) days: u32,
    /// The same seed gives the same traffic
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// What made-up traffic is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shape {
    /// A day and a night, with a steep morning
    Daily,
    /// The same, and quiet weekends
    Weekly,
    /// A day, and peaks that come at the same minutes each day
    Peaks,
    /// Peaks, and it grows by a tenth a week
    Drift,
    /// Peaks, and bursts at any time
    Bursts,
    /// Peaks, and some hours without any traffic
    Outages,
    /// No cycle: around a mean
    Steady,
    /// No cycle: wanders off
    Walk,
    /// No cycle: bursts at any time
    Spikes,
}

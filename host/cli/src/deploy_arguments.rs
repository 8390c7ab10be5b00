//! What can be typed after `deploy`, `rollback`, `remove`, `status`, `deployments` and `proxy`.

use clap::{Args, Subcommand, ValueEnum};

use crate::history_arguments::Format;

const DEPLOY: &str = "\
Examples:
  sdlc deploy production 1.4.0                 gates, image, strategy: with a way back at every moment
  sdlc deploy production 1.4.0 --analyze-only  whether it could begin, as a table
  sdlc deploy production 1.4.0 --dry-run       the strategy against a model of the service, in no time
  sdlc deploy production 1.4.0 --dry-run --assume failing

Exit codes:
  0    the version is live
  1    a gate said no, something was not ready, or all requests went back to the version before
  2    wrong arguments or configuration; nothing was done
  3    the engine, the proxy or the journal could not do it: the message says what to mend
  130  interrupted: all requests went back to the version before";

const ROLLBACK: &str = "\
Examples:
  sdlc rollback production          back to the version before, or out of a deployment that was killed
  sdlc rollback production 1.3.2    back to a version that is kept: `sdlc status` lists them
  sdlc rollback production 1.3.2@0f3c12ab    the one of that image, where 1.3.2 was deployed with several";

/// `sdlc deploy`.
#[derive(Debug, Args)]
#[command(after_help = DEPLOY)]
pub(crate) struct Deploy {
    /// An environment of `sdlc.toml`
    pub(crate) environment: String,
    /// The version: the tag of the image, or `sha256:...`. Letters, digits, `.`, `-`, `_` and `:`
    pub(crate) version: String,
    /// Show whether it could begin, and stop
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) analyze_only: bool,
    /// Simulate the deployment with the same strategy, and show what would happen when
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// How the new version behaves in the simulation
    #[arg(long, value_enum, default_value_t = Assume::Good, requires = "dry_run")]
    pub(crate) assume: Assume,
    /// Requests per second in the simulation
    #[arg(long, value_name = "N", default_value_t = 100.0, requires = "dry_run")]
    pub(crate) rate: f64,
}

/// How a version behaves in a simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Assume {
    /// As well as the one before
    Good,
    /// It never becomes healthy
    NeverHealthy,
    /// It ends after ten seconds, again and again
    Crashing,
    /// 5 % of its requests fail
    Failing,
    /// It takes five times as long
    Slow,
}

/// `sdlc rollback`.
#[derive(Debug, Args)]
#[command(after_help = ROLLBACK)]
pub(crate) struct Rollback {
    /// An environment of `sdlc.toml`
    pub(crate) environment: String,
    /// A version that is kept, or `VERSION@` and the beginning of its image's digest [default: the one before]
    pub(crate) version: Option<String>,
}

/// `sdlc remove`.
#[derive(Debug, Args)]
#[command(
    after_help = "Images, volumes and the history of errors stay.\n\nExample:\n  sdlc remove staging --yes    without being asked, for scripts"
)]
pub(crate) struct Remove {
    /// An environment of `sdlc.toml`
    pub(crate) environment: String,
    /// Do not ask first
    #[arg(short, long)]
    pub(crate) yes: bool,
}

/// `sdlc status`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  sdlc status\n  sdlc status production --watch\n  sdlc status --output-format json\n\n\
                  Exit codes:\n  0    what there is was told, be it well or not: scripts take `--output-format json`\n  \
                  2    wrong arguments or configuration\n  3    it cannot be told: the message says what to mend"
)]
pub(crate) struct Status {
    /// An environment of `sdlc.toml` [default: all]
    pub(crate) environment: Option<String>,
    /// Look again every second, until Ctrl-C
    #[arg(short, long)]
    pub(crate) watch: bool,
    /// Only look: leave a deployment that was interrupted as it is, where it is gone on with otherwise
    #[arg(long)]
    pub(crate) no_resume: bool,
    /// Format
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) output_format: Format,
}

/// `sdlc deployments`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  sdlc deployments production\n  sdlc deployments production --output-format json")]
pub(crate) struct Deployments {
    /// An environment of `sdlc.toml` [default: all]
    pub(crate) environment: Option<String>,
    /// How many to list
    #[arg(short, long, value_name = "N", default_value_t = 20)]
    pub(crate) number: usize,
    /// Format
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) output_format: Format,
}

/// `sdlc proxy`.
#[derive(Debug, Subcommand)]
pub(crate) enum Proxy {
    /// Serve an environment until stopped: what `sdlc deploy` starts in the background, or a unit of systemd runs
    Serve(Serve),
    /// Replace the proxy that runs by this `sdlc`, without a lost request
    Upgrade {
        /// An environment of `sdlc.toml`
        environment: String,
    },
    /// End it, once all requests have ended
    Stop {
        /// An environment of `sdlc.toml`
        environment: String,
    },
}

/// `sdlc proxy serve`.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// An environment of `sdlc.toml`
    pub(crate) environment: String,
    /// Take the sockets of the proxy that runs over
    #[arg(long)]
    pub(crate) take_over: bool,
    /// Have the sockets of the proxy that runs, too, and serve when it dies; what `sdlc proxy serve` starts by itself
    #[arg(long, conflicts_with = "take_over")]
    pub(crate) stand_by: bool,
}

//! What can be typed after `monitor`.

use clap::Args;

use crate::history_arguments::Format;

const MONITOR: &str = "\
Examples:
  sdlc monitor production                                 what the service does, until Ctrl-C
  sdlc monitor production --once --output-format json     one reading, for scripts
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

/// `sdlc monitor`.
#[derive(Debug, Args)]
#[command(after_help = MONITOR)]
pub(crate) struct Monitor {
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
    /// Format; JSON is one reading a line
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) output_format: Format,
}

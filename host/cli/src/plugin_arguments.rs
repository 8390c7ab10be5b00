//! What can be typed after `sdlc plugin`: [`Plugin`].

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use sdlc_authoring::manifest::Language;
use sdlc_sandbox::kind::Kind;

const AUTHOR: &str = "\
Examples:
  sdlc plugin new todo-owner --lang python
  sdlc plugin new rollout --lang rust --kind deploy-strategy";

const SOURCES: &str = "\
Examples:
  sdlc plugin add gates/todo.wasm
  sdlc plugin add registry.example/acme/todo:1.4.0
  sdlc plugin add registry.example/acme/todo:1.4.0 --key keys/acme.pub --name todos
  sdlc plugin add https://example.com/todo.wasm";

const BUILD: &str = "\
The component is written to `out/NAME.wasm`.

Examples:
  sdlc plugin build
  sdlc plugin build todo-owner    of a project below";

const TEST: &str = "\
Examples:
  sdlc plugin test               builds, and runs `cases/*`
  sdlc plugin test --update      writes what the plugin says now; look at it with `git diff`
  sdlc plugin test --no-build";

const INSPECT: &str = "\
Examples:
  sdlc plugin inspect out/todo-owner.wasm
  sdlc plugin inspect registry.example/acme/todo:1.4.0 --json";

const UPDATE: &str = "\
Examples:
  sdlc plugin update
  sdlc plugin update todos --allow-moved";

/// What to do with plugins.
#[derive(Debug, Subcommand)]
pub(crate) enum Plugin {
    /// Write the project of a new plugin
    New(New),
    /// Build the plugin of a project, with the toolchain of its language
    #[command(after_help = BUILD)]
    Build(Project),
    /// Run the cases of a plugin's project, and show where it says something else
    Test(Test),
    /// Run one plugin on one file, with what it took
    Run(Run),
    /// Build and test a plugin's project, again whenever it changes
    #[command(after_help = "Examples:\n  sdlc plugin dev\n  sdlc plugin dev todo-owner    of a project below")]
    Dev(Project),
    /// Say what a plugin is and the most it could do
    Inspect(Inspect),
    /// Add a plugin to `sdlc.toml` as a gate or a healer, and pin it
    Add(Add),
    /// Pin the newest compatible versions, or what files contain now
    Update(Update),
    /// Remove a gate or a healer from `sdlc.toml`, and its plugin from the lock
    Remove(Remove),
    /// List the plugins of `sdlc.toml` and how they are pinned
    #[command(after_help = "Example:\n  sdlc plugin list")]
    List,
    /// Publish a component in an OCI registry
    Publish(Publish),
    /// Copy pinned plugins into the repository, so that no run needs a network
    #[command(after_help = "Example:\n  sdlc plugin vendor\n  git add sdlc-plugins sdlc.lock")]
    Vendor,
}

#[derive(Debug, Args)]
#[command(after_help = AUTHOR)]
pub(crate) struct New {
    /// Name in kebab-case; a directory of this name is made
    pub(crate) name: String,
    /// Language
    #[arg(long, value_enum)]
    pub(crate) lang: Lang,
    /// What the plugin is to be
    #[arg(long, value_enum, default_value_t = KindName::FileGate)]
    pub(crate) kind: KindName,
}

#[derive(Debug, Args)]
pub(crate) struct Project {
    /// The plugin's project
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) project: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = TEST)]
pub(crate) struct Test {
    #[command(flatten)]
    pub(crate) project: Project,
    /// Write what the plugin says as what it has to say
    #[arg(long)]
    pub(crate) update: bool,
    /// Test what was built before
    #[arg(long)]
    pub(crate) no_build: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  sdlc plugin run out/todo-owner.wasm --file notes.md --settings settings.toml")]
pub(crate) struct Run {
    /// The component
    #[arg(value_name = "FILE.wasm")]
    pub(crate) component: PathBuf,
    /// File to check, below the working directory
    #[arg(long, value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The plugin's settings, in TOML
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = INSPECT)]
pub(crate) struct Inspect {
    /// A file, an address, or a reference in a registry
    #[arg(value_name = "FILE|URL|REF")]
    pub(crate) source: String,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = SOURCES)]
pub(crate) struct Add {
    /// A file, an address, or a reference in a registry
    #[arg(value_name = "FILE|URL|REF")]
    pub(crate) source: String,
    /// Name of the gate [default: what the plugin calls itself]
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Public key of cosign, in PEM, whose signature the plugin has to bear
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = UPDATE)]
pub(crate) struct Update {
    /// Gates whose plugins are updated [default: all]
    #[arg(value_name = "GATE")]
    pub(crate) gates: Vec<String>,
    /// Take what a tag names now, though it named something else when it was pinned
    #[arg(long)]
    pub(crate) allow_moved: bool,
    /// Take a lower version than the one that is pinned
    #[arg(long)]
    pub(crate) allow_downgrade: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  sdlc plugin remove todo-owner")]
pub(crate) struct Remove {
    /// The gate
    #[arg(value_name = "GATE")]
    pub(crate) gate: String,
}

const PUBLISH: &str = "\
Examples:
  sdlc plugin publish out/todo-owner.wasm registry.example/acme/todo-owner:1.0.0
  sdlc plugin publish out/todo-owner.wasm localhost:5000/acme/todo-owner:1.0.0

The login is that of `docker login`. A registry on this machine may speak plain HTTP, all others need TLS.";

#[derive(Debug, Args)]
#[command(after_help = PUBLISH)]
pub(crate) struct Publish {
    /// The component
    #[arg(value_name = "FILE.wasm")]
    pub(crate) component: PathBuf,
    /// Where to, with a tag
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    /// Overwrite what the tag names
    #[arg(long)]
    pub(crate) force: bool,
}

/// Languages with an SDK.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Lang {
    Rust,
    Python,
    Js,
    Ts,
    Go,
    C,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Rust => Self::Rust,
            Lang::Python => Self::Python,
            Lang::Js => Self::Js,
            Lang::Ts => Self::Ts,
            Lang::Go => Self::Go,
            Lang::C => Self::C,
        }
    }
}

/// Kinds of plugin.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum KindName {
    /// Judges one file at a time
    FileGate,
    /// Judges the workspace as a whole
    WorkspaceGate,
    /// Proposes fixes
    Healer,
    /// Says how many replicas a service needs
    ScalingPolicy,
    /// Says the next step of a deployment
    DeployStrategy,
}

impl From<KindName> for Kind {
    fn from(kind: KindName) -> Self {
        match kind {
            KindName::FileGate => Self::FileGate,
            KindName::WorkspaceGate => Self::WorkspaceGate,
            KindName::Healer => Self::Healer,
            KindName::ScalingPolicy => Self::ScalingPolicy,
            KindName::DeployStrategy => Self::DeployStrategy,
        }
    }
}

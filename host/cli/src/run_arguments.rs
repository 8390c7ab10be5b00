//! What can be typed after `run` and `baseline`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use sdlc_model::finding::FailOn;

use crate::arguments::EXIT_CODES;

const EXAMPLES: &str = "\
Examples:
  sdlc run                             check all files with the gates of `sdlc.toml`, or built-in ones
  sdlc run lint                        only the gate `lint`
  sdlc run src/ setup.py               only these paths
  sdlc run --staged                    what is staged, as it is staged (for a pre-commit hook)
  sdlc run --from-ref origin/main      what a branch changed
  sdlc run --fix                       apply what can be fixed safely; `sdlc undo` takes it back
  sdlc run --diff                      print what would be fixed; `-o FILE` for a patch to apply later
  sdlc run --staged --fix              fix what is staged, and leave unstaged changes alone
  sdlc run --new-since origin/main     all files, but only findings on lines that a branch changed fail
  sdlc run --report sarif=sdlc.sarif --report junit=junit.xml";

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
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub(crate) output_format: Format,
    /// Write the report, or with `--diff` the patch, to a file; people still get their report, on standard error
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write a report of this format to this file besides; can be given several times
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = parse_report)]
    pub(crate) reports: Vec<(Format, PathBuf)>,
    /// Only findings on lines that were changed since the merge base of a revision and `HEAD` count
    #[arg(long, value_name = "REV")]
    pub(crate) new_since: Option<String>,
    /// Let findings of `sdlc-baseline.json` count too
    #[arg(long)]
    pub(crate) no_baseline: bool,
    /// From which severity on findings fail the run: `note`, `warning`, `error` or `never`; overrides all gates
    #[arg(long, value_name = "SEVERITY", value_parser = parse_fail_on)]
    pub(crate) fail_on: Option<FailOn>,
    /// End with 0 where it would be 1
    #[arg(long)]
    pub(crate) exit_zero: bool,
    #[command(flatten)]
    pub(crate) fix: Fix,
    #[command(flatten)]
    pub(crate) work: Work,
}

/// What is done with the fixes that findings carry.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Fix {
    /// Apply the safe fixes of what was found, if the gates find less afterwards and nothing new. With `--staged` to what is
    /// staged, and to the tree where it has the same lines
    #[arg(long)]
    pub(crate) fix: bool,
    /// With `--fix` or `--diff`: also fixes that may change what the program means
    #[arg(long)]
    pub(crate) unsafe_fixes: bool,
    /// Print what `--fix` would change, as a patch, and change nothing; ends with 1 if there is something
    #[arg(long, conflicts_with_all = ["fix", "output_format"])]
    pub(crate) diff: bool,
}

impl Fix {
    /// Whether fixes are tried at all.
    pub(crate) fn is_wanted(self) -> bool {
        self.fix || self.diff
    }
}

fn parse_fail_on(text: &str) -> Result<FailOn, String> {
    text.parse()
}

#[derive(Debug, Args)]
#[command(after_help = format!("{HEAL}\n\n{EXIT_CODES}"))]
pub(crate) struct Heal {
    /// Names of healers; their cures alone are tried then [default: fixes of the gates, and all healers]
    #[arg(value_name = "HEALER")]
    pub(crate) healers: Vec<String>,
    /// Change nothing, and say of each cure whether it would be accepted, and why not
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Also fixes that may change what the program means
    #[arg(long, conflicts_with = "healers")]
    pub(crate) unsafe_fixes: bool,
    /// Write a patch to this file instead of changing anything
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Format of the report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub(crate) output_format: Format,
    #[command(flatten)]
    pub(crate) work: Work,
}

const HEAL: &str = "\
A cure is tried on a copy: the gates run again, and it is kept if they find less and nothing new.
`sdlc undo` takes all of it back.

Examples:
  sdlc heal                      fix what can be fixed
  sdlc heal --dry-run            what would be done, and what would be refused and why
  sdlc heal dependencies         only what the healer `dependencies` proposes
  sdlc heal --output fix.patch   for a pull request: `git apply fix.patch`";

/// Format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Human,
    /// For programs; described in README.md
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit XML, as CI systems show test results
    Junit,
    /// Annotations of GitHub Actions
    Github,
    /// Code quality report of GitLab
    Gitlab,
    /// Markdown, for a summary or a comment
    Markdown,
}

/// How gates are run.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Work {
    /// Neither use nor keep results
    #[arg(long)]
    pub(crate) no_cache: bool,
    /// Most threads [default: one per core]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
}

/// What `sdlc-baseline.json` is asked for.
#[derive(Debug, Subcommand)]
#[command(after_help = BASELINE)]
pub(crate) enum Baseline {
    /// Run all gates, and write all that they find; what the project asks not to decrease or increase, too
    #[command(after_help = "Example:\n  sdlc baseline write\n  git add sdlc-baseline.json")]
    Write(Work),
    /// What is in it, by gate and rule
    #[command(after_help = "Example:\n  sdlc baseline show")]
    Show,
    /// Run all gates, and remove what they do not find any more
    #[command(
        after_help = "Example:\n  sdlc baseline prune    after something was mended, so that it cannot come back unseen"
    )]
    Prune(Work),
}

const BASELINE: &str =
    "A finding is known again by its rule, its file and the text of its line: it may move within the \
file. One more of the same kind is new. Commit `sdlc-baseline.json` beside `sdlc.toml`.

Examples:
  sdlc baseline write    from now on, only new findings fail
  sdlc baseline show
  sdlc baseline prune    forget what is mended
  sdlc run --no-baseline";

fn parse_report(text: &str) -> Result<(Format, PathBuf), String> {
    let hint = || {
        let names: Vec<_> = Format::value_variants().iter().filter_map(ValueEnum::to_possible_value).collect();
        let names: Vec<_> = names.iter().map(|name| format!("`{}`", name.get_name())).collect();
        format!(
            "`{text}` is not a format and a file; hint: such as `sarif=sdlc.sarif`; formats are {}",
            names.join(", ")
        )
    };
    let (format, file) = text.split_once('=').filter(|(_, file)| !file.is_empty()).ok_or_else(hint)?;
    let format = Format::from_str(format, false).map_err(|_| hint())?;
    Ok((format, PathBuf::from(file)))
}

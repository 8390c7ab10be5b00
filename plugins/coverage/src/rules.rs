//! What the gate finds, for `sdlc explain` and for reports that list their rules.

use sdlc_sdk::{Finding, Severity};

/// Each kind of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    UncoveredChangedLines,
    BelowMinimum,
    UnmappedPath,
    UnmeasuredFile,
}

impl Rule {
    const ALL: [Self; 4] = [Self::UncoveredChangedLines, Self::BelowMinimum, Self::UnmappedPath, Self::UnmeasuredFile];

    fn describe(self) -> sdlc_sdk::Rule {
        use Severity::{Error, Note, Warning};
        let (name, severity, summary, explanation) = match self {
            Self::UncoveredChangedLines => (
                "uncovered-changed-lines",
                Warning,
                "lines that were changed since the base revision and that no test runs",
                "One finding is one run of changed lines with code, none of which ran. Blank lines and comments do not \
                 end a run.\n\nNeeds a base revision: `sdlc run --from-ref origin/main`. The metric `changed-lines` is \
                 the share of changed lines with code that ran, in per cent; 100 where no line with code was changed.",
            ),
            Self::BelowMinimum => (
                "below-minimum",
                Error,
                "a directory of which less is covered than `settings.minimum` asks for",
                "```toml\n[gates.coverage.settings.minimum]\n\"src/core\" = 95\n\"src/web\" = { lines = 80, branches = \
                 70 }\n```\n\nWhere the gate has `require`, findings do not fail it: ask for `below-minimum = \"== 0\"` \
                 there, which is the number of minima that are missed.",
            ),
            Self::UnmappedPath => (
                "unmapped-path",
                Note,
                "a path in the report that is no file of the workspace",
                "Its lines count in `lines`, and in no directory and no changed lines. Where several files of the \
                 workspace could be meant, none is taken.\n\n`settings.paths` says what stands for the paths of \
                 another machine, `settings.exclude` what is not to count:\n\n```toml\npaths = [{ from = \
                 \"/builds/acme/shop\", to = \".\" }]\nexclude = [\"usr/lib\"]\n```",
            ),
            Self::UnmeasuredFile => (
                "unmeasured-file",
                Note,
                "a changed file of a kind that is measured, and that is in no report",
                "Tools leave out what no test loads unless told otherwise (`--source` of coverage.py, `--all` of c8 \
                 and nyc, `-coverpkg=./...` of Go).",
            ),
        };
        sdlc_sdk::Rule::new(name, severity, summary).explained(explanation)
    }

    /// On the workspace as a whole, until it gets a place.
    pub(crate) fn finding(self, message: impl Into<String>) -> Finding {
        let rule = self.describe();
        Finding::new(&rule.id, rule.severity, message)
    }
}

/// The rules of these ids; all where there are none.
pub(crate) fn of(ids: &[String]) -> Vec<sdlc_sdk::Rule> {
    let rules = Rule::ALL.into_iter().map(Rule::describe);
    rules.filter(|rule| ids.is_empty() || ids.contains(&rule.id)).collect()
}

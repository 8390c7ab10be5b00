//! The rules: how bad a vulnerability is, and what else can be wrong with a lock file or the settings.
//!
//! A rule is not one advisory, so that `sdlc explain` knows all of them and GitHub, which takes a severity from the rule,
//! shows the right one. The advisory is in the message.

use sdlc_sdk::{Rule, Severity};

use crate::rating::Rating;

pub(crate) const EXPIRED_IGNORE: &str = "expired-ignore";
pub(crate) const UNUSED_IGNORE: &str = "unused-ignore";
pub(crate) const UNPINNED: &str = "unpinned-requirement";
pub(crate) const UNCHECKED: &str = "unchecked-dependency";
pub(crate) const UNCOMPARED: &str = "uncompared-version";
pub(crate) const UNREADABLE: &str = "unreadable-lock-file";
pub(crate) const NONE: &str = "no-lock-file";

impl Rating {
    pub(crate) fn rule(self) -> &'static str {
        match self {
            Self::Malicious => "malicious-package",
            Self::Critical => "critical-vulnerability",
            Self::High => "high-vulnerability",
            Self::Medium => "medium-vulnerability",
            Self::Low => "low-vulnerability",
            Self::Unrated => "unrated-vulnerability",
        }
    }

    /// In the middle of what the rule covers, as GitHub counts.
    fn score(self) -> f64 {
        match self {
            Self::Malicious => 10.0,
            Self::Critical => 9.5,
            Self::High => 8.0,
            Self::Medium | Self::Unrated => 5.5,
            Self::Low => 2.0,
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Malicious => "a package is known to be an attack",
            Self::Critical => "a version has a known vulnerability of CVSS 9.0 or above",
            Self::High => "a version has a known vulnerability of CVSS 7.0 to 8.9",
            Self::Medium => "a version has a known vulnerability of CVSS 4.0 to 6.9",
            Self::Low => "a version has a known vulnerability of CVSS below 4.0",
            Self::Unrated => "a version has a known vulnerability that nobody has rated",
        }
    }
}

const VULNERABLE: &str = "\
## What it does
Compares the versions of the lock file with the advisories of OSV, by the ecosystem's own rules. Advisories that are names of
one thing are one finding.

## How to fix
Update the package to the version that the message names, and write the lock file anew. `sdlc advisories show ID` says more.
Where it does not matter for this project, and for as long:

```toml
[gates.dependencies.settings]
ignore = [{ id = \"CVE-2023-30861\", reason = \"no sessions\", until = \"2027-01-31\" }]
```
";

const OTHERS: [(&str, Severity, &str, &str); 7] = [
    (
        EXPIRED_IGNORE,
        Severity::Warning,
        "an entry of `ignore` is over",
        "The day in `until` has passed, so the advisory counts again. Look at it anew, and move the day or remove the entry.",
    ),
    (
        UNUSED_IGNORE,
        Severity::Warning,
        "an entry of `ignore` has nothing to ignore",
        "No dependency has the advisory any more, or it is misspelt. Remove the entry.",
    ),
    (
        UNPINNED,
        Severity::Note,
        "a requirement is not pinned to a version",
        "Which version is installed is not known, so it is held against no advisory. Pin it, for example with `pip-compile`. \
         With `fail-unpinned = true` it is a warning.",
    ),
    (
        UNCHECKED,
        Severity::Note,
        "a dependency is not from a registry",
        "Advisories speak of versions of a registry. What comes from a repository, an address or a path is held against none.",
    ),
    (
        UNCOMPARED,
        Severity::Error,
        "a version cannot be compared with those of an advisory",
        "The version of the lock file or one of the advisory is none by the ecosystem's rules, so that nobody can say whether \
         it is affected. Look at the advisory, and put it into `ignore` if it is not.",
    ),
    (
        UNREADABLE,
        Severity::Error,
        "a lock file cannot be read",
        "It is broken, or its format is newer than what is known here, so none of its packages was checked.",
    ),
    (
        NONE,
        Severity::Note,
        "there is no lock file that may be read",
        "Nothing was checked. Name lock files in `files`, and let the gate read them: `grant = { read = [\"**\"] }`.",
    ),
];

/// All of them.
pub(crate) fn all() -> Vec<Rule> {
    let vulnerable = Rating::ALL.into_iter().map(|rating| {
        let mut rule = Rule::new(rating.rule(), rating.severity(), rating.summary()).explained(VULNERABLE);
        rule.tags = ["security", "external/cwe/cwe-1395"].map(str::to_owned).to_vec();
        rule.security_severity = Some(rating.score());
        rule
    });
    let others =
        OTHERS.into_iter().map(|(id, severity, summary, text)| Rule::new(id, severity, summary).explained(text));
    vulnerable.chain(others).collect()
}

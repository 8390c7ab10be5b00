//! `compromised-action`: versions of actions that are publicly known to be bad.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    reference::Reference,
    rule::{Findings, Rule},
    workflow::Document,
};

pub(crate) const RULE: Rule = Rule {
    name: "compromised-action",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "a version of an action is known to be malicious or vulnerable",
    explanation: "\
## What it does
Finds versions of actions of which an advisory says that they steal secrets, or let others run code. The list is in the
rule, with the advisories; it is no substitute for Dependabot.

## Why is this bad?
A tag that was moved to malicious code printed or sent away the secrets of every job that used it; that it points elsewhere
today does not undo that, and a cached or pinned copy may still be the malicious one.

## Example
```yaml
- uses: tj-actions/changed-files@v45
```

## How to fix
Use a version that the message names, by its commit, and replace the secrets that the job could read.
",
    cwe: 506,
    score: 9.8,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for node in document.uses() {
        let Some(Reference::Repository { action, version }) = node.as_str().map(Reference::parse) else { continue };
        let name = action.to_ascii_lowercase();
        for known in KNOWN.iter().filter(|known| name == known.action) {
            if known.commits.contains(&version) || is_below(version, known.since, known.fixed) {
                let cure = match known.fixed {
                    [0, 0, 0] => "use another commit".to_owned(),
                    [major, minor, patch] => format!("use {major}.{minor}.{patch} or newer, by its commit"),
                };
                let Known { what, advisory, .. } = known;
                let message = format!("`{action}@{version}` {what}, see {advisory}; hint: {cure}");
                findings.add(node.range.clone(), message);
                break;
            }
        }
    }
}

struct Known {
    action: &'static str,
    /// Commits that are malicious.
    commits: &'static [&'static str],
    /// Versions from here on.
    since: [u32; 3],
    /// The first good version; zero where only the commits are bad.
    fixed: [u32; 3],
    what: &'static str,
    /// In GitHub's advisory database, or the CVE list.
    advisory: &'static str,
}

const STOLE: &str = "was moved to code that steals secrets";

const KNOWN: [Known; 9] = [
    Known {
        action: "tj-actions/changed-files",
        commits: &["0e58ed8671d6b60d0890c21b07f8835ace038e67"],
        since: [0, 0, 0],
        fixed: [46, 0, 1],
        what: STOLE,
        advisory: "CVE-2025-30066",
    },
    Known {
        action: "reviewdog/action-setup",
        commits: &["f0d342d24037bb11d26b9bd8496e0808ba32e9ec"],
        since: [0, 0, 0],
        fixed: [0, 0, 0],
        what: STOLE,
        advisory: "CVE-2025-30154",
    },
    Known {
        action: "aquasecurity/trivy-action",
        commits: &[],
        since: [0, 0, 0],
        fixed: [0, 35, 0],
        what: STOLE,
        advisory: "CVE-2026-33634",
    },
    Known {
        action: "aquasecurity/setup-trivy",
        commits: &[],
        since: [0, 0, 0],
        fixed: [0, 2, 6],
        what: STOLE,
        advisory: "CVE-2026-33634",
    },
    Known {
        action: "tj-actions/branch-names",
        commits: &[],
        since: [0, 0, 0],
        fixed: [7, 0, 7],
        what: "runs what the name of a branch says",
        advisory: "CVE-2023-49291",
    },
    Known {
        action: "tj-actions/verify-changed-files",
        commits: &[],
        since: [0, 0, 0],
        fixed: [17, 0, 0],
        what: "hands over names of files that can be commands",
        advisory: "CVE-2023-52137",
    },
    Known {
        action: "actions/download-artifact",
        commits: &[],
        since: [4, 0, 0],
        fixed: [4, 1, 7],
        what: "writes outside of its directory",
        advisory: "CVE-2024-42471",
    },
    Known {
        action: "atlassian/gajira-create",
        commits: &[],
        since: [0, 0, 0],
        fixed: [2, 0, 1],
        what: "runs what the title of an issue says",
        advisory: "CVE-2020-14188",
    },
    Known {
        action: "embano1/wip",
        commits: &[],
        since: [0, 0, 0],
        fixed: [2, 0, 0],
        what: "runs what the title of a pull request says",
        advisory: "CVE-2023-30623",
    },
];

/// Whether a tag is a version of the range. `v4` is the newest of its major version, so it counts only where all of that
/// are bad.
fn is_below(tag: &str, since: [u32; 3], fixed: [u32; 3]) -> bool {
    let mut parts = tag.strip_prefix('v').unwrap_or(tag).splitn(3, '.');
    let Some(Ok(major)) = parts.next().map(str::parse::<u32>) else { return false };
    let mut rest = [u32::MAX; 2];
    for (slot, part) in rest.iter_mut().zip(parts) {
        let Ok(number) = part.parse() else { return false };
        *slot = number;
    }
    let [minor, patch] = rest;
    (since..fixed).contains(&[major, minor, patch])
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, steps};

    #[test]
    fn bad_tags_and_commits_are_found() {
        let text = steps(
            "- uses: tj-actions/changed-files@v45\n- uses: tj-actions/changed-files@0e58ed8671d6b60d0890c21b07f8835ace038e67\n- uses: aquasecurity/trivy-action@0.28.0\n- uses: Actions/download-artifact@v4.1.2",
        );
        assert_eq!(found("compromised-action", &text).len(), 4);
    }

    #[test]
    fn newer_versions_and_tags_that_move_on_are_not() {
        let text = steps(
            "- uses: tj-actions/changed-files@v46.0.1\n- uses: actions/download-artifact@v4\n- uses: actions/download-artifact@v3\n- uses: reviewdog/action-setup@v1\n- uses: tj-actions/changed-files@main\n- uses: aquasecurity/trivy-action@v0.35.0",
        );
        assert!(found("compromised-action", &text).is_empty());
    }
}

//! `persisted-credentials`: the token in an artifact.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    rule::{Findings, Rule},
    workflow::{Document, Step},
    yaml::Node,
};

pub(crate) const RULE: Rule = Rule {
    name: "persisted-credentials",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    summary: "the token that checkout leaves behind can get into an artifact",
    explanation: "\
## What it does
Finds `actions/checkout` without `persist-credentials: false` in jobs that later upload an artifact. An error where what is
uploaded is the whole directory.

## Why is this bad?
Up to version 5, checkout writes the job's token into `.git/config`, and whoever can download the artifact can use it while the
job runs.

## Example
```yaml
- uses: actions/checkout@v4
- uses: actions/upload-artifact@v4
  with:
    path: .
```

## How to fix
Add `persist-credentials: false` to the inputs of checkout, unless later steps push.
",
    cwe: 522,
    score: 5.5,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for job in &document.jobs {
        let mut uploads =
            job.steps.iter().enumerate().filter(|(_, step)| step.is_action("actions/upload-artifact")).peekable();
        let Some((last, _)) = uploads.clone().last() else { continue };
        let whole = uploads.any(|(_, upload)| upload.with("path").is_some_and(is_whole));
        let checkouts = job.steps.iter().take(last).filter(|step| step.is_action("actions/checkout"));
        for step in checkouts.filter(|step| !is_safe(step)) {
            let Some(uses) = step.node.get("uses") else { continue };
            let message = "checkout leaves the token in `.git/config`, and a later step uploads an artifact; hint: set `persist-credentials: false`";
            let finding = findings.add(uses.range.clone(), message);
            if whole {
                finding.severity = Severity::Error;
            }
        }
    }
}

fn is_safe(step: &Step<'_>) -> bool {
    let is_off = step.with("persist-credentials").and_then(Node::as_str).is_some_and(|value| value != "true");
    // From version 6 on, the token is in a file outside of the workspace.
    let version = step.node.text("uses").and_then(|uses| uses.split_once('@')).map_or("", |(_, version)| version);
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    is_off || major.is_some_and(|major| (6..1000).contains(&major))
}

fn is_whole(path: &Node) -> bool {
    path.as_str().is_some_and(|paths| {
        paths.lines().any(|path| {
            matches!(path.trim().trim_end_matches('/'), "." | "./*" | "*" | "**" | "${{ github.workspace }}")
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, steps};

    #[test]
    fn a_checkout_before_an_upload_is_found() {
        let text = steps("- uses: actions/checkout@v4\n- uses: actions/upload-artifact@v4\n  with:\n    path: dist");
        assert_eq!(found("persisted-credentials", &text), ["actions/checkout@v4"]);
    }

    #[test]
    fn without_credentials_or_without_an_upload_it_is_not() {
        for text in [
            "- uses: actions/checkout@v4",
            "- uses: actions/checkout@v4\n  with:\n    persist-credentials: false\n- uses: actions/upload-artifact@v4",
            "- uses: actions/checkout@v6\n- uses: actions/upload-artifact@v4",
            "- uses: actions/upload-artifact@v4\n- uses: actions/checkout@v4",
        ] {
            assert!(found("persisted-credentials", &steps(text)).is_empty(), "{text}");
        }
    }
}

//! `dangerous-trigger`: an event on which outsiders start a privileged workflow.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    rule::{Findings, Rule},
    workflow::Document,
};

pub(crate) const RULE: Rule = Rule {
    name: "dangerous-trigger",
    severity: Severity::Note,
    confidence: Confidence::Medium,
    summary: "a workflow runs on an event of outsiders with all rights",
    explanation: "\
## What it does
Notes `pull_request_target` and `workflow_run`.

## Why is this bad?
Such a workflow runs for pull requests of strangers, with secrets and a token that may write. That is what they are for, and it
is easy to get wrong.

## Example
```yaml
on: pull_request_target
```

## How to fix
Use `pull_request` where that is enough. Where it is not, run no code and trust no file of the pull request, and give
`permissions` by job.
",
    cwe: 250,
    score: 4.0,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for trigger in document.triggers() {
        if let Some(event @ ("pull_request_target" | "workflow_run")) = trigger.as_str() {
            let message = format!("`{event}` gives secrets and rights to write to runs that outsiders start");
            findings.add(trigger.range.clone(), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn only_privileged_events_are_found() {
        assert_eq!(found("dangerous-trigger", "on: [push, pull_request_target]\n"), ["pull_request_target"]);
        assert_eq!(found("dangerous-trigger", "on:\n  workflow_run:\n    workflows: [a]\n"), ["workflow_run"]);
        assert!(found("dangerous-trigger", "on: [push, pull_request, workflow_dispatch]\n").is_empty());
    }
}

//! `dangerous-checkout`: code of a pull request, run with the rights of the repository.

use sdlc_sdk::{Confidence, Severity};
use shell_script::Command;

use crate::{
    rule::{Findings, Rule},
    scripts,
    workflow::Document,
    yaml::Node,
};

pub(crate) const RULE: Rule = Rule {
    name: "dangerous-checkout",
    severity: Severity::Error,
    confidence: Confidence::Medium,
    summary: "a privileged workflow checks out the code of a pull request",
    explanation: "\
## What it does
Finds workflows on `pull_request_target`, `workflow_run` and `issue_comment` that check out the head of a pull request: by
`actions/checkout` with its `ref` or `repository`, `gh pr checkout`, or `git fetch` of `pull/`.

## Why is this bad?
These workflows have secrets and a token that may write, whoever opened the pull request. What they build or test is the
attacker's code: a test, a `Makefile`, a `package.json`.

## Example
```yaml
on: pull_request_target
jobs:
  test:
    steps:
      - uses: actions/checkout@v4
        with:
          ref: ${{ github.event.pull_request.head.sha }}
      - run: make test
```

## How to fix
Run such code on `pull_request`, without secrets, and do in a second workflow what needs them, with nothing but data of the
first.
",
    cwe: 829,
    score: 9.3,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    let Some(trigger) = document.trigger(&["pull_request_target", "workflow_run", "issue_comment"]) else { return };
    let event = trigger.as_str().unwrap_or_default();
    let message = format!(
        "code of a pull request is checked out on `{event}`, with secrets and rights to write; hint: do it on `pull_request`"
    );
    for step in document.steps().filter(|step| step.is_action("actions/checkout")) {
        let inputs = ["ref", "repository"].into_iter().filter_map(|input| step.with(input));
        if let Some(node) = inputs.into_iter().find(|node| is_head(document, node)) {
            findings.add(node.range.clone(), message.clone());
        }
    }
    for (_, script) in scripts::of(document) {
        for command in script.commands().into_iter().filter(|command| checks_out(command)) {
            findings.add(command.range.clone(), message.clone());
        }
    }
}

/// Where a head can be found in the events' payloads.
const HEADS: [&str; 11] = [
    "github.head_ref",
    "github.event.pull_request.head.sha",
    "github.event.pull_request.head.ref",
    "github.event.pull_request.head.repo.full_name",
    "github.event.pull_request.merge_commit_sha",
    "github.event.workflow_run.head_sha",
    "github.event.workflow_run.head_branch",
    "github.event.workflow_run.head_commit.id",
    "github.event.workflow_run.head_repository.full_name",
    "github.event.workflow_run.pull_requests.*.head.sha",
    "github.event.workflow_run.pull_requests.*.head.ref",
];

fn is_head(document: &Document<'_>, node: &Node) -> bool {
    node.as_str().is_some_and(|text| text.starts_with("refs/pull/"))
        || document.expressions(node).iter().any(|each| {
            each.expression.sources().iter().any(|source| HEADS.contains(source))
                || each
                    .expression
                    .all()
                    .iter()
                    .any(|part| part.literal().is_some_and(|text| text.contains("refs/pull/")))
        })
}

fn checks_out(command: &Command) -> bool {
    let arguments: Vec<_> = command.arguments().iter().map(|word| word.text.as_str()).collect();
    match (command.program(), arguments.as_slice()) {
        (Some("gh"), ["pr", "checkout", ..]) => true,
        (Some("git"), ["fetch" | "pull", rest @ ..]) => {
            rest.iter().any(|text| text.trim_start_matches('+').trim_start_matches("refs/").starts_with("pull/"))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, on};

    #[test]
    fn heads_of_pull_requests_in_privileged_workflows_are_found() {
        let text = on(
            "pull_request_target",
            "- uses: actions/checkout@v4\n  with:\n    ref: ${{ github.event.pull_request.head.sha }}\n- run: |\n    gh pr checkout 1\n    git fetch origin pull/1/head",
        );
        let expected =
            ["${{ github.event.pull_request.head.sha }}", "gh pr checkout 1", "git fetch origin pull/1/head"];
        assert_eq!(found("dangerous-checkout", &text), expected);
        let text = on(
            "[push, issue_comment]",
            "- uses: actions/checkout@v4\n  with:\n    ref: refs/pull/${{ github.event.issue.number }}/merge",
        );
        assert_eq!(found("dangerous-checkout", &text).len(), 1);
    }

    #[test]
    fn the_base_and_unprivileged_workflows_are_not() {
        let head = "- uses: actions/checkout@v4\n  with:\n    ref: ${{ github.event.pull_request.head.sha }}";
        assert!(found("dangerous-checkout", &on("pull_request", head)).is_empty());
        assert!(found("dangerous-checkout", &on("pull_request_target", "- uses: actions/checkout@v4")).is_empty());
    }
}

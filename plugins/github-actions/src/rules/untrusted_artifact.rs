//! `untrusted-artifact`: files of an outsider, unpacked among one's own.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    rule::{Findings, Rule},
    scripts,
    workflow::{Document, Step},
    yaml::Node,
};

pub(crate) const RULE: Rule = Rule {
    name: "untrusted-artifact",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    summary: "an artifact of an untrusted run is unpacked into the workspace",
    explanation: "\
## What it does
Finds, in workflows on `workflow_run`, downloads of artifacts of the run that started them, unless into a directory of their own
below `runner.temp` or `/tmp`.

## Why is this bad?
The artifact was made by a workflow that runs the code of a pull request, so its files are the attacker's: they can replace scripts
that later steps run with secrets.

## Example
```yaml
on: workflow_run
jobs:
  comment:
    steps:
      - uses: actions/download-artifact@v4
        with:
          run-id: ${{ github.event.workflow_run.id }}
```

## How to fix
Unpack it into `${{ runner.temp }}/artifact`, and trust none of it.
",
    cwe: 829,
    score: 7.0,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    if document.trigger(&["workflow_run"]).is_none() {
        return;
    }
    let message = "files of an untrusted run are unpacked among your own; hint: unpack them below `${{ runner.temp }}`";
    for step in document.steps().filter(|step| downloads(step)) {
        let is_apart = step.with("path").and_then(Node::as_str).is_some_and(is_apart);
        if let Some(uses) = step.node.get("uses").filter(|_| !is_apart) {
            findings.add(uses.range.clone(), message);
        }
    }
    for (_, script) in scripts::of(document) {
        for command in script.commands() {
            let words: Vec<_> = command.arguments().iter().map(|word| word.text.as_str()).collect();
            let is_download = command.program() == Some("gh") && words.starts_with(&["run", "download"]);
            if is_download && !words.iter().any(|word| is_apart(word.trim_start_matches("--dir="))) {
                findings.add(command.range.clone(), message);
            }
        }
    }
}

fn downloads(step: &Step<'_>) -> bool {
    match step.action().as_deref() {
        Some("dawidd6/action-download-artifact") => true,
        Some("actions/download-artifact") => step.with("run-id").is_some(),
        _ => false,
    }
}

fn is_apart(path: &str) -> bool {
    ["/tmp", "${{ runner.temp", "${{runner.temp", "$RUNNER_TEMP", "${RUNNER_TEMP"]
        .iter()
        .any(|apart| path.starts_with(apart))
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, on};

    const STEPS: &str = "- uses: actions/download-artifact@v4\n  with:\n    run-id: ${{ github.event.workflow_run.id }}\n- uses: dawidd6/action-download-artifact@v6\n  with:\n    path: ${{ runner.temp }}/a\n- uses: actions/download-artifact@v4\n- run: gh run download 1 -n a";

    #[test]
    fn artifacts_of_other_runs_are_found() {
        assert_eq!(
            found("untrusted-artifact", &on("workflow_run", STEPS)),
            ["actions/download-artifact@v4", "gh run download 1 -n a"]
        );
    }

    #[test]
    fn those_of_the_own_run_are_not() {
        assert!(found("untrusted-artifact", &on("push", STEPS)).is_empty());
    }
}

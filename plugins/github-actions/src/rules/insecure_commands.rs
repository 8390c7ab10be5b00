//! `insecure-commands`: commands in the output that set variables.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    rule::{Findings, Rule},
    workflow::Document,
};

pub(crate) const RULE: Rule = Rule {
    name: "insecure-commands",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "commands that any output can contain are allowed",
    explanation: "\
## What it does
Finds `ACTIONS_ALLOW_UNSECURE_COMMANDS` in an environment.

## Why is this bad?
The commands `set-env` and `add-path` are read from the output of every program, so whatever is printed can set variables, and
with them run code (CVE-2020-15228).

## Example
```yaml
env:
  ACTIONS_ALLOW_UNSECURE_COMMANDS: true
```

## How to fix
Remove it, and write to `$GITHUB_ENV` and `$GITHUB_PATH`.
",
    cwe: 74,
    score: 7.0,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    let scopes = document.jobs.iter().map(|job| job.node).chain(document.steps().map(|step| step.node));
    for scope in scopes.chain([document.root]) {
        let Some((key, value)) = scope.get("env").and_then(|env| env.entry("ACTIONS_ALLOW_UNSECURE_COMMANDS")) else {
            continue;
        };
        if !matches!(value.as_str(), Some("false" | "0" | "")) {
            findings.add(
                key.range.start..value.range.end,
                "what any program prints can set variables; hint: write to `$GITHUB_ENV`",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, steps};

    #[test]
    fn only_what_allows_them_is_found() {
        let text = steps(
            "- run: a\n  env:\n    ACTIONS_ALLOW_UNSECURE_COMMANDS: 'true'\n- run: b\n  env:\n    ACTIONS_ALLOW_UNSECURE_COMMANDS: false",
        );
        assert_eq!(found("insecure-commands", &text), ["ACTIONS_ALLOW_UNSECURE_COMMANDS: 'true'"]);
    }
}

//! `workflow-wide-secret`: a secret that every step can read.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    rule::{Findings, Rule},
    workflow::Document,
    yaml::Node,
};

pub(crate) const RULE: Rule = Rule {
    name: "workflow-wide-secret",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "a secret is in the environment of the whole workflow",
    explanation: "\
## What it does
Finds secrets in `env` at the top of a workflow.

## Why is this bad?
Every step of every job can read it, with every action and every dependency that runs there.

## Example
```yaml
env:
  TOKEN: ${{ secrets.TOKEN }}
```

## How to fix
Put it into `env` of the steps that need it.
",
    cwe: 522,
    score: 5.0,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for (name, value) in document.root.get("env").map(Node::entries).unwrap_or_default() {
        for each in document.expressions(value) {
            if each.expression.sources().iter().any(|source| source.starts_with("secrets")) {
                let name = name.as_str().unwrap_or_default();
                findings.add(
                    each.range,
                    format!(
                        "every step can read the secret in `{name}`; hint: put it into `env` of the steps that need it"
                    ),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, steps};

    #[test]
    fn only_the_environment_of_all_jobs_is_found() {
        assert_eq!(
            found("workflow-wide-secret", "env:\n  A: x${{ secrets.A }}\n  B: ${{ github.sha }}\njobs: {}\n"),
            ["${{ secrets.A }}"]
        );
        assert!(found("workflow-wide-secret", &steps("- run: x\n  env:\n    A: ${{ secrets.A }}")).is_empty());
    }
}

//! `all-secrets`: every secret in one value.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    rule::{Findings, Rule},
    workflow::Document,
};

pub(crate) const RULE: Rule = Rule {
    name: "all-secrets",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "all secrets are handed over at once",
    explanation: "\
## What it does
Finds `secrets` as a whole, as in `toJSON(secrets)`, and secrets whose name is computed.

## Why is this bad?
GitHub then hands all secrets of the repository and the organisation to the runner, where each step can find them in memory.

## Example
```yaml
env:
  SECRETS: ${{ toJSON(secrets) }}
```

## How to fix
Name the secrets that are needed.
",
    cwe: 200,
    score: 6.5,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for node in document.root.scalars() {
        for each in document.expressions(node) {
            let whole = each
                .expression
                .all()
                .into_iter()
                .filter_map(|part| part.context())
                .find(|path| matches!(*path, "secrets" | "secrets.*"));
            if let Some(path) = whole {
                let what = if path == "secrets" {
                    "all secrets are handed over"
                } else {
                    "the name of a secret is computed, so all are handed over"
                };
                findings.add(each.range, format!("{what}; hint: name those that are needed"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, steps};

    #[test]
    fn secrets_as_a_whole_and_computed_names_are_found() {
        let text =
            steps("- run: x\n  env:\n    A: ${{ toJSON(secrets) }}\n    B: ${{ secrets[format('A_{0}', matrix.x)] }}");
        assert_eq!(found("all-secrets", &text).len(), 2);
    }

    #[test]
    fn a_secret_by_name_is_not() {
        assert!(found("all-secrets", &steps("- run: x ${{ secrets.A }} ${{ secrets['B'] }}")).is_empty());
    }
}

//! `unredacted-secret`: a part of a secret, which logs do not hide.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    expression::Expression,
    rule::{Findings, Rule},
    workflow::Document,
};

pub(crate) const RULE: Rule = Rule {
    name: "unredacted-secret",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "a value is taken out of a secret",
    explanation: "\
## What it does
Finds `fromJSON(secrets.NAME)`.

## Why is this bad?
GitHub hides a secret in logs as a whole. What is taken out of it is printed as it is.

## Example
```yaml
- run: login \"${{ fromJSON(secrets.ACCOUNT).password }}\"
```

## How to fix
Make each value a secret of its own.
",
    cwe: 532,
    score: 4.5,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for node in document.root.scalars() {
        for each in document.expressions(node) {
            let takes_apart = each.expression.all().into_iter().any(|part| {
                matches!(part, Expression::Call(name, arguments) if name == "fromjson"
                    && arguments.iter().any(|argument| argument.context().is_some_and(|path| path.starts_with("secrets."))))
            });
            if takes_apart {
                findings
                    .add(each.range, "logs do not hide a part of a secret; hint: make each value a secret of its own");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, steps};

    #[test]
    fn only_secrets_that_are_taken_apart_are_found() {
        let text = steps("- run: a ${{ fromJSON(secrets.A).b }} ${{ secrets.A }} ${{ fromJSON(needs.a.outputs.b) }}");
        assert_eq!(found("unredacted-secret", &text), ["${{ fromJSON(secrets.A).b }}"]);
    }
}

//! `substring-condition`: a list that is a text.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    expression::Expression,
    rule::{Findings, Rule},
    workflow::Document,
};

pub(crate) const RULE: Rule = Rule {
    name: "substring-condition",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "a condition looks for a name within a text",
    explanation: "\
## What it does
Finds `contains` with a text of several words in which a branch, an actor or another name that can be chosen is looked for.

## Why is this bad?
`contains` of two texts asks for a part of the text: a branch `main refs` is in it, and so is `refs/heads/ma`.

## Example
```yaml
if: contains('refs/heads/main refs/heads/develop', github.ref)
```

## How to fix
Use a list: `contains(fromJSON('[\"refs/heads/main\", \"refs/heads/develop\"]'), github.ref)`.
",
    cwe: 183,
    score: 5.5,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for node in document.conditions() {
        for each in document.condition(node) {
            if let Some(path) = each.expression.all().into_iter().find_map(sought) {
                findings.add(
                    node.range.clone(),
                    format!("a part of a name is enough for `{path}`; hint: use `contains(fromJSON('[...]'), {path})`"),
                );
            }
        }
    }
}

const NAMES: [&str; 7] = [
    "github.ref",
    "github.ref_name",
    "github.head_ref",
    "github.base_ref",
    "github.actor",
    "github.triggering_actor",
    "github.event.pull_request.head.ref",
];

fn sought(expression: &Expression) -> Option<&str> {
    let Expression::Call(name, arguments) = expression else { return None };
    let [text, path] = arguments.as_slice() else { return None };
    let is_list = text.literal().is_some_and(|text| text.trim().contains([' ', ',', ';', '|']));
    path.context().filter(|path| name == "contains" && is_list && NAMES.contains(path))
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, steps};

    #[test]
    fn only_a_text_that_is_to_be_a_list_is_found() {
        let text = steps(
            "- if: contains('a b', github.ref)\n  run: a\n- if: contains(fromJSON('[\"a\"]'), github.ref)\n  run: b\n- if: contains(github.ref, 'release')\n  run: c",
        );
        assert_eq!(found("substring-condition", &text), ["contains('a b', github.ref)"]);
    }
}

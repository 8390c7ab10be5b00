//! `always-true-condition`: an `if` that is always true.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    rule::{Findings, Rule},
    workflow::Document,
};

pub(crate) const RULE: Rule = Rule {
    name: "always-true-condition",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "a condition is always true",
    explanation: "\
## What it does
Finds `if:` with text around `${{ }}`, or with a line break behind it.

## Why is this bad?
The expression is replaced by its value, and what is left is a text that is not empty, which is true: the step or job always runs,
also for those whom the condition was to keep out.

## Example
```yaml
if: ${{ github.actor }} == 'octocat'
if: |
  ${{ github.event_name == 'push' }}
```

## How to fix
Leave out `${{ }}`: the whole of `if` is an expression anyway.
",
    cwe: 571,
    score: 7.0,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for node in document.conditions() {
        let Some(text) = node.as_str() else { continue };
        let embedded = document.expressions(node);
        let [first, ..] = embedded.as_slice() else { continue };
        let is_whole = embedded.len() == 1 && text.starts_with("${{") && text.ends_with("}}");
        if is_whole {
            continue;
        }
        let content = document.content(node);
        let raw = document.text.get(content.clone()).unwrap_or_default();
        let end = content.start + raw.trim_end().len();
        let start = content.start + (raw.len() - raw.trim_start().len());
        let range = start.min(first.range.start)..end.max(first.range.end);
        findings.add(range, "with text around `${{ }}` the condition is always true; hint: leave `${{` and `}}` out");
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, steps};

    #[test]
    fn text_and_line_breaks_around_an_expression_are_found() {
        let text = steps(
            "- if: ${{ github.ref }} == 'refs/heads/main'\n  run: a\n- if: |\n    ${{ github.event_name == 'push' }}\n  run: b\n- if: ${{ a.b }} && ${{ c.d }}\n  run: c",
        );
        let expected = [
            "${{ github.ref }} == 'refs/heads/main'",
            "${{ github.event_name == 'push' }}",
            "${{ a.b }} && ${{ c.d }}",
        ];
        assert_eq!(found("always-true-condition", &text), expected);
    }

    #[test]
    fn an_expression_as_a_whole_is_not() {
        let text = steps(
            "- if: ${{ github.ref == 'a' }}\n  run: a\n- if: github.ref == 'a'\n  run: b\n- if: \"${{ github.ref == 'a' }}\"\n  run: c\n- if: >-\n    ${{ github.ref == 'a' }}\n  run: d\n- if: |\n    github.ref == 'a'\n  run: e",
        );
        assert!(found("always-true-condition", &text).is_empty());
    }
}

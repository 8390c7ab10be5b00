//! `app-token-permissions`: a token of an app, with all that the app may.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    rule::{Findings, Rule},
    workflow::Document,
    yaml::Node,
};

pub(crate) const RULE: Rule = Rule {
    name: "app-token-permissions",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "a token of an app has all rights of the app",
    explanation: "\
## What it does
Finds `actions/create-github-app-token` without any `permission-...` input, and `tibdex/github-app-token` without `permissions`.

## Why is this bad?
The token may do everything that the app was ever installed for, in each step that gets it.

## Example
```yaml
- uses: actions/create-github-app-token@v2
  with:
    app-id: 1
```

## How to fix
Name the rights that are needed: `permission-contents: write`.
",
    cwe: 732,
    score: 5.0,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for step in document.steps() {
        let is_limited = match step.action().as_deref() {
            Some("actions/create-github-app-token") => {
                let inputs = step.node.get("with").map(Node::entries).unwrap_or_default();
                inputs.iter().any(|(name, _)| name.as_str().is_some_and(|name| name.starts_with("permission-")))
            }
            Some("tibdex/github-app-token") => step.with("permissions").is_some(),
            _ => continue,
        };
        if let Some(uses) = step.node.get("uses").filter(|_| !is_limited) {
            findings.add(
                uses.range.clone(),
                "the token has all rights of the app; hint: name those that are needed, as `permission-contents: read`",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, steps};

    #[test]
    fn only_a_token_without_limits_is_found() {
        let text = steps(
            "- uses: actions/create-github-app-token@v2\n  with:\n    app-id: 1\n- uses: actions/create-github-app-token@v1\n  with:\n    permission-contents: read",
        );
        assert_eq!(found("app-token-permissions", &text), ["actions/create-github-app-token@v2"]);
    }
}

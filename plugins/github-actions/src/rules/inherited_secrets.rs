//! `inherited-secrets`: all secrets for a workflow of others.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    rule::{Findings, Rule},
    workflow::Document,
};

pub(crate) const RULE: Rule = Rule {
    name: "inherited-secrets",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "a called workflow gets all secrets",
    explanation: "\
## What it does
Finds `secrets: inherit`. A note where the workflow that is called is of the same repository.

## Why is this bad?
The workflow that is called, and every action in it, can read every secret of the repository, not just those it needs.

## Example
```yaml
jobs:
  deploy:
    uses: acme/workflows/.github/workflows/deploy.yml@v1
    secrets: inherit
```

## How to fix
Name the secrets that it needs.
",
    cwe: 200,
    score: 5.0,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for job in &document.jobs {
        let Some(node) = job.node.get("secrets").filter(|node| node.as_str() == Some("inherit")) else { continue };
        let uses = job.node.text("uses").unwrap_or_default();
        let message = format!("`{uses}` gets all secrets; hint: name those that it needs");
        let finding = findings.add(node.range.clone(), message);
        if uses.starts_with("./") {
            finding.severity = Severity::Note;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn all_secrets_are_found_and_named_ones_are_not() {
        assert_eq!(
            found("inherited-secrets", "jobs:\n  a:\n    uses: a/b/c.yml@v1\n    secrets: inherit\n"),
            ["inherit"]
        );
        assert!(
            found(
                "inherited-secrets",
                "jobs:\n  a:\n    uses: a/b/c.yml@v1\n    secrets:\n      a: ${{ secrets.A }}\n"
            )
            .is_empty()
        );
    }
}

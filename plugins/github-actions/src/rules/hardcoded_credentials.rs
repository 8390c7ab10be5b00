//! `hardcoded-credentials`: a password in a workflow.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    rule::{Findings, Rule},
    workflow::Document,
    yaml::Node,
};

pub(crate) const RULE: Rule = Rule {
    name: "hardcoded-credentials",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "a password for a registry is in the workflow",
    explanation: "\
## What it does
Finds `credentials` of containers and services whose password is no expression.

## Why is this bad?
Everybody who can read the repository, or any copy of its history, has the password.

## Example
```yaml
container:
  image: registry.example.com/app
  credentials:
    username: ci
    password: PASSWORD
```

## How to fix
Make it a secret, refer to it by `${{ secrets.NAME }}`, and change the password.
",
    cwe: 798,
    score: 8.0,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for job in &document.jobs {
        let services =
            job.node.get("services").map(Node::entries).unwrap_or_default().iter().map(|(_, service)| service);
        for place in job.node.get("container").into_iter().chain(services) {
            let Some(password) = place.get("credentials").and_then(|credentials| credentials.get("password")) else {
                continue;
            };
            if password.as_str().is_some_and(|text| !text.is_empty() && !text.contains("${{")) {
                let message =
                    "the password of a registry is in the workflow; hint: use `${{ secrets.NAME }}`, and change it";
                findings.add(password.range.clone(), message).sensitive = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn only_a_literal_password_is_found() {
        let text = "jobs:\n  a:\n    container:\n      credentials:\n        password: made-up\n    services:\n      b:\n        credentials:\n          password: ${{ secrets.B }}\n";
        assert_eq!(found("hardcoded-credentials", text), ["made-up"]);
    }
}

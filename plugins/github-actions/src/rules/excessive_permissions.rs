//! `excessive-permissions`: a token that may write more than the job needs.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    rule::{Findings, Rule},
    workflow::Document,
    yaml::Node,
};

pub(crate) const RULE: Rule = Rule {
    name: "excessive-permissions",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "a token may write more than it needs to",
    explanation: "\
## What it does
Finds `permissions: write-all`, and rights to write that are given at the top of a workflow of several jobs. The first is an
error.

## Why is this bad?
Every action and every dependency of every job can use the token to change code, releases or packages.

## Example
```yaml
permissions: write-all
```

## How to fix
Give the right to write in the job that needs it, and `contents: read` or nothing at the top.
",
    cwe: 732,
    score: 6.5,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    let of_jobs = document.jobs.iter().filter_map(|job| job.node.get("permissions"));
    let at_top = document.root.get("permissions");
    for node in of_jobs.chain(at_top).filter(|node| node.as_str() == Some("write-all")) {
        let message = "the token may write everything; hint: name what is needed";
        findings.add(node.range.clone(), message).severity = Severity::Error;
    }
    if document.jobs.len() < 2 {
        return;
    }
    for (scope, right) in at_top.map(Node::entries).unwrap_or_default() {
        if let (Some(name), Some("write")) = (scope.as_str(), right.as_str()) {
            let message = format!(
                "all {} jobs may write `{name}`; hint: give the right in the job that needs it",
                document.jobs.len()
            );
            findings.add(scope.range.start..right.range.end, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn rights_for_all_jobs_are_found() {
        let text = "on: push\npermissions:\n  contents: write\n  issues: read\njobs:\n  a: {}\n  b:\n    permissions: write-all\n";
        assert_eq!(found("excessive-permissions", text), ["contents: write", "write-all"]);
    }

    #[test]
    fn rights_of_one_job_are_not() {
        assert!(found("excessive-permissions", "permissions:\n  contents: write\njobs:\n  a: {}\n").is_empty());
        assert!(
            found("excessive-permissions", "jobs:\n  a:\n    permissions:\n      contents: write\n  b: {}\n")
                .is_empty()
        );
    }
}

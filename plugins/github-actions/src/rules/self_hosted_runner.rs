//! `self-hosted-runner`: code of strangers on a machine that stays.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    rule::{Findings, Rule},
    workflow::Document,
    yaml::Node,
};

pub(crate) const RULE: Rule = Rule {
    name: "self-hosted-runner",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    summary: "a job that outsiders can start runs on a machine of its own",
    explanation: "\
## What it does
Finds jobs with `self-hosted` in `runs-on`, in workflows that pull requests, issues or comments start.

## Why is this bad?
In a public repository, anybody can open a pull request that changes what the job does. A machine that is not thrown away keeps
what it left behind, for the jobs to come.

## Example
```yaml
on: pull_request
jobs:
  test:
    runs-on: [self-hosted, gpu]
```

## How to fix
Use runners of GitHub or ones that are thrown away after each job, or ask for approval of all outside contributors. In a private
repository, ignore this rule.
",
    cwe: 653,
    score: 6.0,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    let events = ["pull_request", "pull_request_target", "issue_comment", "issues", "discussion", "discussion_comment"];
    let Some(trigger) = document.trigger(&events) else { return };
    let event = trigger.as_str().unwrap_or_default();
    for job in &document.jobs {
        let labels = job.node.get("runs-on").map(Node::scalars).unwrap_or_default();
        if let Some(label) = labels.into_iter().find(|label| label.as_str() == Some("self-hosted")) {
            findings.add(label.range.clone(), format!("anybody can start this job on your machine by `{event}`"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn only_jobs_of_outsiders_are_found() {
        let job = "jobs:\n  a:\n    runs-on: [self-hosted, gpu]\n";
        assert_eq!(found("self-hosted-runner", &format!("on: [push, pull_request]\n{job}")), ["self-hosted"]);
        assert!(found("self-hosted-runner", &format!("on: push\n{job}")).is_empty());
        assert!(found("self-hosted-runner", "on: pull_request\njobs:\n  a:\n    runs-on: ubuntu-latest\n").is_empty());
    }
}

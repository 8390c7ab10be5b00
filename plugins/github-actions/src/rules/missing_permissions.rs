//! `missing-permissions`: a token with whatever rights the repository gives by default.

use sdlc_sdk::{Confidence, Edit, Fix, Safety, Severity};

use crate::{
    rule::{Findings, Rule},
    workflow::{Document, Kind},
};

pub(crate) const RULE: Rule = Rule {
    name: "missing-permissions",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "a workflow does not say what its token may do",
    explanation: "\
## What it does
Finds workflows without `permissions` that have jobs without. Workflows that are only called by others are left alone.

## Why is this bad?
The token then has the default of the repository or organisation, which may be to write everything: code, releases, packages.
Every action and every dependency that runs in the job can use it.

## Example
```yaml
on: push
jobs:
  test:
    runs-on: ubuntu-latest
```

## How to fix
Say at the top what all jobs need, which mostly is this, and more in the jobs that need more:
```yaml
permissions:
  contents: read
```
",
    cwe: 732,
    score: 5.5,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    if document.kind == Kind::Action || document.root.get("permissions").is_some() {
        return;
    }
    let triggers = document.triggers();
    if !triggers.is_empty() && triggers.iter().all(|trigger| trigger.as_str() == Some("workflow_call")) {
        return;
    }
    let lacking: Vec<_> = document.jobs.iter().filter(|job| job.node.get("permissions").is_none()).collect();
    let (Some(first), Some((jobs, _))) = (lacking.first(), document.root.entry("jobs")) else { return };
    let name = first.key.as_str().unwrap_or_default();
    let rest = match lacking.len() {
        1 => String::new(),
        more => format!(" and {} more", more - 1),
    };
    let message =
        format!("job `{name}`{rest} gets a token with the default permissions; hint: add `permissions` at the top");
    let at = jobs.range.start;
    let finding = findings.add(first.key.range.clone(), message);
    // Where `jobs` begins its line, no other notation of YAML is in the way.
    let begins_line = document.text.get(..at).is_some_and(|before| before.is_empty() || before.ends_with('\n'));
    if lacking.len() == document.jobs.len() && begins_line {
        let edit = Edit::replace(document.path, at..at, "permissions:\n  contents: read\n\n");
        finding.fixes.push(Fix {
            title: "give the token the right to read".to_owned(),
            safety: Safety::Unsafe,
            edits: vec![edit],
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::{GithubActions, testing::found};
    use sdlc_sdk::testing::GateTest;

    #[test]
    fn jobs_without_permissions_are_found_once() {
        assert_eq!(
            found("missing-permissions", "on: push\njobs:\n  a: {}\n  b:\n    permissions: {}\n  c: {}\n"),
            ["a"]
        );
    }

    #[test]
    fn workflows_that_say_what_they_need_are_not() {
        for text in [
            "on: push\npermissions: {}\njobs:\n  a: {}\n",
            "on: push\njobs:\n  a:\n    permissions: {}\n",
            "on: workflow_call\njobs:\n  a: {}\n",
        ] {
            assert!(found("missing-permissions", text).is_empty(), "{text}");
        }
    }

    #[test]
    fn the_fix_is_inserted_before_the_jobs() {
        let gate = GateTest::<GithubActions>::new(r#"{"select": ["missing-permissions"]}"#);
        let finding = gate.check(".github/workflows/a.yml", "on: push\njobs:\n  a: {}\n").findings.remove(0);
        assert_eq!(finding.fixes[0].edits[0].span.start, 9);
    }
}

//! `unreadable-workflow`: a file of which nothing can be judged.

use std::ops::Range;

use sdlc_sdk::{Confidence, Finding, Severity};

use crate::{
    rule::{Findings, Rule},
    settings::Settings,
    workflow::{Document, Kind},
};

pub(crate) const RULE: Rule = Rule {
    name: "unreadable-workflow",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "a workflow or an action cannot be read",
    explanation: "\
## What it does
Finds workflows and actions that are no YAML, or whose top level is no mapping. It is reported whatever `select` says,
unless it is ignored.

## Why is this bad?
Nothing of the file was checked, so that it is insecure could not be seen.

## Example
```yaml
on: [push
```

## How to fix
Correct what the message names.
",
    cwe: 1286,
    score: 3.0,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    let root = document.root;
    let is_empty = root.as_str().is_some_and(str::is_empty);
    if document.kind == Kind::Workflow && root.entries().is_empty() && !is_empty {
        findings.add(root.range.clone(), "the top level is no mapping");
    }
}

/// A file that could not even be parsed.
pub(crate) fn add(path: &str, range: Range<usize>, message: &str, settings: &Settings, all: &mut Vec<Finding>) {
    if !settings.ignores(RULE.name) {
        Findings::of(&RULE, path, settings, all).add(range, message);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, found_with};

    #[test]
    fn what_is_no_yaml_is_found_whatever_is_selected() {
        assert_eq!(found("unpinned-action", "on: [push\n").len(), 1);
        assert_eq!(found("unreadable-workflow", "- a\n"), ["a"]);
        // The place is a character as a whole.
        assert_eq!(found("unreadable-workflow", "on: push\n\u{a980}${{ ").len(), 1);
        assert_eq!(found_with(r#"{"ignore": ["unreadable-workflow"]}"#, ".github/workflows/a.yml", "on: [").len(), 0);
    }

    #[test]
    fn an_empty_file_and_a_workflow_are_not() {
        assert!(found("unreadable-workflow", "# nothing\n").is_empty());
        assert!(found("unreadable-workflow", "on: push\njobs: {}\n").is_empty());
    }
}

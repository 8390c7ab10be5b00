//! `unpinned-action`: code of others by a name that they can move.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    reference::{Reference, is_commit},
    rule::{Findings, Rule},
    workflow::Document,
};

pub(crate) const RULE: Rule = Rule {
    name: "unpinned-action",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "an action or reusable workflow is not pinned to a commit",
    explanation: "\
## What it does
Finds `uses:` with a tag, a branch or a shortened commit. Owners and actions of `trusted-owners` may be used by tag.

## Why is this bad?
Whoever can push to the action's repository, or takes over an account that can, changes what your workflow runs, with
your secrets. In March 2025 all tags of `tj-actions/changed-files` were moved to code that printed secrets.

## Example
```yaml
- uses: acme/setup@v1
```

## How to fix
Pin the whole commit, and keep the tag as a comment, which Dependabot and Renovate update both of:
```yaml
- uses: acme/setup@0123456789abcdef0123456789abcdef01234567 # v1.2.3
```
",
    cwe: 829,
    score: 6.0,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for node in document.uses() {
        let Some(uses) = node.as_str() else { continue };
        let Reference::Repository { action, version } = Reference::parse(uses) else { continue };
        if is_commit(version) || version.contains("${{") || findings.settings.trusts(action) {
            continue;
        }
        let what = if is_short(version) { "the shortened commit" } else { "the tag or branch" };
        let message =
            format!("`{action}` is used by {what} `{version}`, which can be moved; hint: pin the commit in full");
        findings.add(node.range.clone(), message);
    }
}

fn is_short(version: &str) -> bool {
    (7..40).contains(&version.len()) && version.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, found_in_action, found_with, steps};

    #[test]
    fn tags_branches_and_short_commits_are_found() {
        let text = steps("- uses: a/b@v1\n- uses: a/b/c@main\n- uses: 'a/b@0123abc'");
        assert_eq!(found("unpinned-action", &text), ["a/b@v1", "a/b/c@main", "'a/b@0123abc'"]);
        let text = "on: push\njobs:\n  a:\n    uses: a/b/.github/workflows/c.yml@v1\n";
        assert_eq!(found("unpinned-action", text), ["a/b/.github/workflows/c.yml@v1"]);
        let text = "runs:\n  using: composite\n  steps:\n    - uses: a/b@v1\n";
        assert_eq!(found_in_action("unpinned-action", text), ["a/b@v1"]);
    }

    #[test]
    fn commits_local_actions_and_images_are_not() {
        let text = steps(&format!("- uses: a/b@{}\n- uses: ./a\n- uses: docker://a:1", "0a".repeat(20)));
        assert!(found("unpinned-action", &text).is_empty());
    }

    #[test]
    fn a_trusted_owner_is_one_as_a_whole() {
        let text = steps("- uses: Actions/checkout@v4\n- uses: actionsx/y@v1\n- uses: a/b/c@v1\n- uses: a/bc@v1");
        let settings = r#"{"select": ["unpinned-action"], "trusted-owners": ["actions", "a/b"]}"#;
        assert_eq!(found_with(settings, ".github/workflows/a.yml", &text), ["actionsx/y@v1", "a/bc@v1"]);
    }
}

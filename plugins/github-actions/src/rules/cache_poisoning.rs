//! `cache-poisoning`: a release that is built from a cache.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    rule::{Findings, Rule},
    workflow::{Document, Step},
    yaml::Node,
};

pub(crate) const RULE: Rule = Rule {
    name: "cache-poisoning",
    severity: Severity::Warning,
    confidence: Confidence::Low,
    summary: "a release is built with what a cache holds",
    explanation: "\
## What it does
Finds steps that restore a cache in workflows that run on releases and tags only, and in jobs that publish.

## Why is this bad?
Caches are shared between workflows. One that an attacker could make another workflow fill puts its content into what you
publish.

## Example
```yaml
on: release
jobs:
  publish:
    steps:
      - uses: actions/cache@v4
```

## How to fix
Build releases without a cache.
",
    cwe: 349,
    score: 5.0,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    let is_release = is_release(document);
    for job in &document.jobs {
        let publishes =
            || job.steps.iter().any(|step| step.action().is_some_and(|action| PUBLISHERS.contains(&action.as_str())));
        if !is_release && !publishes() {
            continue;
        }
        for step in job.steps.iter().filter(|step| restores(step)) {
            if let Some(uses) = step.node.get("uses") {
                findings
                    .add(uses.range.clone(), "what is published is built with a cache that other workflows can fill");
            }
        }
    }
}

const PUBLISHERS: [&str; 6] = [
    "pypa/gh-action-pypi-publish",
    "softprops/action-gh-release",
    "actions/create-release",
    "rubygems/release-gem",
    "goreleaser/goreleaser-action",
    "js-devtools/npm-publish",
];

/// Started by releases and tags alone.
fn is_release(document: &Document<'_>) -> bool {
    let triggers = document.triggers();
    let only_tags = || {
        let push = document.root.get("on").and_then(|on| on.get("push"));
        push.is_some_and(|push| {
            push.get("tags").is_some() && push.get("branches").is_none() && push.get("branches-ignore").is_none()
        })
    };
    !triggers.is_empty()
        && triggers.iter().all(|trigger| match trigger.as_str() {
            Some("release") => true,
            Some("push") => only_tags(),
            Some("workflow_dispatch") => triggers.len() > 1,
            _ => false,
        })
}

/// Whether the step's action restores a cache, as it is set up.
fn restores(step: &Step<'_>) -> bool {
    let input = |name| step.with(name).and_then(Node::as_str);
    let is_set = |name| input(name).is_some_and(|value| !value.is_empty() && value != "false");
    match step.action().as_deref() {
        Some("actions/cache" | "actions/cache/restore" | "swatinem/rust-cache") => input("lookup-only") != Some("true"),
        Some("actions/setup-node" | "actions/setup-python" | "actions/setup-java" | "pnpm/action-setup") => {
            is_set("cache")
        }
        // Caches unless told otherwise.
        Some("actions/setup-go") => input("cache") != Some("false"),
        Some("astral-sh/setup-uv") => input("enable-cache") != Some("false"),
        Some("ruby/setup-ruby") => is_set("bundler-cache"),
        Some("docker/build-push-action") => input("cache-from").is_some_and(|from| from.contains("type=gha")),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, on, steps};

    const CACHE: &str = "- uses: actions/cache@v4\n- uses: actions/setup-node@v4\n  with:\n    cache: npm\n- uses: actions/setup-python@v5";

    #[test]
    fn caches_of_releases_are_found() {
        assert_eq!(found("cache-poisoning", &on("release", CACHE)), ["actions/cache@v4", "actions/setup-node@v4"]);
        assert_eq!(found("cache-poisoning", &on("{push: {tags: ['v*']}}", CACHE)).len(), 2);
        assert_eq!(
            found("cache-poisoning", &steps(&format!("{CACHE}\n- uses: pypa/gh-action-pypi-publish@v1"))).len(),
            2
        );
    }

    #[test]
    fn caches_of_tests_are_not() {
        assert!(found("cache-poisoning", &steps(CACHE)).is_empty());
        assert!(found("cache-poisoning", &on("{push: {tags: ['v*'], branches: [main]}}", CACHE)).is_empty());
    }
}

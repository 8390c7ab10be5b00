//! `unpinned-image`: a container by a name that can be moved.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    reference::{Reference, has_digest},
    rule::{Findings, Rule},
    workflow::Document,
    yaml::Node,
};

pub(crate) const RULE: Rule = Rule {
    name: "unpinned-image",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "a container image is not pinned to a digest",
    explanation: "\
## What it does
Finds images of `container`, `services`, `docker://` and Docker actions without a digest. One with a tag other than
`latest` is a note. Images of `trusted-registries` are left alone.

## Why is this bad?
Whoever can push to the image's repository changes what your job runs.

## Example
```yaml
container: node:latest
```

## How to fix
Name the digest: `node:24@sha256:...`.
",
    cwe: 829,
    score: 5.0,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for job in &document.jobs {
        let container = job.node.get("container");
        let services =
            job.node.get("services").map(Node::entries).unwrap_or_default().iter().map(|(_, service)| service);
        for place in container.into_iter().chain(services) {
            let node = place.get("image").unwrap_or(place);
            if let Some(image) = node.as_str() {
                judge(node, image, findings);
            }
        }
    }
    let of_action = document.root.get("runs").and_then(|runs| runs.get("image"));
    for node in document.uses().into_iter().chain(of_action) {
        if let Some(Reference::Image(image)) = node.as_str().map(Reference::parse) {
            judge(node, image, findings);
        }
    }
}

fn judge(node: &Node, image: &str, findings: &mut Findings<'_>) {
    let image = image.strip_prefix("docker://").unwrap_or(image);
    if image.is_empty() || image.contains("${{") || has_digest(image) || findings.settings.trusts_image(image) {
        return;
    }
    let tag = image.rsplit('/').next().and_then(|name| name.split_once(':')).map(|(_, tag)| tag);
    match tag {
        None | Some("latest") => {
            findings.add(
                node.range.clone(),
                format!("image `{image}` is whatever is newest; hint: name a version and its digest"),
            );
        }
        Some(_) => {
            let message = format!("the tag of image `{image}` can be moved; hint: add its digest, as `@sha256:...`");
            findings.add(node.range.clone(), message).severity = Severity::Note;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, found_with, steps};

    const JOB: &str = "on: push\njobs:\n  a:\n    container: node\n    services:\n      b:\n        image: r.example.com:5000/b:latest\n";

    #[test]
    fn images_of_containers_services_and_steps_are_found() {
        assert_eq!(found("unpinned-image", JOB), ["node", "r.example.com:5000/b:latest"]);
        assert_eq!(found("unpinned-image", &steps("- uses: docker://a:1")), ["docker://a:1"]);
    }

    #[test]
    fn a_digest_an_expression_and_a_trusted_registry_are_not() {
        let text =
            steps(&format!("- uses: docker://a@sha256:{}\n- uses: docker://${{{{ matrix.x }}}}", "0".repeat(64)));
        assert!(found("unpinned-image", &text).is_empty());
        let settings = r#"{"select": ["unpinned-image"], "trusted-registries": ["r.example.com:5000"]}"#;
        assert_eq!(found_with(settings, ".github/workflows/a.yml", JOB), ["node"]);
    }
}

//! `image-without-digest`: a tag that can be moved.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    dockerfile::Dockerfile,
    image::Image,
    rule::{Findings, Rule},
};

pub(crate) const RULE: Rule = Rule {
    name: "image-without-digest",
    severity: Severity::Note,
    confidence: Confidence::High,
    summary: "a base image is not pinned to a digest",
    explanation: "\
## What it does
Notes `FROM` with a tag other than `latest`, and no digest.

## Why is this bad?
A tag can be moved: whoever can push to the image's repository changes what is built.

## Example
```dockerfile
FROM python:3.14-slim
```

## How to fix
Add the digest, which Dependabot and Renovate keep up to date: `FROM python:3.14-slim@sha256:...`.
",
    cwe: 829,
    score: 3.5,
    check,
};

fn check(dockerfile: &Dockerfile, findings: &mut Findings<'_>) {
    for stage in dockerfile.stages.iter().filter(|stage| stage.parent.is_none()) {
        let Some(name) =
            stage.image.as_deref().filter(|name| *name != "scratch" && !findings.settings.trusts_image(name))
        else {
            continue;
        };
        let image = Image::parse(name);
        if image.digest.is_none() && image.tag.is_some_and(|tag| tag != "latest") {
            let message = format!("the tag of image `{name}` can be moved; hint: add its digest, as `@sha256:...`");
            findings.add(stage.image_range.clone(), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, found_with};

    #[test]
    fn only_a_tag_without_a_digest_is_found() {
        let text = "FROM a:1\nFROM b:1@sha256:0\nFROM c\nFROM r.example.com/d:1\n";
        assert_eq!(found("image-without-digest", text), ["a:1", "r.example.com/d:1"]);
        let settings = r#"{"select": ["image-without-digest"], "trusted-registries": ["r.example.com"]}"#;
        assert_eq!(found_with(settings, text), ["a:1"]);
    }
}

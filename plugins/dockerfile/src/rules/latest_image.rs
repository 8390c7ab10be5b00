//! `latest-image`: the newest version, by name.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    dockerfile::Dockerfile,
    image::Image,
    rule::{Findings, Rule},
};

pub(crate) const RULE: Rule = Rule {
    name: "latest-image",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "a base image has the tag `latest`",
    explanation: "\
## What it does
Finds `FROM` with the tag `latest` and no digest.

## Why is this bad?
What is built today is not what is built tomorrow, and whoever can push to the image's repository changes it.

## Example
```dockerfile
FROM python:latest
```

## How to fix
Name a version and its digest: `FROM python:3.14-slim@sha256:...`.
",
    cwe: 829,
    score: 5.5,
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
        if image.tag == Some("latest") && image.digest.is_none() {
            let message = format!("image `{name}` is whatever is newest; hint: name a version");
            findings.add(stage.image_range.clone(), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn only_latest_without_a_digest_is_found() {
        assert_eq!(found("latest-image", "ARG V=latest\nFROM a:$V\nFROM b:latest@sha256:0\nFROM c:1\n"), ["a:$V"]);
    }
}

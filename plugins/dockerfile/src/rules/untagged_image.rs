//! `untagged-image`: whatever version there is.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    dockerfile::Dockerfile,
    image::Image,
    rule::{Findings, Rule},
};

pub(crate) const RULE: Rule = Rule {
    name: "untagged-image",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "a base image has no tag and no digest",
    explanation: "\
## What it does
Finds `FROM` with neither tag nor digest. Images of `trusted-registries`, `scratch` and stages are left alone.

## Why is this bad?
What is built today is not what is built tomorrow, and whoever can push to the image's repository changes it.

## Example
```dockerfile
FROM python
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
        if image.tag.is_none() && image.digest.is_none() {
            let message =
                format!("image `{}` has no tag, so it is whatever is newest; hint: name a version", image.repository);
            findings.add(stage.image_range.clone(), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn only_images_of_others_without_a_version_are_found() {
        let text = "FROM r.example.com:5000/a AS b\nFROM b\nFROM scratch\nFROM c:1\nFROM d@sha256:0\nFROM $E\n";
        assert_eq!(found("untagged-image", text), ["r.example.com:5000/a"]);
    }
}

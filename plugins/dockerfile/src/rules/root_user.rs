//! `root-user`: what runs has all rights within the container.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    dockerfile::{Dockerfile, Instruction, Stage},
    rule::{Findings, Rule},
};

pub(crate) const RULE: Rule = Rule {
    name: "root-user",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    summary: "the image runs as root",
    explanation: "\
## What it does
Finds images whose last stage runs as root: by its last `USER`, or because neither it nor the stages that it builds upon have one.
Images with `nonroot`, `rootless` or `unprivileged` in their name are taken at their word, and a stage on `scratch` that starts
nothing is only files.

## Why is this bad?
Whoever takes over the process has all rights within the container, and is one flaw of the kernel away from the machine.

## Example
```dockerfile
FROM python:3.14-slim
CMD [\"python\", \"app.py\"]
```

## How to fix
Make a user and end with `USER app`.
",
    cwe: 250,
    score: 5.0,
    check,
};

fn check(dockerfile: &Dockerfile, findings: &mut Findings<'_>) {
    let Some(last) = dockerfile.stages.last() else { return };
    let mut stage = last;
    loop {
        if let Some(user) = instructions(dockerfile, stage).rev().find(|each| each.keyword == "USER") {
            if let Some(word) = user.words.first().filter(|word| is_root(&word.text)) {
                findings.add(word.range.clone(), "the image runs as root; hint: end with another `USER`").confidence =
                    Confidence::High;
            }
            return;
        }
        // A stage's parent comes before it, so this ends.
        match stage.parent.and_then(|parent| dockerfile.stages.get(parent)) {
            Some(parent) => stage = parent,
            None => break,
        }
    }
    let image = stage.image.as_deref().unwrap_or_default();
    let is_known = ["nonroot", "rootless", "unprivileged", "non-root"].iter().any(|part| image.contains(part));
    let is_files = image == "scratch"
        && !instructions(dockerfile, last).any(|each| matches!(each.keyword.as_str(), "CMD" | "ENTRYPOINT" | "RUN"));
    if !is_known && !is_files && stage.image.is_some() {
        let message = "the last stage has no `USER`, so the image runs as root unless its base says otherwise; hint: end with a `USER`";
        findings.add(last.image_range.clone(), message);
    }
}

fn instructions<'a>(dockerfile: &'a Dockerfile, stage: &Stage) -> impl DoubleEndedIterator<Item = &'a Instruction> {
    let all = dockerfile.instructions.get(stage.instructions.clone()).unwrap_or_default();
    all.iter().filter(|each| !each.onbuild)
}

fn is_root(user: &str) -> bool {
    matches!(user.split(':').next(), Some("root" | "0"))
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn root_by_name_and_by_default_is_found() {
        assert_eq!(found("root-user", "FROM a:1\nUSER b\nUSER 0:0\n"), ["0:0"]);
        assert_eq!(found("root-user", "FROM a:1 AS b\nUSER c\nFROM d:1\n"), ["d:1"]);
        assert_eq!(found("root-user", "FROM a:1\nONBUILD USER b\n"), ["a:1"]);
        assert_eq!(found("root-user", "FROM scratch\nCOPY a /\nCMD [\"/a\"]\n"), ["scratch"]);
    }

    #[test]
    fn another_user_and_images_that_have_one_are_not() {
        for text in [
            "FROM a:1\nUSER root\nRUN x\nUSER b\n",
            "FROM a:1 AS b\nUSER c\nFROM b\n",
            "FROM gcr.io/distroless/static:nonroot\n",
            "FROM a:1\nUSER $UID\n",
            "FROM scratch\nCOPY a /\n",
        ] {
            assert!(found("root-user", text).is_empty(), "{text}");
        }
    }
}

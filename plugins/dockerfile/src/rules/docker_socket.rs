//! `docker-socket`: the machine, in a container.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    dockerfile::Dockerfile,
    rule::{Findings, Rule},
};

pub(crate) const RULE: Rule = Rule {
    name: "docker-socket",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "the socket of Docker is used in the build or the image",
    explanation: "\
## What it does
Finds `docker.sock` in `RUN --mount`, `VOLUME`, `COPY` and `ADD`.

## Why is this bad?
Whoever can write to the socket is root on the machine.

## Example
```dockerfile
VOLUME /var/run/docker.sock
```

## How to fix
Build images with a builder that needs no socket, such as BuildKit in rootless mode.
",
    cwe: 250,
    score: 8.0,
    check,
};

fn check(dockerfile: &Dockerfile, findings: &mut Findings<'_>) {
    for instruction in
        dockerfile.instructions.iter().filter(|each| matches!(each.keyword.as_str(), "RUN" | "VOLUME" | "COPY" | "ADD"))
    {
        let flag = instruction.flags.iter().find(|flag| flag.value.contains("docker.sock")).map(|flag| &flag.range);
        let word = instruction
            .words
            .iter()
            .find(|word| instruction.keyword != "RUN" && word.text.contains("docker.sock"))
            .map(|word| &word.range);
        if let Some(range) = flag.or(word) {
            findings.add(
                range.clone(),
                "whoever can write to this socket is root on the machine; hint: use a builder that needs none",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn mounts_and_volumes_are_found() {
        let text = "FROM a:1\nRUN --mount=type=bind,source=/var/run/docker.sock,target=/x docker ps\nVOLUME [\"/var/run/docker.sock\"]\nRUN ls /var/run/docker.sock\n";
        assert_eq!(found("docker-socket", text).len(), 2);
    }
}

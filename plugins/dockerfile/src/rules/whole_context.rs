//! `whole-context-copied`: everything in the directory, in the image.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    dockerfile::Dockerfile,
    rule::{Findings, Rule},
};

pub(crate) const RULE: Rule = Rule {
    name: "whole-context-copied",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    summary: "the whole context is copied, and nothing is left out",
    explanation: "\
## What it does
Finds `COPY .` and `ADD .` where there is no `.dockerignore` beside the Dockerfile or above it.

## Why is this bad?
`.git` with its history, `.env` and whatever else lies about become part of the image.

## Example
```dockerfile
COPY . /app
```

## How to fix
Write a `.dockerignore` that leaves out `.git`, `.env` and the like, or copy what is needed by name.
",
    cwe: 538,
    score: 4.5,
    check,
};

fn check(dockerfile: &Dockerfile, findings: &mut Findings<'_>) {
    if findings.ignored.covers(findings.path) {
        return;
    }
    for instruction in dockerfile
        .instructions
        .iter()
        .filter(|each| matches!(each.keyword.as_str(), "COPY" | "ADD") && each.flag("from").is_none())
    {
        let sources = instruction.words.split_last().map(|(_, sources)| sources).unwrap_or_default();
        if let Some(word) = sources.iter().find(|word| matches!(word.text.as_str(), "." | "./" | "/" | "*" | "./*")) {
            findings.add(
                word.range.clone(),
                "all of the context gets into the image, `.git` too; hint: write a `.dockerignore`",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{DockerfileGate, testing::found};
    use sdlc_sdk::testing::GateTest;

    #[test]
    fn the_context_without_an_ignore_file_is_found() {
        let text = "FROM a:1 AS b\nCOPY . /app\nCOPY --from=b . /x\nCOPY src /src\nWORKDIR .\n";
        assert_eq!(found("whole-context-copied", text), ["."]);
        let gate = GateTest::<DockerfileGate>::new(r#"{"select": ["whole-context-copied"]}"#).path(".dockerignore");
        assert!(gate.check("a/Dockerfile", text).findings.is_empty());
    }
}

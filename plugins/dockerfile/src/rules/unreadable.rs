//! `unreadable-dockerfile`: lines that are no instruction.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    dockerfile::Dockerfile,
    rule::{Findings, Rule},
};

pub(crate) const RULE: Rule = Rule {
    name: "unreadable-dockerfile",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "a Dockerfile has an instruction that there is not",
    explanation: "\
## What it does
Finds lines that begin with no known instruction. It is reported whatever `select` says, unless it is ignored. Names that end
in `.j2`, `.tmpl`, `.template` and the like are taken for templates, and are not checked.

## Why is this bad?
The image cannot be built, and what the line was to say was not checked.

## Example
```dockerfile
FROM alpine:3
RUM make
```

## How to fix
Correct the line; a line that goes on needs a `\\` at the end of the one before.
",
    cwe: 1286,
    score: 3.0,
    check,
};

fn check(dockerfile: &Dockerfile, findings: &mut Findings<'_>) {
    for range in &dockerfile.unknown {
        let word = dockerfile.text.get(range.clone()).unwrap_or_default();
        let shown: String = word.chars().take(40).collect();
        findings.add(range.clone(), format!("`{shown}` is no instruction"));
    }
    if dockerfile.stages.is_empty() && dockerfile.unknown.is_empty() && !dockerfile.instructions.is_empty() {
        let first = dockerfile.instructions.first().map_or(0..0, |instruction| instruction.keyword_range.clone());
        findings.add(first, "there is no `FROM`");
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn only_what_is_no_instruction_is_found() {
        assert_eq!(found("unreadable-dockerfile", "FROM a\nRUM b\nrun c \\\n d\n"), ["RUM"]);
        assert_eq!(found("unreadable-dockerfile", "RUN a\n"), ["RUN"]);
        assert_eq!(found("root-user", "FRO a\n"), ["FRO"]);
        assert!(found("unreadable-dockerfile", "# nothing\n").is_empty());
    }
}

//! `exposed-ssh`: a door that containers do not need.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    dockerfile::Dockerfile,
    rule::{Findings, Rule},
};

pub(crate) const RULE: Rule = Rule {
    name: "exposed-ssh",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    summary: "the port of SSH is exposed",
    explanation: "\
## What it does
Finds `EXPOSE 22`.

## Why is this bad?
A server for logins needs keys or passwords in the image, and is one more way in.

## Example
```dockerfile
EXPOSE 22
```

## How to fix
Use `docker exec` or what your platform has for it.
",
    cwe: 1125,
    score: 4.0,
    check,
};

fn check(dockerfile: &Dockerfile, findings: &mut Findings<'_>) {
    for instruction in dockerfile.all("EXPOSE") {
        for word in instruction.words.iter().filter(|word| matches!(word.text.as_str(), "22" | "22/tcp")) {
            findings.add(word.range.clone(), "containers need no SSH; hint: use `docker exec`");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn only_that_port_is_found() {
        assert_eq!(found("exposed-ssh", "FROM a:1\nEXPOSE 80 22/tcp 2222 22/udp\n"), ["22/tcp"]);
    }
}

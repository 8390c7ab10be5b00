//! `insecure-run`: a build without a sandbox.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    dockerfile::Dockerfile,
    rule::{Findings, Rule},
};

pub(crate) const RULE: Rule = Rule {
    name: "insecure-run",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "an instruction is run with all rights of the machine",
    explanation: "\
## What it does
Finds `RUN --security=insecure` and `RUN --network=host`. The second is a warning.

## Why is this bad?
The command is not confined: with all capabilities it can take over the machine that builds; with its network it can reach what
listens on it alone.

## Example
```dockerfile
RUN --security=insecure make install
```

## How to fix
Do what needs it outside of the build.
",
    cwe: 250,
    score: 7.0,
    check,
};

fn check(dockerfile: &Dockerfile, findings: &mut Findings<'_>) {
    for instruction in dockerfile.all("RUN") {
        for flag in &instruction.flags {
            match (flag.name.as_str(), flag.value.as_str()) {
                ("security", "insecure") => {
                    findings.add(flag.range.clone(), "the command is not confined; hint: do it outside of the build");
                }
                ("network", "host") => {
                    findings
                        .add(flag.range.clone(), "the command is in the machine's network; hint: remove it")
                        .severity = Severity::Warning;
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn only_what_takes_the_sandbox_away_is_found() {
        let text = "FROM a:1\nRUN --security=insecure a\nRUN --network=host --mount=type=cache,target=/x b\nRUN --network=none c\n";
        assert_eq!(found("insecure-run", text), ["--security=insecure", "--network=host"]);
    }
}

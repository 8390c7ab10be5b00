//! `sudo`: rights that are not needed, or should not be there.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    dockerfile::Dockerfile,
    rule::{Findings, Rule},
};

pub(crate) const RULE: Rule = Rule {
    name: "sudo",
    severity: Severity::Note,
    confidence: Confidence::High,
    summary: "`sudo` is used while the image is built",
    explanation: "\
## What it does
Notes commands behind `sudo`, and a warning where anybody is given it without a password.

## Why is this bad?
`RUN` has the rights of `USER`. An image with `sudo` without a password runs as root, whatever `USER` says.

## Example
```dockerfile
RUN echo \"app ALL=(ALL) NOPASSWD: ALL\" >> /etc/sudoers
```

## How to fix
Switch the `USER` for the instructions that need it.
",
    cwe: 250,
    score: 4.5,
    check,
};

fn check(dockerfile: &Dockerfile, findings: &mut Findings<'_>) {
    for run in dockerfile.runs() {
        for command in run.commands() {
            if let Some(word) = command.wrapper("sudo") {
                findings.add(run.place(word.range.clone()), "`sudo` is not needed here; hint: switch the `USER`");
            }
            let is_grant = command.arguments().iter().any(|word| word.text.contains("NOPASSWD"));
            if is_grant {
                let message = "this user is root without a password; hint: switch the `USER` for what needs it";
                findings.add(run.place(command.range.clone()), message).severity = Severity::Warning;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn its_use_and_its_grant_are_found() {
        let text = "FROM a:1\nRUN sudo apt-get update && echo 'a ALL=(ALL) NOPASSWD: ALL' >> /etc/sudoers\nRUN apt-get install -y sudo\n";
        assert_eq!(found("sudo", text), ["sudo", "echo 'a ALL=(ALL) NOPASSWD: ALL' >> /etc/sudoers"]);
    }
}

//! `setuid`: a program that runs as its owner.

use sdlc_sdk::{Confidence, Severity};
use shell_script::{Command, Word};

use crate::{
    dockerfile::Dockerfile,
    rule::{Findings, Rule},
};

pub(crate) const RULE: Rule = Rule {
    name: "setuid",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "a program is given the rights of its owner or group",
    explanation: "\
## What it does
Finds `chmod` and `--chmod` with a mode that sets the bits for user or group.

## Why is this bad?
Whoever can start the program has the rights of its owner, mostly root; one flaw in it is enough.

## Example
```dockerfile
RUN chmod u+s /usr/bin/tool
```

## How to fix
Give the right that is needed alone (`setcap`), or run it as the user that has it.
",
    cwe: 250,
    score: 6.0,
    check,
};

fn check(dockerfile: &Dockerfile, findings: &mut Findings<'_>) {
    for run in dockerfile.runs() {
        for command in run.commands() {
            if let Some(word) = mode(command).filter(|word| sets_id(&word.text)) {
                findings.add(run.place(word.range.clone()), MESSAGE);
            }
        }
    }
    for instruction in &dockerfile.instructions {
        if let Some(flag) = instruction.flag("chmod").filter(|flag| sets_id(&flag.value)) {
            findings.add(flag.range.clone(), MESSAGE);
        }
    }
}

const MESSAGE: &str = "whoever starts this has the rights of its owner; hint: use `setcap`, or another `USER`";

/// The mode that a command sets, and where it says so.
fn mode(command: &Command) -> Option<&Word> {
    if command.program() != Some("chmod") {
        return None;
    }
    command.arguments().iter().find(|word| {
        !word.text.starts_with("--") && !matches!(word.text.as_str(), "-R" | "-v" | "-f" | "-c" | "-Rf" | "-fR")
    })
}

/// A directory's bit for the group (`2755`, `g+s`) only passes the group on, and cannot be told from a program's.
fn sets_id(mode: &str) -> bool {
    if let Ok(bits) = u32::from_str_radix(mode, 8) {
        return bits & 0o4000 != 0;
    }
    mode.split(',').any(|clause| {
        clause.split_once(['+', '=']).is_some_and(|(who, what)| what.contains('s') && who.contains(['u', 'a']))
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn only_modes_with_the_bit_are_found() {
        let text = "FROM a:1\nRUN chmod 4755 a && chmod u+s b && chmod g+s /dir && chmod 0755 c && chmod u-s d\n";
        assert_eq!(found("setuid", text), ["4755", "u+s"]);
    }
}

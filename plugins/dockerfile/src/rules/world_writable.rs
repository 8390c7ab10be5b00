//! `world-writable`: files that everybody may change.

use sdlc_sdk::{Confidence, Severity};
use shell_script::{Command, Word};

use crate::{
    dockerfile::Dockerfile,
    rule::{Findings, Rule},
};

pub(crate) const RULE: Rule = Rule {
    name: "world-writable",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "files of the image may be written by everybody",
    explanation: "\
## What it does
Finds `chmod` and `--chmod` with a mode that lets others write, unless the sticky bit is set too.

## Why is this bad?
Whoever takes over any process in the container can change programs that others run.

## Example
```dockerfile
RUN chmod -R 777 /app
```

## How to fix
Give the files to the user that needs them: `COPY --chown=app`.
",
    cwe: 732,
    score: 5.0,
    check,
};

fn check(dockerfile: &Dockerfile, findings: &mut Findings<'_>) {
    for run in dockerfile.runs() {
        for command in run.commands() {
            if let Some(word) = mode(command).filter(|word| lets_all_write(&word.text)) {
                findings.add(run.place(word.range.clone()), MESSAGE);
            }
        }
    }
    for instruction in &dockerfile.instructions {
        if let Some(flag) = instruction.flag("chmod").filter(|flag| lets_all_write(&flag.value)) {
            findings.add(flag.range.clone(), MESSAGE);
        }
    }
}

const MESSAGE: &str = "everybody in the container may change these files; hint: give them to the user that needs them";

/// The mode that a command sets, and where it says so.
fn mode(command: &Command) -> Option<&Word> {
    if command.program() != Some("chmod") {
        return None;
    }
    command.arguments().iter().find(|word| {
        !word.text.starts_with("--") && !matches!(word.text.as_str(), "-R" | "-v" | "-f" | "-c" | "-Rf" | "-fR")
    })
}

fn lets_all_write(mode: &str) -> bool {
    if let Ok(bits) = u32::from_str_radix(mode, 8) {
        return bits & 0o002 != 0 && bits & 0o1000 == 0;
    }
    mode.split(',').any(|clause| {
        clause
            .split_once(['+', '='])
            .is_some_and(|(who, what)| what.contains('w') && !what.contains('t') && who.contains(['a', 'o']))
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn only_modes_that_let_everybody_write_are_found() {
        let text = "FROM a:1\nRUN chmod -R 777 /a && chmod a+rwx b && chmod 1777 /tmp && chmod 755 c && chmod u+w d && chmod +x e\nCOPY --chmod=0666 x y\n";
        assert_eq!(found("world-writable", text), ["777", "a+rwx", "--chmod=0666"]);
    }
}

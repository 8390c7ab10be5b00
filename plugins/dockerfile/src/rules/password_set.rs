//! `password-set`: a password for an account of the image.

use sdlc_sdk::{Confidence, Severity};
use shell_script::Script;

use crate::{
    credential,
    dockerfile::Dockerfile,
    rule::{Findings, Rule},
};

pub(crate) const RULE: Rule = Rule {
    name: "password-set",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "a password of an account is set while the image is built",
    explanation: "\
## What it does
Finds passwords that are piped into `chpasswd` or `passwd`, or given to `useradd -p` and `usermod -p`, as a text.

## Why is this bad?
All containers of the image have the same password, and everybody who can pull it can read it.

## Example
```dockerfile
RUN echo 'app:PASSWORD' | chpasswd
```

## How to fix
Use no passwords within containers.
",
    cwe: 259,
    score: 7.0,
    check,
};

fn check(dockerfile: &Dockerfile, findings: &mut Findings<'_>) {
    for run in dockerfile.runs() {
        for pipeline in run.scripts.iter().flat_map(Script::all_pipelines) {
            for pair in pipeline.commands.windows(2) {
                let [source, sink] = pair else { continue };
                let is_sink = matches!(sink.program(), Some("chpasswd" | "passwd"));
                let is_source = matches!(source.program(), Some("echo" | "printf"));
                let is_literal =
                    source.arguments().iter().any(|word| !word.text.starts_with('-') && !word.text.contains('$'));
                if is_sink && is_source && is_literal {
                    findings.add(run.place(source.range.start..sink.range.end), MESSAGE).sensitive = true;
                }
            }
        }
        for command in
            run.commands().into_iter().filter(|command| matches!(command.program(), Some("useradd" | "usermod")))
        {
            let passwords = command.arguments().windows(2).filter_map(|pair| match pair {
                [option, password] if matches!(option.text.as_str(), "-p" | "--password") => Some(password),
                _ => None,
            });
            for password in passwords.filter(|password| credential::is_value(&password.text)) {
                findings.add(run.place(password.range.clone()), MESSAGE).sensitive = true;
            }
        }
    }
}

const MESSAGE: &str = "all containers get the same password, which everybody can read; hint: use none";

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn literal_passwords_are_found_and_others_are_not() {
        let text = "FROM a:1\nRUN echo 'a:made-up' | chpasswd && useradd -p made-up b\nRUN echo \"a:$P\" | chpasswd\nRUN useradd -m b\n";
        assert_eq!(found("password-set", text), ["echo 'a:made-up' | chpasswd", "made-up"]);
    }
}

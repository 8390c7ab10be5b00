//! `disabled-tls`: connections to whoever answers.

use sdlc_sdk::{Confidence, Severity};
use shell_script::detect;

use crate::{
    dockerfile::Dockerfile,
    rule::{Findings, Rule},
};

pub(crate) const RULE: Rule = Rule {
    name: "disabled-tls",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "the verification of certificates is turned off",
    explanation: "\
## What it does
Finds `curl -k`, `wget --no-check-certificate`, `git -c http.sslVerify=false`, `strict-ssl false` of npm, and variables such as
`NODE_TLS_REJECT_UNAUTHORIZED=0`. An error where `ENV` does it for every container.

## Why is this bad?
Anybody on the way can read what is sent, and replace what is downloaded.

## Example
```dockerfile
ENV NODE_TLS_REJECT_UNAUTHORIZED=0
```

## How to fix
Remove the switch; where the certificate is your own, add its authority to the image.
",
    cwe: 295,
    score: 6.5,
    check,
};

fn check(dockerfile: &Dockerfile, findings: &mut Findings<'_>) {
    for run in dockerfile.runs() {
        for command in run.commands() {
            if let Some((range, what)) = detect::disabled_tls(command) {
                let message =
                    format!("{what} does not verify certificates; hint: remove it, or add the authority to the image");
                findings.add(run.place(range), message);
            }
        }
    }
    for instruction in dockerfile.all("ENV") {
        for (name, value, range) in instruction.variables(&dockerfile.text) {
            if let Some(what) = value.and_then(|value| detect::disabling_variable(name, value)) {
                let message = format!("{what} does not verify certificates in any container; hint: remove it");
                findings.add(range, message).severity = Severity::Error;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn switches_and_variables_are_found() {
        let text = "FROM a:1\nENV A=1 NODE_TLS_REJECT_UNAUTHORIZED=0\nRUN curl -fk https://example.com && curl -f https://example.com\nENV NODE_TLS_REJECT_UNAUTHORIZED=1\n";
        assert_eq!(found("disabled-tls", text), ["NODE_TLS_REJECT_UNAUTHORIZED=0", "-fk"]);
    }
}

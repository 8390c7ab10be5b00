//! `insecure-download`: a download that anybody on the way can change.

use sdlc_sdk::{Confidence, Severity};
use shell_script::detect;

use crate::{
    dockerfile::Dockerfile,
    rule::{Findings, Rule},
};

pub(crate) const RULE: Rule = Rule {
    name: "insecure-download",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    summary: "something is downloaded over plain HTTP",
    explanation: "\
## What it does
Finds `curl` and `wget` of `http://` addresses outside of the machine and the local network.

## Why is this bad?
Anybody on the way can replace what is downloaded.

## Example
```dockerfile
RUN wget http://example.com/tool.tar.gz
```

## How to fix
Use `https://`, or check a digest.
",
    cwe: 319,
    score: 5.0,
    check,
};

fn check(dockerfile: &Dockerfile, findings: &mut Findings<'_>) {
    for run in dockerfile.runs() {
        for command in run.commands() {
            if let Some(word) = detect::insecure_download(command) {
                findings.add(
                    run.place(word.range.clone()),
                    "anybody on the way can change what is downloaded; hint: use `https://`",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn only_plain_http_is_found() {
        assert_eq!(
            found("insecure-download", "FROM a:1\nRUN wget http://example.com/x https://example.com/y\n"),
            ["http://example.com/x"]
        );
    }
}

//! `unauthenticated-packages`: packages of whoever answers.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    dockerfile::Dockerfile,
    rule::{Findings, Rule},
};

pub(crate) const RULE: Rule = Rule {
    name: "unauthenticated-packages",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "the signatures of packages are not verified",
    explanation: "\
## What it does
Finds `--allow-unauthenticated` and `--force-yes` of apt, `[trusted=yes]` in its sources, `--allow-untrusted` of apk, `--nogpgcheck`
of dnf and yum, `--no-gpg-checks` of zypper.

## Why is this bad?
Anybody on the way, and whoever runs a mirror, can put their own packages into the image.

## Example
```dockerfile
RUN apt-get install -y --force-yes curl
```

## How to fix
Remove the switch, and add the key of the repository.
",
    cwe: 347,
    score: 7.0,
    check,
};

fn check(dockerfile: &Dockerfile, findings: &mut Findings<'_>) {
    for run in dockerfile.runs() {
        for command in run.commands() {
            let switches: &[&str] = match command.program() {
                Some("apt-get" | "apt" | "aptitude") => &[
                    "--allow-unauthenticated",
                    "--force-yes",
                    "--allow-insecure-repositories",
                    "--no-allow-insecure-repositories=false",
                ],
                Some("apk") => &["--allow-untrusted"],
                Some("dnf" | "yum" | "microdnf" | "tdnf") => &["--nogpgcheck", "--no-gpgchecks"],
                Some("zypper") => &["--no-gpg-checks", "--allow-unsigned-rpm"],
                _ => &[],
            };
            let trusted = || {
                command.arguments().iter().find(|word| word.text.contains("deb ") && word.text.contains("trusted=yes"))
            };
            if let Some(word) = command.argument(switches).or_else(trusted) {
                findings.add(
                    run.place(word.range.clone()),
                    "signatures of packages are not verified; hint: add the repository's key",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn only_what_turns_signatures_off_is_found() {
        let text = "FROM a:1\nRUN apt-get -y --force-yes install x && apk add --allow-untrusted y.apk && yum install --nogpgcheck z\nRUN echo 'deb [trusted=yes] https://example.com/ /' > /etc/apt/sources.list.d/x.list\nRUN apt-get install -y --no-install-recommends x\n";
        assert_eq!(found("unauthenticated-packages", text).len(), 4);
    }
}

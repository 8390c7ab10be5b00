//! `secret-in-layer`: a token within an instruction.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    credential,
    dockerfile::Dockerfile,
    rule::{Findings, Rule},
};

pub(crate) const RULE: Rule = Rule {
    name: "secret-in-layer",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "a token or a password is in an instruction",
    explanation: "\
## What it does
Finds tokens of services by their form (GitHub, GitLab, AWS, Slack, Stripe, npm, PyPI, Google), passwords in addresses, and accounts
of `curl -u`.

## Why is this bad?
Instructions are part of the image's history, which everybody who can pull it can read, and of the repository.

## Example
```dockerfile
RUN git clone https://ci:PASSWORD@git.example.com/app
```

## How to fix
Revoke it, and give the new one by `RUN --mount=type=secret`.
",
    cwe: 798,
    score: 8.5,
    check,
};

fn check(dockerfile: &Dockerfile, findings: &mut Findings<'_>) {
    for instruction in &dockerfile.instructions {
        let end = instruction.end.max(instruction.range.end);
        for range in credential::tokens(&dockerfile.text, instruction.range.start..end) {
            findings
                .add(
                    range,
                    "a credential is in the image's history; hint: revoke it, and use `RUN --mount=type=secret`",
                )
                .sensitive = true;
        }
    }
    for run in dockerfile.runs() {
        for command in run.commands().into_iter().filter(|command| command.program() == Some("curl")) {
            let accounts = command.arguments().windows(2).filter_map(|pair| match pair {
                [option, account] if matches!(option.text.as_str(), "-u" | "--user") => Some(account),
                _ => None,
            });
            for account in accounts.filter(|account| {
                account
                    .text
                    .split_once(':')
                    .is_some_and(|(_, password)| credential::is_value(password) && !password.contains('$'))
            }) {
                findings
                    .add(
                        run.place(account.range.clone()),
                        "a password is in the image's history; hint: use `RUN --mount=type=secret`",
                    )
                    .sensitive = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn tokens_and_passwords_are_found() {
        let token = format!("ghp_{}", "a1B2".repeat(9));
        let text = format!(
            "FROM a:1\nRUN git clone https://x:made-up@example.com/a\nRUN echo {token}\nRUN curl -u ci:made-up example.com\n"
        );
        assert_eq!(found("secret-in-layer", &text), ["made-up", &token, "ci:made-up"]);
    }

    #[test]
    fn references_are_not() {
        let text = "FROM a:1\nRUN git clone https://x:$TOKEN@example.com/a && curl -u \"ci:$P\" -u ci example.com\n";
        assert!(found("secret-in-layer", text).is_empty());
    }
}

//! `secret-in-variable`: a secret that the image shows to everybody.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    credential,
    dockerfile::Dockerfile,
    rule::{Findings, Rule},
};

pub(crate) const RULE: Rule = Rule {
    name: "secret-in-variable",
    severity: Severity::Error,
    confidence: Confidence::Medium,
    summary: "a secret is in `ENV` or `ARG`",
    explanation: "\
## What it does
Finds variables whose name is one of a secret: in `ENV` with a value, and in `ARG`. A warning where the value comes from outside.

## Why is this bad?
Both are kept in the image: `docker inspect` shows variables, and `docker history` the arguments of the build, to everybody who
can pull it.

## Example
```dockerfile
ARG NPM_TOKEN
ENV DB_PASSWORD=PASSWORD
```

## How to fix
Give secrets of the build by `RUN --mount=type=secret`, and those of the container when it is started.
",
    cwe: 526,
    score: 7.5,
    check,
};

fn check(dockerfile: &Dockerfile, findings: &mut Findings<'_>) {
    for instruction in dockerfile.instructions.iter().filter(|each| matches!(each.keyword.as_str(), "ENV" | "ARG")) {
        for (name, value, range) in instruction.variables(&dockerfile.text) {
            let is_argument = instruction.keyword == "ARG";
            let is_literal = value.is_some_and(credential::is_value);
            let is_reference = value.is_some_and(|value| value.trim_matches('"').starts_with('$'));
            if !credential::name(name) || !(is_argument || is_literal || is_reference) {
                continue;
            }
            let keyword = &instruction.keyword;
            let message = format!(
                "everybody who has the image can read `{name}` of `{keyword}`; hint: use `RUN --mount=type=secret`"
            );
            let finding = findings.add(range, message);
            if is_literal {
                finding.sensitive = true;
            } else {
                finding.severity = Severity::Warning;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn values_arguments_and_references_are_found() {
        let text =
            "FROM a:1\nARG NPM_TOKEN\nENV A=1 DB_PASSWORD='made up' B=2\nENV API_KEY made up\nENV TOKEN=$NPM_TOKEN\n";
        assert_eq!(
            found("secret-in-variable", text),
            ["NPM_TOKEN", "DB_PASSWORD='made up'", "API_KEY made up", "TOKEN=$NPM_TOKEN"]
        );
    }

    #[test]
    fn empty_values_switches_and_files_are_not() {
        let text = "FROM a:1\nENV PASSWORD= TOKEN_FILE=/run/x USE_TOKEN=true SECRET_KEY=\"\"\nARG TOKEN_URL=x\nENV PATH=/x:$PATH\n";
        assert!(found("secret-in-variable", text).is_empty());
    }
}

//! `npm-unsafe-perm`: install scripts that run as root.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    dockerfile::Dockerfile,
    rule::{Findings, Rule},
};

pub(crate) const RULE: Rule = Rule {
    name: "npm-unsafe-perm",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "install scripts of npm run as root",
    explanation: "\
## What it does
Finds `--unsafe-perm` of npm, and `unsafe-perm true` in its configuration.

## Why is this bad?
Scripts of all packages, also of those that others depend on, then run with all rights while they are installed.

## Example
```dockerfile
RUN npm install -g --unsafe-perm tool
```

## How to fix
Install as another `USER`, or with `--ignore-scripts`.
",
    cwe: 250,
    score: 5.0,
    check,
};

fn check(dockerfile: &Dockerfile, findings: &mut Findings<'_>) {
    for run in dockerfile.runs() {
        for command in run.commands() {
            if !matches!(command.program(), Some("npm" | "yarn" | "pnpm")) {
                continue;
            }
            let words = command.arguments();
            let found = words.iter().enumerate().find(|(index, word)| {
                let next = words.get(index + 1).map(|next| next.text.as_str());
                let is_option =
                    matches!(word.text.as_str(), "--unsafe-perm" | "--unsafe-perm=true") && next != Some("false");
                is_option || (word.text == "unsafe-perm" && next == Some("true")) || word.text == "unsafe-perm=true"
            });
            if let Some((_, word)) = found {
                findings.add(
                    run.place(word.range.clone()),
                    "scripts of all packages run as root; hint: install as another `USER`",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn only_what_allows_it_is_found() {
        let text =
            "FROM a:1\nRUN npm i --unsafe-perm && npm config set unsafe-perm true && npm i --unsafe-perm=false\n";
        assert_eq!(found("npm-unsafe-perm", text), ["--unsafe-perm", "unsafe-perm"]);
    }
}

//! `untrusted-package-index`: packages of an index that is not verified.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    dockerfile::Dockerfile,
    rule::{Findings, Rule},
};

pub(crate) const RULE: Rule = Rule {
    name: "untrusted-package-index",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "packages come from an index that anybody can stand in for",
    explanation: "\
## What it does
Finds `--trusted-host` of pip, and indexes of pip, npm, gem and Go over `http://`.

## Why is this bad?
Anybody on the way can put their own packages into the image.

## Example
```dockerfile
RUN pip install --trusted-host pypi.example.com -r requirements.txt
```

## How to fix
Use `https://`, and give the index's authority by `--cert`.
",
    cwe: 295,
    score: 6.0,
    check,
};

fn check(dockerfile: &Dockerfile, findings: &mut Findings<'_>) {
    for run in dockerfile.runs() {
        for command in run.commands() {
            let words: Vec<_> = command.words.iter().map(|word| word.text.as_str()).collect();
            let is_pip = words.iter().any(|word| matches!(word.rsplit('/').next(), Some("pip" | "pip3" | "uv")));
            let is_manager = is_pip || matches!(command.program(), Some("npm" | "yarn" | "pnpm" | "gem" | "bundle"));
            let found = command.words.iter().enumerate().find(|(index, word)| {
                let value = words.get(index + 1).copied().unwrap_or_default();
                let (option, given) = word.text.split_once('=').unwrap_or((&word.text, value));
                (is_pip && matches!(option, "--trusted-host" | "--allow-insecure-host"))
                    || (is_manager
                        && INDEXES.contains(&option)
                        && given.starts_with("http://")
                        && !given.starts_with("http://localhost"))
            });
            if let Some((_, word)) = found {
                findings.add(
                    run.place(word.range.clone()),
                    "anybody on the way can give their own packages; hint: use `https://` with a certificate",
                );
            }
        }
    }
}

const INDEXES: [&str; 7] = ["-i", "--index-url", "--extra-index-url", "--registry", "--source", "--index", "registry"];

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn only_indexes_that_are_not_verified_are_found() {
        let text = "FROM a:1\nRUN pip install --trusted-host example.com x && python3 -m pip install -i http://example.com/simple x\nRUN npm config set registry http://example.com && pip install --index-url https://example.com/simple x\n";
        assert_eq!(found("untrusted-package-index", text), ["--trusted-host", "-i", "registry"]);
    }
}

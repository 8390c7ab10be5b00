//! `unverified-add`: a download without a digest.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    dockerfile::Dockerfile,
    rule::{Findings, Rule},
};

pub(crate) const RULE: Rule = Rule {
    name: "unverified-add",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "`ADD` takes a remote file without checking it",
    explanation: "\
## What it does
Finds `ADD` of an address without `--checksum`, and of a git repository without a commit.

## Why is this bad?
Whoever controls the server puts into the image what they like, and `ADD` unpacks nothing that it downloads but takes it as it is.

## Example
```dockerfile
ADD https://example.com/tool.tar.gz /opt/
```

## How to fix
Add `--checksum=sha256:...`, or the commit behind `#`.
",
    cwe: 494,
    score: 5.5,
    check,
};

fn check(dockerfile: &Dockerfile, findings: &mut Findings<'_>) {
    for instruction in dockerfile.all("ADD").filter(|instruction| instruction.flag("checksum").is_none()) {
        let sources = instruction.words.split_last().map(|(_, sources)| sources).unwrap_or_default();
        for word in sources.iter().filter(|word| is_unverified(&word.text)) {
            findings.add(word.range.clone(), "what is downloaded is not verified; hint: add `--checksum=sha256:...`");
        }
    }
}

fn is_unverified(source: &str) -> bool {
    let is_git =
        source.starts_with("git@") || source.split(['#', '?']).next().is_some_and(|path| path.ends_with(".git"));
    if is_git {
        let reference =
            source.split_once('#').map_or("", |(_, reference)| reference.split(':').next().unwrap_or(reference));
        return !(reference.len() == 40 && reference.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
    source.starts_with("http://") || source.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn only_remote_files_without_a_digest_are_found() {
        let commit = "0a".repeat(20);
        let text = format!(
            "FROM a:1\nADD https://example.com/x /\nADD --checksum=sha256:0 https://example.com/y /\nADD z /\nADD https://example.com/a.git#v1 /\nADD https://example.com/a.git#{commit} /\n"
        );
        assert_eq!(found("unverified-add", &text), ["https://example.com/x", "https://example.com/a.git#v1"]);
    }
}

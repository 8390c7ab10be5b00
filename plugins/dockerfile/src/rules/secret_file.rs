//! `secret-file-copied`: a file of secrets in a layer.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    dockerfile::Dockerfile,
    rule::{Findings, Rule},
};

pub(crate) const RULE: Rule = Rule {
    name: "secret-file-copied",
    severity: Severity::Error,
    confidence: Confidence::Medium,
    summary: "a file of secrets is copied into the image",
    explanation: "\
## What it does
Finds `COPY` and `ADD` of files that hold secrets by their name: `.env`, `.netrc`, `.npmrc`, `.pypirc`, `.git-credentials`, private
keys of SSH, `.aws/credentials`, `.docker/config.json`, `.kube/config`, and `.git`.

## Why is this bad?
A layer is part of the image for good: also where a later one removes the file, everybody who can pull the image can read it.

## Example
```dockerfile
COPY .npmrc ./
RUN npm ci && rm .npmrc
```

## How to fix
Mount it where it is needed: `RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci`.
",
    cwe: 538,
    score: 7.5,
    check,
};

fn check(dockerfile: &Dockerfile, findings: &mut Findings<'_>) {
    for instruction in dockerfile.instructions.iter().filter(|each| matches!(each.keyword.as_str(), "COPY" | "ADD")) {
        let sources = instruction.words.split_last().map(|(_, sources)| sources).unwrap_or_default();
        for word in sources.iter().filter(|word| is_secret(&word.text)) {
            let message =
                format!("`{}` stays in the image for good; hint: mount it, by `RUN --mount=type=secret`", word.text);
            findings.add(word.range.clone(), message);
        }
    }
}

const NAMES: [&str; 11] = [
    ".env",
    ".netrc",
    ".npmrc",
    ".pypirc",
    ".git-credentials",
    ".htpasswd",
    ".pgpass",
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
];
const PATHS: [&str; 5] = [".aws/credentials", ".docker/config.json", ".kube/config", ".ssh", ".gnupg"];

fn is_secret(path: &str) -> bool {
    let path = path.trim_end_matches('/');
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_environment = name
        .strip_prefix(".env.")
        .is_some_and(|kind| matches!(kind, "local" | "prod" | "production" | "staging" | "secret"));
    NAMES.contains(&name)
        || is_environment
        || PATHS.iter().any(|known| path == *known || path.ends_with(&format!("/{known}")))
        || name == ".git"
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn files_of_secrets_are_found() {
        let text = "FROM a:1\nCOPY --chown=a .env id_rsa b.txt /x/\nADD [\"home/.aws/credentials\", \"/x\"]\nCOPY .env.production .\n";
        let expected = [".env", "id_rsa", "[\"home/.aws/credentials\", \"/x\"]", ".env.production"];
        assert_eq!(found("secret-file-copied", text), expected);
    }

    #[test]
    fn examples_and_destinations_are_not() {
        assert!(
            found("secret-file-copied", "FROM a:1\nCOPY .env.example a.pub /x/.env\nCOPY environment .\n").is_empty()
        );
    }
}

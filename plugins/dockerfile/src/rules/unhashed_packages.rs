//! `unhashed-packages`: Python packages without a digest.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    dockerfile::Dockerfile,
    rule::{Findings, Rule},
};

pub(crate) const RULE: Rule = Rule {
    name: "unhashed-packages",
    severity: Severity::Note,
    confidence: Confidence::Medium,
    summary: "Python packages are installed without digests",
    explanation: "\
## What it does
Notes `pip install` of requirements without `--require-hashes`, and of packages without a version.

## Why is this bad?
What is built today is not what is built tomorrow, and whoever takes over a package puts their code into the image.

## Example
```dockerfile
RUN pip install flask
```

## How to fix
Pin versions and digests in a file (`pip-compile --generate-hashes`, `uv export`), and install it with `--require-hashes`.
",
    cwe: 829,
    score: 3.0,
    check,
};

fn check(dockerfile: &Dockerfile, findings: &mut Findings<'_>) {
    for run in dockerfile.runs() {
        for command in run.commands() {
            let words: Vec<_> = command.words.iter().map(|word| word.text.as_str()).collect();
            let pip = words.iter().position(|word| matches!(word.rsplit('/').next(), Some("pip" | "pip3")));
            let Some(rest) = pip.and_then(|pip| command.words.get(pip + 1..)) else { continue };
            let is_install =
                rest.iter().find(|word| !word.text.starts_with('-')).is_some_and(|word| word.text == "install");
            if !is_install || rest.iter().any(|word| word.text == "--require-hashes") {
                continue;
            }
            let requirements = rest.iter().find(|word| matches!(word.text.as_str(), "-r" | "--requirement"));
            if let Some(word) = requirements.or_else(|| {
                rest.iter().skip_while(|word| word.text != "install").skip(1).find(|word| is_floating(&word.text))
            }) {
                findings.add(
                    run.place(word.range.clone()),
                    "packages are whatever is newest, or moved; hint: pin them and use `--require-hashes`",
                );
            }
        }
    }
}

/// A name without a version; not an option, a path or an address. The value of an option is taken for a name seldom enough.
fn is_floating(word: &str) -> bool {
    let is_name = word.starts_with(|first: char| first.is_ascii_alphabetic())
        && word.chars().all(|each| each.is_ascii_alphanumeric() || matches!(each, '-' | '_' | '.' | '[' | ']' | ','));
    is_name && !word.ends_with(".whl") && !word.ends_with(".gz") && !matches!(word, "pip" | "setuptools" | "wheel")
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn only_packages_without_a_digest_or_version_are_found() {
        let text = "FROM a:1\nRUN pip install --no-cache-dir flask\nRUN python -m pip install -r r.txt\nRUN pip install --require-hashes -r r.txt && pip install flask==3 . ./x.whl && pip download x\n";
        assert_eq!(found("unhashed-packages", text), ["flask", "-r"]);
    }
}

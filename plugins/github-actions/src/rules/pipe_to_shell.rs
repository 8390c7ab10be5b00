//! `pipe-to-shell`: a download that is executed unseen.

use sdlc_sdk::{Confidence, Severity};
use shell_script::detect;

use crate::{
    rule::{Findings, Rule},
    scripts,
    workflow::Document,
};

pub(crate) const RULE: Rule = Rule {
    name: "pipe-to-shell",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "what is downloaded is executed",
    explanation: "\
## What it does
Finds `curl ... | sh` in its many forms: other downloaders and interpreters, `sh -c \"$(curl ...)\"`, `bash <(curl ...)`.

## Why is this bad?
Whoever controls the server, or an address on it, runs code in the job, with its token and secrets; and a download that breaks
off is executed by half.

## Example
```yaml
- run: curl https://example.com/install.sh | sh
```

## How to fix
Use a package or an action that is pinned, or download a version to a file and check its digest before it is executed.
",
    cwe: 494,
    score: 6.5,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for (_, script) in scripts::of(document) {
        for range in detect::pipe_to_shell(&script) {
            findings.add(range, "what is downloaded is executed without a look; hint: download a version, check its digest, then run it");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, steps};

    #[test]
    fn it_is_found_where_it_stands_and_nowhere_else() {
        let text = steps(
            "- run: |\n    curl -sSL https://example.com/x | sh\n    curl -o x https://example.com/x\n- run: \"bash <(wget -qO- https://example.com/x)\"\n- shell: pwsh\n  run: curl x | sh",
        );
        assert_eq!(
            found("pipe-to-shell", &text),
            ["curl -sSL https://example.com/x | sh", "bash <(wget -qO- https://example.com/x)"]
        );
    }
}

//! `disabled-tls`: connections to whoever answers.

use sdlc_sdk::{Confidence, Severity};
use shell_script::detect;

use crate::{
    rule::{Findings, Rule},
    scripts,
    workflow::Document,
};

pub(crate) const RULE: Rule = Rule {
    name: "disabled-tls",
    severity: Severity::Warning,
    confidence: Confidence::High,
    summary: "the verification of certificates is turned off",
    explanation: "\
## What it does
Finds `curl -k`, `wget --no-check-certificate`, `git -c http.sslVerify=false`, `strict-ssl false` of npm, and variables such as
`NODE_TLS_REJECT_UNAUTHORIZED=0`.

## Why is this bad?
Anybody on the way can read what is sent, tokens too, and replace what is downloaded.

## Example
```yaml
- run: curl -k https://example.com/x -o x
```

## How to fix
Remove the switch; where the certificate is your own, give its authority (`curl --cacert`).
",
    cwe: 295,
    score: 6.0,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for (_, script) in scripts::of(document) {
        for (range, what) in script.commands().into_iter().filter_map(detect::disabled_tls) {
            findings.add(range, format!("{what} does not verify certificates; hint: remove it, or name the authority"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, steps};

    #[test]
    fn it_is_found_where_it_stands_and_nowhere_else() {
        let text = steps("- run: curl -fk https://example.com/x\n- run: curl -f https://example.com/x");
        assert_eq!(found("disabled-tls", &text), ["-fk"]);
    }
}

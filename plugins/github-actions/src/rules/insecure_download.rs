//! `insecure-download`: a download that anybody on the way can change.

use sdlc_sdk::{Confidence, Severity};
use shell_script::detect;

use crate::{
    rule::{Findings, Rule},
    scripts,
    workflow::Document,
};

pub(crate) const RULE: Rule = Rule {
    name: "insecure-download",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    summary: "something is downloaded over plain HTTP",
    explanation: "\
## What it does
Finds `curl` and `wget` of `http://` addresses outside of the machine and the local network.

## Why is this bad?
Anybody on the way can replace what is downloaded.

## Example
```yaml
- run: wget http://example.com/tool.tar.gz
```

## How to fix
Use `https://`, or check a digest.
",
    cwe: 319,
    score: 5.0,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for (_, script) in scripts::of(document) {
        for word in script.commands().into_iter().filter_map(detect::insecure_download) {
            findings.add(word.range.clone(), "anybody on the way can change what is downloaded; hint: use `https://`");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, steps};

    #[test]
    fn it_is_found_where_it_stands_and_nowhere_else() {
        let text = steps("- run: wget http://example.com/x\n- run: curl http://localhost/x https://example.com");
        assert_eq!(found("insecure-download", &text), ["http://example.com/x"]);
    }
}

//! `pipe-to-shell`: a download that is executed unseen.

use sdlc_sdk::{Confidence, Severity};
use shell_script::detect;

use crate::{
    dockerfile::Dockerfile,
    rule::{Findings, Rule},
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
Whoever controls the server, or an address on it, puts into the image what they like; and a download that breaks off is executed
by half.

## Example
```dockerfile
RUN curl -fsSL https://example.com/install.sh | sh
```

## How to fix
Use a package, or `ADD --checksum=sha256:...`, or check a digest before the file is executed.
",
    cwe: 494,
    score: 6.5,
    check,
};

fn check(dockerfile: &Dockerfile, findings: &mut Findings<'_>) {
    for run in dockerfile.runs() {
        for range in run.scripts.iter().flat_map(detect::pipe_to_shell) {
            findings.add(run.place(range), "what is downloaded is executed without a look; hint: download a version, check its digest, then run it");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::found;

    #[test]
    fn every_form_of_run_is_looked_at() {
        let text = "FROM a:1\nRUN apt-get update && \\\n  # get it\n  curl https://example.com/x | \\\n  sh\nRUN [\"bash\", \"-c\", \"curl https://example.com/x | sh\"]\nRUN <<EOF\ncurl https://example.com/x | sh\nEOF\nRUN curl -o x https://example.com/x\n";
        let found = found("pipe-to-shell", text);
        assert_eq!(found.len(), 3);
        assert_eq!(found[0], "curl https://example.com/x | \\\n  sh");
        assert_eq!(found[2], "curl https://example.com/x | sh");
    }
}

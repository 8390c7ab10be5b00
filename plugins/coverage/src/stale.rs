//! Whether a report is about other sources than those that are here, from what it says of them: it has lines that they do
//! not have.
//!
//! What is told is sound: a line behind the end of a file, and, in Python, a line with code that is blank or a comment. A
//! change that moves no line is not seen here, but by `age` in the working tree.

use std::collections::BTreeMap;

use sdlc_sdk::Error;

use crate::{host::Host, measured::Measured, project::Project, source::Source};

/// Looks at every measured file, and gives back the sources of those in `keep`.
pub(crate) fn check(
    host: &impl Host,
    project: &Project,
    mut keep: impl FnMut(&str) -> bool,
) -> Result<BTreeMap<String, Source>, Error> {
    let mut kept = BTreeMap::new();
    for (path, file) in &project.files {
        let source = Source::new(path, host.read(path)?);
        if let Some(why) = differs(path, &file.measured, &source) {
            // One of them; which one it is cannot be told any more.
            let report = file.reports.first().map_or("", |report| report);
            return Err(Error::InvalidInput(format!(
                "`{report}` is stale: {why}; hint: the source changed after the report was made, make it again"
            )));
        }
        if keep(path) {
            kept.insert(path.clone(), source);
        }
    }
    Ok(kept)
}

fn differs(path: &str, measured: &Measured, source: &Source) -> Option<String> {
    let last = measured.lines.last()?.number;
    let count = source.lines();
    if last as usize > count {
        return Some(format!("it has line {last} of `{path}`, which has {count} lines"));
    }
    if !path.ends_with(".py") || measured.of_regions {
        return None;
    }
    let texts = source.numbered();
    let mut measured = measured.lines.iter().map(|line| line.number).peekable();
    for (number, text) in texts {
        if measured.next_if_eq(&number).is_some() && !has_code(text) {
            return Some(format!("it has line {number} of `{path}` as code, which is blank or a comment"));
        }
    }
    None
}

fn has_code(text: &[u8]) -> bool {
    text.trim_ascii_start().first().is_some_and(|first| *first != b'#')
}

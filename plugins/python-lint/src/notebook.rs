//! Findings in Jupyter notebooks.
//!
//! ruff lints the code cells as one text; [`findings`] names the cell and the line in the message,
//! since bytes of that text are no bytes of the file. Does not offer fixes for the same reason.

use std::borrow::Cow;

use ruff_db::diagnostic::Diagnostic;
use ruff_linter::source_kind::SourceKind;
use ruff_notebook::Notebook;
use sdlc_sdk::Finding;

use crate::finding;

/// The notebook in these bytes; none where it is not in Python.
///
/// # Errors
/// Why this is no notebook, as ruff says it.
pub(crate) fn read(content: &[u8]) -> Result<Option<SourceKind>, String> {
    let text = String::from_utf8_lossy(content);
    let notebook = Notebook::from_source_code(&text).map_err(|error| error.to_string())?;
    if let Cow::Owned(_) = text {
        return Err("This file is not UTF-8, which a Jupyter Notebook must be".to_owned());
    }
    Ok(notebook.is_python_notebook().then(|| SourceKind::ipy_notebook(notebook)))
}

/// Findings on the file as a whole.
pub(crate) fn findings(diagnostics: Vec<Diagnostic>, path: &str, notebook: &Notebook) -> Vec<Finding> {
    let index = notebook.index();
    let place = |diagnostic: &Diagnostic| {
        let start = diagnostic.ruff_start_location()?;
        Some(format!("cell {}, line {}", index.cell(start.line)?, index.cell_row(start.line)?))
    };
    let findings = diagnostics.iter().map(|diagnostic| {
        let mut finding = finding::bare(diagnostic).in_file(path);
        if let Some(place) = place(diagnostic) {
            finding.message = format!("{} ({place})", finding.message);
        }
        finding
    });
    findings.collect()
}

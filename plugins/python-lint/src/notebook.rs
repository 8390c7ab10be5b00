//! Findings in Jupyter notebooks.
//!
//! ruff lints the code cells as one text; [`findings`] names the cell and the line in the message,
//! since bytes of that text are no bytes of the file. Does not offer fixes for the same reason.

use ruff_db::diagnostic::Diagnostic;
use ruff_notebook::Notebook;
use sdlc_sdk::Finding;

use crate::finding;

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

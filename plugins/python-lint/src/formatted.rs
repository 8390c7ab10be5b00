//! The rule `unformatted`: files that ruff's formatter would change.
//!
//! [`check`] compares a file with its formatted text; the linter takes what it was parsed to as well. Does not format notebooks.

use std::{ops::Range, path::Path};

use ruff_python_ast::{Mod, PySourceType};
use ruff_python_formatter::format_module_ast;
use ruff_python_parser::Parsed;
use ruff_python_trivia::TriviaRanges;
use ruff_workspace::FormatterSettings;
use sdlc_sdk::{Edit, Finding, Fix, Rule, Severity};
use similar::{Algorithm, DiffTag, capture_diff_slices};

/// The rule's name.
pub(crate) const UNFORMATTED: &str = "unformatted";

/// A finding where the text is not as the formatter would have it; none where it cannot be formatted.
pub(crate) fn check(
    path: &str,
    absolute: &Path,
    text: &str,
    parsed: &Parsed<Mod>,
    kind: PySourceType,
    settings: &FormatterSettings,
) -> Option<Finding> {
    if !parsed.has_valid_syntax() {
        return None;
    }
    let options = settings.to_format_options(kind, text, Some(absolute));
    let trivia = TriviaRanges::from(parsed.tokens());
    let formatted = format_module_ast(parsed, &trivia, text, options).ok()?.print().ok()?;
    if formatted.as_code() == text {
        return None;
    }
    let edits = edits(path, text, formatted.as_code());
    let first = edits.first()?.span;
    let place = first.start as usize..first.end as usize;
    let line_end =
        text.get(place.clone()).map_or(place.end, |line| place.start + line.trim_end_matches(['\r', '\n']).len());
    let finding = Finding::new(UNFORMATTED, Severity::Warning, "not formatted as Black and ruff do");
    Some(finding.at(path, place.start..line_end).with_fix(Fix::safe("format the file", edits)))
}

/// What is known of the rule.
pub(crate) fn rule() -> Rule {
    let mut rule = Rule::new(UNFORMATTED, Severity::Warning, "File is not formatted as Black and ruff do").explained(
        "## What it does\nChecks that `ruff format` would leave the file as it is. Enabled by `format = true`.\n\n\
         ## Why is this bad?\nA formatter ends discussions about style, and keeps differences small.\n\n\
         ## How to mend it\nApply the fix, or run `ruff format`. Width of lines, quotes and the like are taken from \
         `[tool.ruff]` and `[tool.ruff.format]`; `# fmt: off` keeps a part as it is.",
    );
    rule.help = Some("https://docs.astral.sh/ruff/formatter/".to_owned());
    rule.tags = vec!["style".to_owned(), "formatting".to_owned()];
    rule
}

/// Edits that turn one text into the other, whole lines at a time.
fn edits(path: &str, old: &str, new: &str) -> Vec<Edit> {
    let (old_lines, new_lines) = (lines(old), lines(new));
    let (old_texts, new_texts): (Vec<_>, Vec<_>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let changes = capture_diff_slices(Algorithm::Patience, &old_texts, &new_texts);
    let changed = changes.into_iter().filter(|change| change.tag() != DiffTag::Equal);
    let edits = changed.map(|change| {
        let replacement = new.get(span(&new_lines, change.new_range(), new.len())).unwrap_or_default();
        Edit::replace(path, span(&old_lines, change.old_range(), old.len()), replacement)
    });
    edits.collect()
}

fn lines(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let line = |line: &str| {
        let range = start..start + line.len();
        start = range.end;
        range
    };
    text.split_inclusive('\n').map(line).collect()
}

/// The bytes of a run of lines.
fn span(lines: &[Range<usize>], run: Range<usize>, length: usize) -> Range<usize> {
    let start = lines.get(run.start).map_or(length, |line| line.start);
    let end = run.end.checked_sub(1).and_then(|last| lines.get(last)).map_or(start, |line| line.end);
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Applies edits as the host would.
    fn applied(text: &str, edits: &[Edit]) -> String {
        let mut result = text.to_owned();
        for edit in edits.iter().rev() {
            result.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.replacement);
        }
        result
    }

    #[test]
    fn edits_touch_only_the_lines_that_differ() {
        let (old, new) = ("a\nb\nc\nd\n", "a\nB\nc\nd\ne\n");
        let edits = edits("x.py", old, new);
        assert_eq!(edits.len(), 2);
        assert_eq!(applied(old, &edits), new);
    }

    #[test]
    fn edits_work_without_a_last_newline_and_on_empty_texts() {
        for (old, new) in [("a", "a\n"), ("", "a\n"), ("a\n", ""), ("\r\na", "a\n"), ("a\nb", "b\na")] {
            assert_eq!(applied(old, &edits("x.py", old, new)), new);
        }
    }
}

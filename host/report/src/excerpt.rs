//! A source line and the mark below it, as they fit on a terminal.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use crate::text;

/// Longest excerpt, in characters of the source.
const LONGEST: usize = 120;
/// What stays visible before a mark that is further right, in characters.
const CONTEXT: usize = 30;

/// What to print: the line, and the mark below it in terminal columns.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Marked {
    pub(crate) line: String,
    pub(crate) indent: usize,
    pub(crate) width: usize,
}

/// The part of `line` around `mark`, a range of its characters. None: the mark is not on what is known of the line.
pub(crate) fn marked(line: &str, mark: Range<usize>) -> Option<Marked> {
    let length = line.chars().count();
    if mark.start > length {
        return None;
    }
    let from = if mark.start < LONGEST - CONTEXT { 0 } else { mark.start - CONTEXT };
    let to = length.min(from + LONGEST);
    let (before, behind) = (if from > 0 { "…" } else { "" }, if to < length { "…" } else { "" });
    let byte = |at: usize| line.char_indices().nth(at).map_or(line.len(), |(byte, _)| byte);
    let shown = |range: Range<usize>| text::line(line.get(byte(range.start)..byte(range.end)).unwrap_or_default());
    Some(Marked {
        line: format!("{before}{}{behind}", shown(from..to)),
        indent: columns(before) + columns(&shown(from..mark.start)),
        width: columns(&shown(mark.start..mark.end.min(to))).max(1),
    })
}

fn columns(text: &str) -> usize {
    text.chars().map(|char| char.width().unwrap_or(0)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, mark: Range<usize>, shown: &str, indent: usize, width: usize) {
        assert_eq!(marked(line, mark), Some(Marked { line: shown.to_owned(), indent, width }));
    }

    #[test]
    fn a_short_line_is_shown_whole() {
        check("import os", 7..9, "import os", 7, 2);
    }

    #[test]
    fn a_mark_at_the_end_of_the_line_has_a_column() {
        check("x = 1", 5..5, "x = 1", 5, 1);
    }

    #[test]
    fn wide_and_escaped_characters_move_the_mark() {
        check("大x", 1..2, "大x", 2, 1);
        check("\u{1b}x", 1..2, "\\u{1b}x", 6, 1);
    }

    #[test]
    fn a_long_line_is_cut_around_the_mark() {
        check(&"x".repeat(300), 200..300, &format!("…{}…", "x".repeat(120)), 31, 90);
        check(&"x".repeat(300), 0..300, &format!("{}…", "x".repeat(120)), 0, 120);
    }

    #[test]
    fn a_mark_behind_what_is_known_has_no_excerpt() {
        assert_eq!(marked("abc", 9..12), None);
    }
}

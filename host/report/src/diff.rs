//! What differs between two texts, for people.

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

use crate::text;

/// Lines around a change.
const CONTEXT: usize = 3;

/// A unified diff of what was expected and what was found; `color`: with terminal colours.
pub fn lines(expected: &str, found: &str, color: bool) -> String {
    let diff = TextDiff::from_lines(expected, found);
    let mut page = String::new();
    for group in diff.grouped_ops(CONTEXT) {
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (sign, style) = match change.tag() {
                ChangeTag::Delete => ('-', AnsiColor::Red.on_default()),
                ChangeTag::Insert => ('+', AnsiColor::Green.on_default()),
                ChangeTag::Equal => (' ', Style::new()),
            };
            let line = text::line(change.value().trim_end_matches('\n'));
            let line = format!("  {sign} {line}");
            page.push_str(&if color { format!("{style}{line}{style:#}\n") } else { format!("{line}\n") });
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_and_what_is_new_is_marked() {
        assert_eq!(lines("a\nb\n", "a\nc\n", false), "    a\n  - b\n  + c\n");
    }
}

//! bandit's comments: `# nosec` and `# nosec B602, subprocess_popen_with_shell_equals_true`.
//!
//! As in bandit, what names no check suppresses all of them, and a comment holds for the whole logical line that it is in.

use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::ratings;

/// The comments of one file.
pub(super) struct Comments(Vec<Comment>);

struct Comment {
    /// The logical line.
    line: TextRange,
    /// Numbers of checks; all where empty.
    checks: Vec<String>,
}

impl Comments {
    pub(super) fn of(text: &str, tokens: &Tokens) -> Self {
        let mut found = Vec::new();
        let mut start = None;
        let mut pending: Vec<Vec<String>> = Vec::new();
        for token in tokens {
            match token.kind() {
                TokenKind::Comment => {
                    let comment = text.get(std::ops::Range::<usize>::from(token.range())).unwrap_or_default();
                    // A comment on a line of its own holds for nothing.
                    pending.extend(start.and_then(|_: TextSize| checks(comment)));
                }
                TokenKind::Newline => {
                    let line = TextRange::new(start.unwrap_or(token.start()), token.end());
                    found.extend(pending.drain(..).map(|checks| Comment { line, checks }));
                    start = None;
                }
                TokenKind::NonLogicalNewline | TokenKind::Indent | TokenKind::Dedent => {}
                _ => start = start.or(Some(token.start())),
            }
        }
        Self(found)
    }

    /// Whether one of them holds for a finding of this rule there.
    pub(super) fn suppress(&self, code: &str, at: TextSize) -> bool {
        let number = code.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
        let mut here = self.0.iter().filter(|comment| comment.line.contains(at));
        here.any(|comment| comment.checks.is_empty() || comment.checks.iter().any(|check| is_same(check, number)))
    }
}

/// ruff has merged `B703` into `S308`.
fn is_same(check: &str, number: &str) -> bool {
    check == number || (check == "703" && number == "308")
}

/// The checks that a comment names, or none at all; `None` where it is no such comment.
fn checks(comment: &str) -> Option<Vec<String>> {
    let rest = comment.split('#').find_map(|part| part.trim_start().strip_prefix("nosec"))?;
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    let words = rest.split(|each: char| each.is_whitespace() || each == ',');
    Some(words.filter_map(number).collect())
}

fn number(word: &str) -> Option<String> {
    let digits = word
        .strip_prefix(['B', 'b'])
        .filter(|digits| !digits.is_empty() && digits.bytes().all(|each| each.is_ascii_digit()));
    let by_name =
        || ratings::by_name(word).map(|code| code.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()));
    digits.or_else(by_name).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_name_checks_by_number_and_name_or_none() {
        assert_eq!(checks("# nosec"), Some(vec![]));
        assert_eq!(checks("# why not  # nosec: B602,B404 # noqa"), Some(vec!["602".to_owned(), "404".to_owned()]));
        assert_eq!(checks("#nosec assert_used"), Some(vec!["101".to_owned()]));
        assert_eq!(checks("# nosec because I say so"), Some(vec![]));
        assert_eq!(checks("# no security here"), None);
    }
}

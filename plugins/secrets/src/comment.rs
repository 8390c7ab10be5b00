//! Comments of other tools that say that a line is fine: gitleaks', detect-secrets' and trufflehog's.
//!
//! [`allows`] honours them where a finding is. Does not know `sdlc`'s own, which the host honours for all gates.

use std::ops::Range;

/// On the line itself.
const HERE: [&str; 3] = ["gitleaks:allow", "pragma: allowlist secret", "trufflehog:ignore"];
/// On the line before.
const NEXT: &str = "pragma: allowlist nextline secret";
/// Most bytes on either side of a finding that are looked at: a minified file is one line.
const REACH: usize = 1024;

/// Whether a comment on the line of these bytes, or the line before, allows what is there.
pub(crate) fn allows(text: &[u8], range: &Range<usize>) -> bool {
    let before = text.get(range.start.saturating_sub(REACH)..range.start).unwrap_or_default();
    let after = text.get(range.end..text.len().min(range.end + REACH)).unwrap_or_default();
    let mut lines = before.rsplit(|byte| *byte == b'\n');
    let start = lines.next().unwrap_or_default();
    let above = lines.next().unwrap_or_default();
    let end = after.split(|byte| *byte == b'\n').next().unwrap_or_default();
    HERE.iter().any(|comment| contains(start, comment) || contains(end, comment)) || contains(above, NEXT)
}

fn contains(line: &[u8], comment: &str) -> bool {
    memchr::memmem::find(line, comment.as_bytes()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        let start = text.find("SECRET").unwrap();
        assert_eq!(allows(text.as_bytes(), &(start..start + 6)), expected, "{text}");
    }

    #[test]
    fn a_comment_on_the_line_allows() {
        check("a = 'SECRET' # gitleaks:allow\n", true);
        check("/* pragma: allowlist secret */ a = 'SECRET'", true);
        check("x\na = 'SECRET' // trufflehog:ignore", true);
    }

    #[test]
    fn a_comment_on_another_line_does_not_but_for_the_one_that_says_so() {
        check("# gitleaks:allow\na = 'SECRET'\n# gitleaks:allow\n", false);
        check("# pragma: allowlist nextline secret\na = 'SECRET'\n", true);
        check("# pragma: allowlist nextline secret\n\na = 'SECRET'\n", false);
    }
}

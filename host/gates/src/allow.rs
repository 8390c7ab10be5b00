//! Comments in any language that allow findings: `sdlc: allow(rule, gate/rule) -- reason`, and `allow-file` for the file
//! as a whole.
//!
//! The entry is [`find`]. Does not parse languages: what stands right before `sdlc:` has to look like the start of a
//! comment.

use memchr::memmem;
use sdlc_model::suppression::{Allow, AllowScope};

const MARK: &[u8] = b"sdlc: allow";
/// What starts a comment, or goes on with one, in languages that there are.
const LEADERS: &[&str] = &["#", "//", "/*", "*", "--", ";", "%", "<!--", "{#", "{-", "(*", "!", "rem", "REM", "dnl"];
const MARKDOWN: &[&str] = &["<!--"];
/// What ends a comment on the same line.
const TRAILERS: [&str; 6] = ["*/", "-->", "#}", "-}", "*)", "%>"];

/// All of them in a file, by line.
pub fn find(path: &str, text: &[u8]) -> Vec<Allow> {
    // In Markdown, what looks like a comment of another language is an example.
    let leaders = if path.ends_with(".md") { MARKDOWN } else { LEADERS };
    let mut found = Vec::new();
    let (mut line, mut counted) = (1, 0);
    for at in memmem::find_iter(text, MARK) {
        let before = text.get(counted..at).unwrap_or_default();
        line += memchr::memchr_iter(b'\n', before).count();
        counted = at;
        found.extend(comment(text, at, line, leaders));
    }
    found
}

fn comment(text: &[u8], at: usize, line: usize, leaders: &[&str]) -> Option<Allow> {
    let (before, behind) = text.split_at_checked(at)?;
    let start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
    let code = std::str::from_utf8(before.get(start..)?).ok()?;
    // Within a text in quotes.
    if (code.matches('"').count() - code.matches("\\\"").count()) % 2 == 1 {
        return None;
    }
    // The longest: `<!--` ends in `--`.
    let leader =
        leaders.iter().filter(|leader| code.trim_end().ends_with(**leader)).max_by_key(|leader| leader.len())?;
    let end = memchr::memchr(b'\n', behind).unwrap_or(behind.len());
    let comment = std::str::from_utf8(behind.get(MARK.len()..end)?).ok()?.trim_end();
    let comment = TRAILERS.iter().find_map(|trailer| comment.strip_suffix(trailer)).unwrap_or(comment);
    let (of_file, comment) = match comment.strip_prefix("-file") {
        Some(rest) => (true, rest),
        None => (false, comment),
    };
    let (rules, reason) = comment.strip_prefix('(')?.split_once(')')?;
    let alone = code.trim().len() <= leader.len();
    let line = u32::try_from(line).ok()?;
    let rules = rules.split(',').map(str::trim).filter(|rule| !rule.is_empty()).map(str::to_owned);
    Some(Allow {
        line,
        scope: match (of_file, alone) {
            (true, _) => AllowScope::File,
            (false, true) => AllowScope::Line(line.saturating_add(next_code(behind.get(end..).unwrap_or_default()))),
            (false, false) => AllowScope::Line(line),
        },
        rules: rules.collect(),
        reason: reason.trim().strip_prefix("--").unwrap_or_default().trim().to_owned(),
    })
}

/// How many lines below the comment the code is that it is for: blank lines, and further comments of this kind, are not.
fn next_code(behind: &[u8]) -> u32 {
    let lines = behind.split(|byte| *byte == b'\n').skip(1);
    let between = lines.take_while(|line| line.trim_ascii().is_empty() || memmem::find(line, MARK).is_some());
    u32::try_from(between.count()).unwrap_or(u32::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, line: u32, scope: AllowScope, rules: &[&str], reason: &str) {
        let found = find("a.py", text.as_bytes());
        let rules = rules.iter().map(|rule| (*rule).to_owned()).collect();
        assert_eq!(found, [Allow { line, scope, rules, reason: reason.to_owned() }], "{text}");
    }

    #[test]
    fn a_comment_behind_code_is_for_its_line() {
        check("a\nx = 1  # sdlc: allow(E501) -- a table\n", 2, AllowScope::Line(2), &["E501"], "a table");
        check("f(); // sdlc: allow(a/b, c) -- why", 1, AllowScope::Line(1), &["a/b", "c"], "why");
        check("f(); /* sdlc: allow(a) -- why */", 1, AllowScope::Line(1), &["a"], "why");
    }

    #[test]
    fn a_comment_on_a_line_of_its_own_is_for_the_code_below() {
        check("-- sdlc: allow(a) -- why\n\nselect 1", 1, AllowScope::Line(3), &["a"], "why");
        check("  <!-- sdlc: allow(a) -- why -->\n<p>", 1, AllowScope::Line(2), &["a"], "why");
        let two = find("a.py", b"# sdlc: allow(a) -- x\n# sdlc: allow(b) -- y\ncode");
        assert!(two.iter().all(|allow| allow.scope == AllowScope::Line(3)), "{two:?}");
    }

    #[test]
    fn an_example_in_markdown_allows_nothing() {
        assert_eq!(find("a.md", b"    x = 1  # sdlc: allow(a) -- b"), []);
        assert_eq!(find("a.md", b"<!-- sdlc: allow(a) -- b -->").len(), 1);
    }

    #[test]
    fn a_whole_file_can_be_allowed() {
        check("# sdlc: allow-file(a) -- made by a program", 1, AllowScope::File, &["a"], "made by a program");
    }

    #[test]
    fn what_is_no_comment_allows_nothing() {
        for text in [
            "print(\"# sdlc: allow(a) -- b\")",
            "print('sdlc: allow(a) -- b')",
            "sdlc: allow(a) -- b",
            "# sdlc: allow a",
            "# sdlc: allow(a",
        ] {
            assert_eq!(find("a.py", text.as_bytes()), [], "{text}");
        }
    }

    #[test]
    fn one_without_a_reason_is_not_complete() {
        for text in ["# sdlc: allow(a)", "# sdlc: allow(a) --", "# sdlc: allow(a) because", "# sdlc: allow() -- x"] {
            let found = find("a.py", text.as_bytes());
            assert!(!found.is_empty() && found.iter().all(|allow| !allow.is_complete()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_searched(text in "(\n|#| |sdlc: allow|\\(|\\)|a|,|--|ä|-file|\\*/){0,40}") {
            let lines = text.split('\n').count();
            for allow in find("a.py", text.as_bytes()) {
                prop_assert!(allow.line as usize <= lines);
            }
        }
    }
}

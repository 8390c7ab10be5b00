//! Untrusted text made harmless for a terminal and for what reads a CI log.

/// One line, in which nothing acts: control characters (terminal escapes, line ends that start a CI command),
/// characters that change the direction of text, invisible ones, and the marks of CI commands are shown as `\u{..}`.
pub fn line(text: &str) -> String {
    // GitHub looks behind blanks, so an indent is no protection.
    let command = text.len() - text.trim_start().len();
    let command = Some(command).filter(|at| text.get(*at..).unwrap_or_default().starts_with("::"));
    if command.is_none() && text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'#') {
        return text.to_owned();
    }
    let mut safe = String::with_capacity(text.len());
    for (at, char) in text.char_indices() {
        match char {
            '\t' => safe.push(' '),
            char if acts(char) || command == Some(at) || marks(text, at) => safe.extend(char.escape_unicode()),
            char => safe.push(char),
        }
    }
    safe
}

/// A number with at most two digits behind the point.
pub fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Several lines, each made harmless.
pub fn lines(text: &str) -> String {
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Several lines, each made harmless and indented.
pub fn block(text: &str, indent: &str) -> String {
    text.lines().map(|part| format!("{indent}{}\n", line(part))).collect()
}

/// Whether the second `#` of `##[`, `##vso[` or `##teamcity[` is here. GitHub, Azure and TeamCity look for these
/// anywhere in a line.
fn marks(text: &str, at: usize) -> bool {
    let (before, behind) = text.split_at(at);
    let Some(behind) = behind.strip_prefix('#').filter(|_| before.ends_with('#')) else { return false };
    behind.trim_start_matches(|char: char| char.is_ascii_alphabetic()).starts_with('[')
}

pub(crate) fn acts(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_escapes_are_shown_and_not_obeyed() {
        assert_eq!(line("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(line("a\u{9b}31mb"), "a\\u{9b}31mb");
    }

    #[test]
    fn a_line_end_cannot_start_a_ci_command() {
        assert_eq!(line("x\n::error::y"), "x\\u{a}::error::y");
        assert_eq!(line("x\r::set-env::y"), "x\\u{d}::set-env::y");
        assert_eq!(block("x\n::error::y", "  "), "  x\n  \\u{3a}:error::y\n");
    }

    #[test]
    fn a_ci_command_is_shown_and_not_obeyed_wherever_its_ci_looks_for_it() {
        assert_eq!(line("::error::x"), "\\u{3a}:error::x");
        assert_eq!(line(" \u{3000}::error::x"), " \u{3000}\\u{3a}:error::x");
        assert_eq!(line("a ##[error]x"), "a #\\u{23}[error]x");
        assert_eq!(line("a ##vso[task.complete]"), "a #\\u{23}vso[task.complete]");
        assert_eq!(line("###teamcity[x]"), "##\\u{23}teamcity[x]");
        assert_eq!(lines("x\n::error::y"), "x\n\\u{3a}:error::y");
    }

    #[test]
    fn direction_marks_and_invisible_characters_are_shown() {
        assert_eq!(line("a\u{202e}b\u{200b}c"), "a\\u{202e}b\\u{200b}c");
    }

    #[test]
    fn plain_text_stays_as_it_is() {
        assert_eq!(line("größer, 大, 😀, a::b, ## x [y]"), "größer, 大, 😀, a::b, ## x [y]");
    }
}

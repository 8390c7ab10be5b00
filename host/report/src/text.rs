//! Untrusted text made harmless for a terminal and for what reads a CI log.

/// One line, in which nothing acts: control characters (terminal escapes, line ends that start a CI command),
/// characters that change the direction of text, and invisible ones are shown as `\u{..}`.
pub fn line(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\t' => safe.push(' '),
            char if acts(char) => safe.extend(char.escape_unicode()),
            char => safe.push(char),
        }
    }
    safe
}

/// Several lines, each made harmless and indented, so that none can start with a CI command.
pub fn block(text: &str, indent: &str) -> String {
    text.lines().map(|part| format!("{indent}{}\n", line(part))).collect()
}

fn acts(char: char) -> bool {
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
        assert_eq!(block("x\n::error::y", "  "), "  x\n  ::error::y\n");
    }

    #[test]
    fn direction_marks_and_invisible_characters_are_shown() {
        assert_eq!(line("a\u{202e}b\u{200b}c"), "a\\u{202e}b\\u{200b}c");
    }

    #[test]
    fn plain_text_stays_as_it_is() {
        assert_eq!(line("größer, 大, 😀"), "größer, 大, 😀");
    }
}

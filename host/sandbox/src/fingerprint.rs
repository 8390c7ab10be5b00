//! [`of`]: what makes a finding the same one after lines around it moved or were laid out anew.

use sdlc_model::finding::Region;

use crate::locate::Lines;

/// Of the rule and of the first line that the finding is on, without its blanks; of its message without its numbers where
/// it is on no line. What is secret is no part of it: of such a line only what stands before the secret.
pub(crate) fn of(rule: &str, message: &str, region: Option<&Region>, lines: &Lines<'_>, sensitive: bool) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(rule.as_bytes()).update(&[0]);
    match region.and_then(|region| Some((region, lines.line(region.start.line)?))) {
        Some((region, line)) => {
            let line = String::from_utf8_lossy(line);
            let shown = if sensitive { region.start.column.saturating_sub(1) as usize } else { usize::MAX };
            let words: String = line.chars().take(shown).filter(|char| !char.is_whitespace()).collect();
            hasher.update(words.as_bytes());
        }
        None => {
            let words: String = message.chars().filter(|char| !char.is_ascii_digit()).collect();
            hasher.update(words.as_bytes());
        }
    }
    let hash = hasher.finalize();
    hash.as_bytes().first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use sdlc_model::finding::Position;

    use super::*;

    fn at(text: &str, line: u32, column: u32, sensitive: bool) -> u64 {
        let start = Position { line, column };
        let region = Region { start, end: start, bytes: None, excerpt: None };
        of("rule", "message", Some(&region), &Lines::new(text.as_bytes()), sensitive)
    }

    #[test]
    fn it_is_the_same_after_the_line_moved_or_was_laid_out_anew() {
        assert_eq!(at("a = f( 1 )\n", 1, 1, false), at("\n\n    a = f(1)\n", 3, 5, false));
        assert_ne!(at("a = f(1)\n", 1, 1, false), at("a = f(2)\n", 1, 1, false));
    }

    #[test]
    fn nothing_secret_is_part_of_it() {
        assert_eq!(at("key = \"abc\" + \"def\"", 1, 7, true), at("key = \"xyz\"", 1, 7, true));
    }

    #[test]
    fn of_a_whole_file_it_does_not_depend_on_numbers() {
        let of = |message| of("rule", message, None, &Lines::new(b""), false);
        assert_eq!(of("12 lines"), of("13 lines"));
        assert_ne!(of("12 lines"), of("12 files"));
    }
}

//! [`Lines`]: from byte offsets to lines and columns, and to the line that people see.
//!
//! A line ends at `\n`, `\r\n` or a lone `\r`; a column counts Unicode scalar values, and in a file that is not
//! UTF-8 the bytes that could start one.

use sdlc_model::finding::Position;

/// Longest excerpt, in characters.
const EXCERPT: usize = 240;

/// Where the lines of a text start.
pub(crate) struct Lines<'a> {
    text: &'a [u8],
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(text: &'a [u8]) -> Self {
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', text) {
            if text.get(at) == Some(&b'\r') && text.get(at + 1) == Some(&b'\n') {
                continue;
            }
            starts.push(at + 1);
        }
        Self { text, starts }
    }

    /// Line and column of an offset, which has to be within the text or at its end.
    pub(crate) fn position(&self, offset: usize) -> Position {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.start(line);
        let before = self.text.get(start..offset).unwrap_or_default();
        let column = before.iter().filter(|byte| !is_continuation(**byte)).count();
        Position { line: number(line), column: number(column + 1) }
    }

    /// Bytes of a line, counted from 1, with its end.
    pub(crate) fn line(&self, line: u32) -> Option<&'a [u8]> {
        let line = line as usize;
        let start = *self.starts.get(line.checked_sub(1)?)?;
        let end = self.starts.get(line).copied().unwrap_or(self.text.len());
        self.text.get(start..end)
    }

    /// Text of a line, counted from 1, without its end.
    pub(crate) fn excerpt(&self, line: u32) -> Option<String> {
        let text = std::str::from_utf8(self.line(line)?).ok()?;
        if text.contains('\0') {
            return None;
        }
        Some(text.trim_end_matches(['\n', '\r']).chars().take(EXCERPT).collect())
    }

    fn start(&self, line: usize) -> usize {
        line.checked_sub(1).and_then(|index| self.starts.get(index)).copied().unwrap_or(0)
    }
}

/// Number of lines of a text, as editors count: an end of line at the very end starts no new one.
pub(crate) fn count(text: &[u8]) -> u32 {
    let ends = memchr::memchr_iter(b'\n', text).count();
    number(ends + usize::from(!text.is_empty() && text.last() != Some(&b'\n')))
}

fn is_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, offset: usize, line: u32, column: u32) {
        assert_eq!(Lines::new(text.as_bytes()).position(offset), Position { line, column }, "{offset} of {text:?}");
    }

    #[test]
    fn every_kind_of_line_end_counts_once() {
        check("a\nb", 2, 2, 1);
        check("a\r\nb", 3, 2, 1);
        check("a\rb", 2, 2, 1);
        check("a\n\r\nb", 4, 3, 1);
    }

    #[test]
    fn columns_count_characters() {
        check("äb", 2, 1, 2);
        check("x\n😀y", 6, 2, 2);
    }

    #[test]
    fn the_end_of_the_text_has_a_position() {
        check("", 0, 1, 1);
        check("ab", 2, 1, 3);
        check("ab\n", 3, 2, 1);
    }

    #[test]
    fn an_excerpt_is_the_line_without_its_end() {
        let lines = Lines::new(b"one\r\ntwo\nbin\0ary");
        assert_eq!(lines.excerpt(1).unwrap(), "one");
        assert_eq!(lines.excerpt(2).unwrap(), "two");
        assert_eq!(lines.excerpt(3), None);
        assert_eq!(lines.excerpt(9), None);
    }

    #[test]
    fn lines_are_counted_as_editors_do() {
        assert_eq!([count(b""), count(b"a"), count(b"a\n"), count(b"a\nb")], [0, 1, 1, 2]);
    }
}

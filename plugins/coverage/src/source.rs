//! [`Source`]: the text of a file, by lines.

/// A file of the workspace.
pub(crate) struct Source {
    text: Vec<u8>,
    comment: Option<&'static [u8]>,
}

impl Source {
    pub(crate) fn new(path: &str, text: Vec<u8>) -> Self {
        let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
        let comment: Option<&[u8]> = match extension {
            "py" | "rb" | "sh" => Some(b"#"),
            "c" | "cc" | "cpp" | "cs" | "cxx" | "go" | "h" | "hh" | "hpp" | "java" | "js" | "jsx" | "kt" | "m"
            | "php" | "rs" | "scala" | "swift" | "ts" | "tsx" => Some(b"//"),
            _ => None,
        };
        Self { text, comment }
    }

    /// Number of lines; what is behind the last line end is one only where there is something.
    pub(crate) fn lines(&self) -> usize {
        let ends = memchr::memchr_iter(b'\n', &self.text).count();
        ends + usize::from(self.text.last().is_some_and(|last| *last != b'\n'))
    }

    /// Each line with its number, without its end.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (u32, &[u8])> {
        (1..).zip(self.text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)))
    }

    /// Whether there is more on a line than blanks, brackets or a comment.
    pub(crate) fn has_code(&self, line: &[u8]) -> bool {
        let line = line.trim_ascii();
        let comment = self.comment.is_some_and(|comment| line.starts_with(comment));
        !comment && line.iter().any(|byte| !b"{}()[];,".contains(byte))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_as_editors_do() {
        for (text, lines) in [("", 0), ("a", 1), ("a\n", 1), ("a\n\n", 2), ("a\r\nb", 2)] {
            assert_eq!(Source::new("a", text.into()).lines(), lines, "{text:?}");
        }
    }

    #[test]
    fn brackets_and_comments_are_no_code() {
        let source = Source::new("a.go", Vec::new());
        let code = ["\tx()", "} else {", "", " \t", "})", "// x()"].map(|line| source.has_code(line.as_bytes()));
        assert_eq!(code, [true, true, false, false, false, false]);
    }
}

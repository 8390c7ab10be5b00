//! [`write`]: changes as a patch that `git apply` takes, and [`lines`]: how many lines they touch.

use std::io::{self, Write};

use similar::{Algorithm, DiffOp, DiffableStr, TextDiff};

use crate::work::FileChange;

/// Lines around a change.
const CONTEXT: usize = 3;

/// As a unified diff with git's names; binary files are named.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut dyn Write, changes: &[FileChange]) -> io::Result<()> {
    for change in changes {
        let (before, after) =
            (change.before.as_deref().unwrap_or_default(), change.after.as_deref().unwrap_or_default());
        let (old, new) = (quoted("a/", change), quoted("b/", change));
        writeln!(out, "diff --git {old} {new}")?;
        match (&change.before, &change.after) {
            (None, _) => writeln!(out, "new file mode 100644")?,
            (_, None) => writeln!(out, "deleted file mode 100644")?,
            _ => {}
        }
        if is_binary(before) || is_binary(after) {
            writeln!(out, "Binary files {old} and {new} differ")?;
            continue;
        }
        writeln!(out, "--- {}", if change.before.is_some() { &old } else { "/dev/null" })?;
        writeln!(out, "+++ {}", if change.after.is_some() { &new } else { "/dev/null" })?;
        hunks(out, before, after)?;
    }
    Ok(())
}

/// Lines that are added or removed.
pub fn lines(before: &[u8], after: &[u8]) -> usize {
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).diff_lines(before, after);
    let touched = diff.ops().iter().map(|op| match op {
        DiffOp::Equal { .. } => 0,
        DiffOp::Delete { old_len, .. } => *old_len,
        DiffOp::Insert { new_len, .. } => *new_len,
        DiffOp::Replace { old_len, new_len, .. } => old_len + new_len,
    });
    touched.sum()
}

fn hunks(out: &mut dyn Write, before: &[u8], after: &[u8]) -> io::Result<()> {
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).diff_lines(before, after);
    for group in diff.grouped_ops(CONTEXT) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let (old, new) = (first.old_range().start..last.old_range().end, first.new_range().start..last.new_range().end);
        writeln!(out, "@@ -{} +{} @@", range(&old), range(&new))?;
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let line = change.value();
            write!(out, "{}", change.tag())?;
            out.write_all(line.as_bytes())?;
            if !line.ends_with_newline() {
                out.write_all(b"\n\\ No newline at end of file\n")?;
            }
        }
    }
    Ok(())
}

fn range(lines: &std::ops::Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => format!("{}", lines.start + 1),
        length => format!("{},{length}", lines.start + 1),
    }
}

fn is_binary(bytes: &[u8]) -> bool {
    bytes.iter().take(8000).any(|byte| *byte == 0)
}

/// A name as git writes it: in quotes where it has bytes that could be taken for something else.
fn quoted(prefix: &str, change: &FileChange) -> String {
    let bytes = change.exact.as_os_str().as_encoded_bytes();
    let plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    if bytes.iter().all(plain) {
        return format!("{prefix}{}", change.path);
    }
    let escaped: String = bytes
        .iter()
        .map(|byte| match byte {
            b'"' | b'\\' => format!("\\{}", char::from(*byte)),
            b'\t' => "\\t".to_owned(),
            b'\n' => "\\n".to_owned(),
            plain @ b' '..=b'~' => char::from(*plain).to_string(),
            other => format!("\\{other:03o}"),
        })
        .collect();
    format!("\"{prefix}{escaped}\"")
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn patch(before: Option<&str>, after: Option<&str>) -> String {
        let bytes = |text: &str| Bytes::copy_from_slice(text.as_bytes());
        let change = FileChange {
            path: "d/a.txt".to_owned(),
            exact: "d/a.txt".into(),
            before: before.map(bytes),
            after: after.map(bytes),
        };
        let mut out = Vec::new();
        write(&mut out, &[change]).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_change_is_a_unified_diff_with_the_last_line_as_it_is() {
        assert_eq!(
            patch(Some("a\nb\nc"), Some("a\nB\nc\n")),
            "diff --git a/d/a.txt b/d/a.txt\n--- a/d/a.txt\n+++ b/d/a.txt\n@@ -1,3 +1,3 @@\n a\n-b\n-c\n\\ No newline at end of file\n+B\n+c\n"
        );
    }

    #[test]
    fn new_and_deleted_files_come_from_and_go_to_nowhere() {
        assert!(
            patch(None, Some("a\n"))
                .ends_with("new file mode 100644\n--- /dev/null\n+++ b/d/a.txt\n@@ -0,0 +1 @@\n+a\n")
        );
        assert!(patch(Some("a\n"), None).ends_with("--- a/d/a.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n"));
    }

    #[test]
    fn lines_that_are_touched_are_counted() {
        assert_eq!(lines(b"a\nb\nc\n", b"a\nB\nc\nd\n"), 3);
    }
}

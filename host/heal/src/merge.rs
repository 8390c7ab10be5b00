//! [`merge`]: the same edits in a text that was edited elsewhere, as when what is staged is fixed and the tree has more.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// `theirs` is `base` with edits; gives `ours` with the same edits, where they touch none of its own. Works by lines; what
/// `ours` has of its own is in the result byte for byte. None: an edit and one of `ours` meet.
///
/// A text whose line ends are all CRLF, of a base with LF alone, as git makes it on checkout where it is told so, is taken
/// for the same text.
pub fn merge(base: &[u8], ours: &[u8], theirs: &[u8]) -> Option<Vec<u8>> {
    if ours == base {
        return Some(theirs.to_vec());
    }
    if !base.contains(&b'\r') && !theirs.contains(&b'\r') && is_crlf(ours) {
        let merged = by_lines(base, &to_lf(ours), theirs)?;
        return Some(to_crlf(&merged));
    }
    by_lines(base, ours, theirs)
}

/// Lines of the base that were replaced, and by which of the other text.
struct Hunk {
    base: std::ops::Range<usize>,
    new: std::ops::Range<usize>,
}

fn by_lines(base: &[u8], ours: &[u8], theirs: &[u8]) -> Option<Vec<u8>> {
    let (base, ours, theirs) = (lines(base), lines(ours), lines(theirs));
    let (own, other) = (hunks(&base, &ours), hunks(&base, &theirs));
    let mut result = Vec::new();
    let (mut at, mut own, mut other) = (0, own.into_iter().peekable(), other.into_iter().peekable());
    loop {
        let (hunk, text) = match (own.peek(), other.peek()) {
            (None, None) => break,
            (Some(mine), Some(edit)) if meet(mine, edit) => return None,
            (Some(mine), Some(edit)) if edit.base.start < mine.base.start => (other.next()?, &theirs),
            (None, Some(_)) => (other.next()?, &theirs),
            (Some(_), _) => (own.next()?, &ours),
        };
        result.extend(base.get(at..hunk.base.start)?.concat());
        result.extend(text.get(hunk.new)?.concat());
        at = hunk.base.end;
    }
    result.extend(base.get(at..)?.concat());
    Some(result)
}

/// Also where one inserts beside the other: which comes first could not be told.
fn meet(a: &Hunk, b: &Hunk) -> bool {
    let inserts = a.base.is_empty() || b.base.is_empty();
    let touches = a.base.start <= b.base.end && b.base.start <= a.base.end;
    let overlaps = a.base.start < b.base.end && b.base.start < a.base.end;
    if inserts { touches } else { overlaps }
}

fn hunks(base: &[&[u8]], new: &[&[u8]]) -> Vec<Hunk> {
    let ops = capture_diff_slices(Algorithm::Myers, base, new);
    let changed = ops.into_iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    changed.map(|op| Hunk { base: op.old_range(), new: op.new_range() }).collect()
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

fn is_crlf(text: &[u8]) -> bool {
    let ends = text.iter().filter(|byte| **byte == b'\n').count();
    let returns = text.iter().filter(|byte| **byte == b'\r').count();
    ends > 0 && ends == returns && text.windows(2).filter(|pair| pair == b"\r\n").count() == ends
}

fn to_lf(text: &[u8]) -> Vec<u8> {
    text.iter().copied().filter(|byte| *byte != b'\r').collect()
}

fn to_crlf(text: &[u8]) -> Vec<u8> {
    text.iter().flat_map(|byte| if *byte == b'\n' { b"\r\n".to_vec() } else { vec![*byte] }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(base: &str, ours: &str, theirs: &str, expected: Option<&str>) {
        let merged = merge(base.as_bytes(), ours.as_bytes(), theirs.as_bytes());
        assert_eq!(merged.map(|bytes| String::from_utf8(bytes).unwrap()).as_deref(), expected);
    }

    #[test]
    fn edits_elsewhere_are_kept() {
        check("a \nb\nc\nd\n", "a \nb\nc\nD\ne\n", "a\nb\nc\nd\n", Some("a\nb\nc\nD\ne\n"));
        check("a \nb\n", "a \nb\n", "a\nb\n", Some("a\nb\n"));
    }

    #[test]
    fn edits_of_the_same_lines_are_a_conflict_and_so_is_an_insertion_beside_one() {
        check("a \nb\n", "A \nb\n", "a\nb\n", None);
        check("a \nb\n", "a \nnew\nb\n", "a\nb\n", None);
        check("a \nb\n", "a \nB\n", "a\nb\n", Some("a\nB\n"));
    }

    #[test]
    fn a_checkout_with_other_line_ends_is_the_same_text() {
        check("a \nb\nc\n", "a \r\nb\r\nc\r\nd\r\n", "a\nb\nc\n", Some("a\r\nb\r\nc\r\nd\r\n"));
        check("a \nb\nc\n", "a \r\nb\nc\n", "a\nb\nc\n", None);
    }

    proptest! {
        #[test]
        fn what_only_one_side_changed_is_that_side(
            base in "([ab ]{0,2}\n){0,8}", other in "([ab ]{0,2}\n){0,8}",
        ) {
            let (base, other) = (base.as_bytes(), other.as_bytes());
            prop_assert_eq!(merge(base, other, base), Some(other.to_vec()));
            prop_assert_eq!(merge(base, base, other), Some(other.to_vec()));
        }

        #[test]
        fn edits_apart_are_both_in_the_result(lines in 4_usize..12, first in 0_usize..4, gap in 2_usize..6) {
            let second = first + gap;
            prop_assume!(second < lines);
            let text = |change: &[(usize, &str)]| -> Vec<u8> {
                let line = |index: usize| change.iter().find(|(at, _)| *at == index).map_or_else(|| format!("{index}\n"), |(_, new)| format!("{new}\n"));
                (0..lines).map(line).collect::<String>().into_bytes()
            };
            let merged = merge(&text(&[]), &text(&[(first, "ours")]), &text(&[(second, "theirs")]));
            prop_assert_eq!(merged, Some(text(&[(first, "ours"), (second, "theirs")])));
        }
    }
}

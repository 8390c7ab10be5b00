//! [`Splice`]: edits of one file that are made in one go.

use std::collections::HashSet;

use sdlc_model::fix::Edit;

/// Edits of one file, in order. Those that overlap, or touch at one point, are for a later round.
#[derive(Default)]
pub(super) struct Splice<'a> {
    edits: Vec<&'a Edit>,
    known: HashSet<(u32, u32, &'a str)>,
    /// Where the last edit ends.
    end: Option<u32>,
}

impl<'a> Splice<'a> {
    /// Whether these edits of a fix, in order, can be made besides. Those that are made already are the same edit.
    pub(super) fn admits(&self, edits: &[&Edit]) -> bool {
        let new = edits.iter().find(|edit| !self.known.contains(&key(edit)));
        new.is_none_or(|first| self.end.is_none_or(|end| end < first.span.start))
    }

    /// Adds edits that were admitted.
    pub(super) fn add(&mut self, edits: &[&'a Edit]) {
        for edit in edits {
            if self.known.insert(key(edit)) {
                self.edits.push(edit);
                self.end = Some(edit.span.end);
            }
        }
    }

    /// The content with the edits made; none: they are not of this content.
    pub(super) fn apply(&self, content: &[u8]) -> Option<Vec<u8>> {
        let mut result = Vec::with_capacity(content.len());
        let mut at = 0;
        for edit in &self.edits {
            let (start, end) = (edit.span.start as usize, edit.span.end as usize);
            result.extend(content.get(at..start)?);
            result.extend(edit.replacement.as_bytes());
            at = end;
            content.get(start..end)?;
        }
        result.extend(content.get(at..)?);
        Some(result)
    }
}

fn key(edit: &Edit) -> (u32, u32, &str) {
    (edit.span.start, edit.span.end, &edit.replacement)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sdlc_model::finding::Span;

    use super::*;

    fn edit(start: u32, end: u32, replacement: &str) -> Edit {
        Edit { path: "a".to_owned(), span: Span { start, end }, replacement: replacement.to_owned() }
    }

    fn spliced(content: &str, edits: &[Edit]) -> Option<String> {
        let mut splice = Splice::default();
        for edit in edits {
            if splice.admits(&[edit]) {
                splice.add(&[edit]);
            }
        }
        splice.apply(content.as_bytes()).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn edits_are_made_in_order_and_overlapping_ones_are_not() {
        let edits = [edit(0, 1, "A"), edit(1, 2, "no"), edit(2, 2, "+"), edit(3, 4, "")];
        assert_eq!(spliced("abcd", &edits).unwrap(), "Ab+c");
    }

    #[test]
    fn the_same_edit_of_two_fixes_is_made_once() {
        let (shared, own) = (edit(0, 0, "import x\n"), edit(3, 4, "X"));
        let mut splice = Splice::default();
        splice.add(&[&shared]);
        assert!(splice.admits(&[&shared, &own]));
        splice.add(&[&shared, &own]);
        assert_eq!(splice.apply(b"abcd").unwrap(), b"import x\nabcX");
    }

    #[test]
    fn edits_of_another_content_are_refused() {
        assert_eq!(spliced("ab", &[edit(1, 9, "")]), None);
    }

    proptest! {
        #[test]
        fn no_edits_panic_and_those_that_are_made_do_not_overlap(
            content in "[a-z]{0,20}",
            edits in prop::collection::vec((0_u32..25, 0_u32..5, "[A-Z]{0,3}"), 0..10),
        ) {
            let mut edits: Vec<_> = edits.iter().map(|(start, length, text)| edit(*start, start + length, text)).collect();
            edits.sort_by_key(|edit| edit.span.start);
            if let Some(result) = spliced(&content, &edits) {
                // Lower-case letters are the content's own: those that are left are in their order.
                let mut left = content.chars();
                prop_assert!(result.chars().filter(char::is_ascii_lowercase).all(|char| left.any(|other| other == char)));
            }
        }
    }
}

//! Where words such as `TODO` stand in a text, and who is named behind them.

use std::ops::Range;

/// One such word.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Marker<'a> {
    /// The word itself.
    pub(crate) word: &'a str,
    /// Who is named in the parentheses behind it.
    pub(crate) owner: Option<&'a str>,
    /// The bytes of the word and the parentheses.
    pub(crate) range: Range<usize>,
}

/// All of them, in the order of the text.
pub(crate) fn find<'a>(text: &'a str, words: &[String]) -> Vec<Marker<'a>> {
    let mut markers: Vec<_> = words
        .iter()
        .flat_map(|word| text.match_indices(word.as_str()))
        .filter(|(start, word)| is_whole(text, *start, start + word.len()))
        .map(|(start, word)| marker(text, start, word))
        .collect();
    markers.sort_by_key(|marker| marker.range.start);
    markers
}

/// Whether no letter, digit or `_` touches the word: `AUTODOC` and `TODO_LIST` are names.
fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let part_of_word = |character: char| character.is_alphanumeric() || character == '_';
    let before = text.get(..start).and_then(|text| text.chars().next_back());
    let after = text.get(end..).and_then(|text| text.chars().next());
    !before.is_some_and(part_of_word) && !after.is_some_and(part_of_word)
}

fn marker<'a>(text: &'a str, start: usize, word: &'a str) -> Marker<'a> {
    let end = start + word.len();
    let behind = text.get(end..).unwrap_or_default();
    let line = behind.lines().next().unwrap_or_default();
    match line.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((owner, _)) => {
            let name = owner.trim();
            Marker { word, owner: Some(name).filter(|name| !name.is_empty()), range: start..end + owner.len() + 2 }
        }
        None => Marker { word, owner: None, range: start..end },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(Option<&str>, &str)]) {
        let markers = find(text, &["TODO".to_owned(), "FIXME".to_owned()]);
        let found: Vec<_> = markers.iter().map(|marker| (marker.owner, &text[marker.range.clone()])).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn words_are_whole_words() {
        check("AUTODOC TODO_LIST TODOs todo äTODO", &[]);
        check("TODO, FIXME", &[(None, "TODO"), (None, "FIXME")]);
    }

    #[test]
    fn owners_stand_in_parentheses_on_the_same_line() {
        check("TODO( alice ): x", &[(Some("alice"), "TODO( alice )")]);
        check("TODO(\nalice)", &[(None, "TODO")]);
        check("TODO (alice)", &[(None, "TODO")]);
    }
}

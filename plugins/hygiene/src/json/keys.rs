//! The keys of the objects that are open, to find those that are given twice.
//!
//! [`Keys`] keeps all of them in one list, and looks for twins when an object closes. Does not read text.

use std::borrow::Cow;

use super::JsonError;

/// Up to this many keys are compared each with each, without sorting.
const FEW: usize = 8;

/// Keys of all open objects, the innermost last.
#[derive(Default)]
pub(super) struct Keys<'a> {
    keys: Vec<(Cow<'a, [u8]>, usize)>,
    /// Where the keys of each open object start.
    starts: Vec<usize>,
}

impl<'a> Keys<'a> {
    pub(super) fn open(&mut self) {
        self.starts.push(self.keys.len());
    }

    /// A key of the innermost object, as it stands between its quotes; one with escapes must be a good string.
    pub(super) fn add(&mut self, at: usize, raw: &'a [u8], escaped: bool) {
        let key = if escaped { Cow::Owned(unescape(raw)) } else { Cow::Borrowed(raw) };
        self.keys.push((key, at));
    }

    /// The innermost object ends.
    pub(super) fn close(&mut self) -> Result<(), JsonError> {
        let start = self.starts.pop().unwrap_or_default();
        let keys = self.keys.get_mut(start..).unwrap_or_default();
        if let Some((key, at)) = twin(keys) {
            return Err(JsonError::new(*at, format!("key `{}` is given twice", String::from_utf8_lossy(key))));
        }
        self.keys.truncate(start);
        Ok(())
    }
}

/// The later of two keys that are the same.
fn twin<'a, 'b>(keys: &'b mut [(Cow<'a, [u8]>, usize)]) -> Option<&'b (Cow<'a, [u8]>, usize)> {
    if keys.len() <= FEW {
        let is_twin = |index: &usize| {
            keys.get(*index).is_some_and(|key| keys.iter().take(*index).any(|(other, _)| *other == key.0))
        };
        return (1..keys.len()).find(is_twin).and_then(|index| keys.get(index));
    }
    keys.sort_unstable();
    keys.array_windows().find_map(|[left, right]| (left.0 == right.0).then_some(right))
}

/// The text that a good string means.
fn unescape(raw: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(backslash) = memchr::memchr(b'\\', rest) {
        let (before, escape) = rest.split_at(backslash);
        text.extend_from_slice(before);
        rest = escape.get(2..).unwrap_or_default();
        match escape.get(1) {
            Some(b'u') => {
                let (character, length) = code_point(rest);
                text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                rest = rest.get(length..).unwrap_or_default();
            }
            Some(b'b') => text.push(8),
            Some(b'f') => text.push(12),
            Some(b'n') => text.push(b'\n'),
            Some(b'r') => text.push(b'\r'),
            Some(b't') => text.push(b'\t'),
            Some(other) => text.push(*other),
            None => {}
        }
    }
    text.extend_from_slice(rest);
    text
}

/// The character behind `\u`, and how many bytes say so.
fn code_point(rest: &[u8]) -> (char, usize) {
    let unit = |at: usize| rest.get(at..at + 4).and_then(super::token::hex);
    let units = [unit(0), unit(6)].map(Option::unwrap_or_default);
    match char::decode_utf16(units).next() {
        Some(Ok(character)) => (character, if character.len_utf16() == 2 { 10 } else { 4 }),
        _ => (char::REPLACEMENT_CHARACTER, 4),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_become_what_they_mean() {
        let expected = "a\"\\/\u{8}\u{c}\n\r\tä😀b".as_bytes();
        assert_eq!(unescape(br#"a\"\\\/\b\f\n\r\t\u00e4\ud83d\ude00b"#), expected);
    }

    #[test]
    fn twins_are_found_among_few_and_many() {
        for count in [2, FEW, FEW + 1, 100] {
            let mut keys = Keys::default();
            keys.open();
            let names: Vec<_> = (0..count).map(|index| index.to_string().into_bytes()).collect();
            for (at, name) in names.iter().enumerate() {
                keys.add(at, name, false);
            }
            keys.add(1000, b"1", false);
            assert_eq!(keys.close().map_err(|error| error.at), Err(1000));
        }
    }
}

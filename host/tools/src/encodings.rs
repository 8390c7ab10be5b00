//! [`Needle`]: one value, and finding it in the forms that programs write values in.

use std::ops::Range;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};

/// Bits of a character of base64.
const BITS: usize = 6;

/// One value, prepared for being found.
#[derive(Clone)]
pub(crate) struct Needle {
    value: String,
    base64: Vec<Encoded>,
}

/// The characters of base64 that depend on the value alone, when it stands at one of three places in a group.
#[derive(Clone)]
struct Encoded {
    characters: Vec<u8>,
    /// A character before these has bits of the value.
    before: bool,
    /// A character after these has bits of the value.
    after: bool,
}

impl Needle {
    pub(crate) fn new(value: String) -> Self {
        let base64 = (0..3).flat_map(|shift| encoded(value.as_bytes(), shift)).collect();
        Self { value, base64 }
    }

    /// Bytes of its longest form, with room for the ends of lines in it.
    pub(crate) fn longest(&self) -> usize {
        // `\u0000` for a byte.
        self.value.len() * BITS + 16
    }

    /// Where it is, in no order.
    pub(crate) fn spans(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        let mut spans = Vec::new();
        let mut from = 0;
        while let Some(rest) = bytes.get(from..).filter(|rest| !rest.is_empty()) {
            let length = self.length_at(rest);
            if let Some(length) = length {
                spans.push(from..from + length);
            } else {
                spans.extend(self.base64.iter().filter_map(|encoded| encoded.span_at(bytes, from)));
            }
            from += length.unwrap_or(1).max(1);
        }
        spans
    }

    /// Bytes of it at the beginning of these, as it is or escaped.
    fn length_at(&self, bytes: &[u8]) -> Option<usize> {
        if bytes.starts_with(self.value.as_bytes()) {
            return Some(self.value.len());
        }
        self.value.chars().try_fold(0, |done, char| Some(done + character(bytes.get(done..)?, char)?))
    }
}

impl Encoded {
    /// With the characters around it that have bits of the value.
    fn span_at(&self, bytes: &[u8], start: usize) -> Option<Range<usize>> {
        let mut end = start;
        for expected in &self.characters {
            // It may be wrapped.
            while bytes.get(end).is_some_and(|byte| end > start && matches!(byte, b'\r' | b'\n')) {
                end += 1;
            }
            if bytes.get(end) != Some(expected) {
                return None;
            }
            end += 1;
        }
        let is_encoded = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte);
        let before = self.before && start.checked_sub(1).and_then(|at| bytes.get(at)).is_some_and(is_encoded);
        let after = self.after && bytes.get(end).is_some_and(is_encoded);
        Some(start - usize::from(before)..end + usize::from(after))
    }
}

/// In both alphabets, behind `shift` other bytes.
fn encoded(value: &[u8], shift: usize) -> Vec<Encoded> {
    let bytes = [vec![0; shift].as_slice(), value].concat();
    let first = (shift * 8).div_ceil(BITS);
    let last = bytes.len() * 8 / BITS;
    let part = |text: String| Encoded {
        characters: text.as_bytes().get(first..last).unwrap_or_default().to_vec(),
        before: !(shift * 8).is_multiple_of(BITS),
        after: !(bytes.len() * 8).is_multiple_of(BITS),
    };
    vec![part(STANDARD_NO_PAD.encode(&bytes)), part(URL_SAFE_NO_PAD.encode(&bytes))]
}

/// Bytes of a character at the beginning of these, in any form.
fn character(bytes: &[u8], char: char) -> Option<usize> {
    let mut buffer = [0; 4];
    let plain = char.encode_utf8(&mut buffer).as_bytes();
    json(bytes, char).or_else(|| url(bytes, plain)).or_else(|| bytes.starts_with(plain).then_some(plain.len()))
}

/// `%` and two digits for each byte, or `+` for a space.
fn url(bytes: &[u8], plain: &[u8]) -> Option<usize> {
    if plain == b" " && bytes.starts_with(b"+") {
        return Some(1);
    }
    let byte = |at: usize, expected: &u8| {
        let digits = bytes.get(at..)?.strip_prefix(b"%")?.get(..2)?;
        (hexadecimal(digits)? == u32::from(*expected)).then_some(at + 3)
    };
    plain.iter().try_fold(0, byte)
}

/// A backslash and a letter, or `\u` and four digits for each unit of UTF-16.
fn json(bytes: &[u8], char: char) -> Option<usize> {
    let escape = bytes.strip_prefix(b"\\")?;
    let letter = match char {
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\u{8}' => 'b',
        '\u{c}' => 'f',
        '"' | '\\' | '/' => char,
        _ => '\0',
    };
    if letter != '\0' && escape.first().map(|byte| char::from(*byte)) == Some(letter) {
        return Some(2);
    }
    let mut units = [0; 2];
    let unit = |at: usize, expected: &u16| {
        let digits = bytes.get(at..)?.strip_prefix(b"\\u")?.get(..4)?;
        (hexadecimal(digits)? == u32::from(*expected)).then_some(at + 6)
    };
    char.encode_utf16(&mut units).iter().try_fold(0, unit)
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, digit| Some(value * 16 + char::from(*digit).to_digit(16)?))
}

//! Credentials that are none, made up anew from what the rules say of them.
//!
//! [`expand`] fills the holes of an example: `<hex:40>` is 40 random hexadecimal digits, the same ones for the same
//! example. Only for tests: no source has anything that looks like a credential.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::judge::checksum;

const CLASSES: [(&str, &str); 12] = [
    ("hex", "0123456789abcdef"),
    ("HEX", "0123456789ABCDEF"),
    ("digit", "0123456789"),
    ("lower", "abcdefghijklmnopqrstuvwxyz0123456789"),
    ("upper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
    ("b32", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    ("b62", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
    ("b64", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
    ("b64u", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
    ("bech", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"),
    ("letter", "abcdefghijklmnopqrstuvwxyz"),
    ("LETTER", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
];

/// The text of an example.
///
/// Besides classes there are `<=x:9>` (nine of `x`), `<space>` (which keeps markers of keys out of the sources),
/// `<uuid>`, `<crc>` (the checksum of the 30 characters before), `<jwt>` and `<basic>` (`user:password`).
pub(crate) fn expand(example: &str) -> String {
    let mut random = Random::seeded(example);
    let mut text = String::new();
    let mut rest = example;
    while let Some(open) = rest.find('<') {
        let (before, hole) = rest.split_at(open);
        text.push_str(before);
        let end = hole.find('>').map(|end| end + 1);
        let filled = end.and_then(|end| fill(&hole[1..end - 1], &text, &mut random));
        match (end, filled) {
            (Some(end), Some(filled)) => {
                text.push_str(&filled);
                rest = &hole[end..];
            }
            _ => {
                text.push('<');
                rest = &hole[1..];
            }
        }
    }
    text + rest
}

fn fill(hole: &str, before: &str, random: &mut Random) -> Option<String> {
    match hole {
        "space" => return Some(" ".to_owned()),
        "uuid" => {
            let parts = [8, 4, 4, 4, 12].map(|length| random.text(CLASSES[0].1, length));
            return Some(parts.join("-"));
        }
        "crc" => {
            let body = &before.as_bytes()[before.len() - 30..];
            return String::from_utf8(checksum::digits_of(body).to_vec()).ok();
        }
        "jwt" => {
            let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
            let claims = URL_SAFE_NO_PAD.encode(format!(r#"{{"sub":"{}"}}"#, random.text(CLASSES[4].1, 8)));
            return Some(format!("{header}.{claims}.{}", random.text(CLASSES[8].1, 43)));
        }
        "basic" => return Some(STANDARD.encode(format!("deploy:{}7k", random.text(CLASSES[6].1, 14)))),
        _ => {}
    }
    let (class, count) = hole.split_once(':')?;
    let count = count.parse().ok()?;
    if let Some(same) = class.strip_prefix('=') {
        return Some(same.repeat(count));
    }
    let (_, alphabet) = CLASSES.iter().find(|(name, _)| *name == class)?;
    Some(random.text(alphabet, count))
}

/// Xorshift: good enough to look random, and the same on every machine.
struct Random(u64);

impl Random {
    fn seeded(seed: &str) -> Self {
        Self(u64::from(crc32fast::hash(seed.as_bytes())) << 20 | 0x9_E377)
    }

    fn next(&mut self) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 24) as usize
    }

    fn text(&mut self, alphabet: &str, length: usize) -> String {
        (0..length).map(|_| char::from(alphabet.as_bytes()[self.next() % alphabet.len()])).collect()
    }
}

#[test]
fn the_holes_of_an_example_are_filled_the_same_each_time() {
    let text = expand("a <hex:4> <=x:3> <unknown:2> < b");
    assert_eq!(text, expand("a <hex:4> <=x:3> <unknown:2> < b"));
    assert_eq!(text.len(), "a 1234 xxx <unknown:2> < b".len());
    assert!(text.ends_with(" xxx <unknown:2> < b"));
}

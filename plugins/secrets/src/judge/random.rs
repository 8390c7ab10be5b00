//! Values that look as if a machine had made them up.
//!
//! [`looks_random`] is for names such as `api_key`, whose values have no shape of their own. Does not ask for entropy,
//! whose threshold is a setting.

use super::{Proof, possible, words};

/// What stands in names of things, and in few secrets.
const OF_NAMES: [&str; 6] = ["://", "::", "./", "/.", "()", "->"];
/// Longest part between separators in which a machine would leave out digits.
const WORD: usize = 24;

/// Whether no person would have written it.
pub(crate) fn looks_random(value: &[u8]) -> Proof {
    possible(!is_named(value) && !is_uuid(value) && !is_digest(value) && is_mixed(value) && !words::are_words(value))
}

fn is_named(value: &[u8]) -> bool {
    OF_NAMES.iter().any(|part| memchr::memmem::find(value, part.as_bytes()).is_some())
        || value.starts_with(b"/")
        || value.starts_with(b"arn:")
        || value.iter().filter(|byte| matches!(byte, b'.' | b',' | b':' | b'(' | b' ')).count() > 3
}

/// 8-4-4-4-12 hexadecimal digits: names of objects more often than secrets.
pub(crate) fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// `sha512-...` of lock files, `$2b$...` and `pbkdf2_sha256$...` of password stores, and what is encrypted.
fn is_digest(value: &[u8]) -> bool {
    const PREFIXES: [&str; 15] = [
        "sha1-", "sha256-", "sha384-", "sha512-", "sha1:", "sha256:", "sha512:", "md5:", "$2", "$argon2", "pbkdf2",
        "bcrypt", "ENC[", "ENC(", "AQICA",
    ];
    PREFIXES.iter().any(|prefix| value.starts_with(prefix.as_bytes()))
        || value.iter().filter(|byte| **byte == b'$').count() > 1
        || value.starts_with(b"ssh-")
}

/// Digits among letters, or a part of both cases that is too long for a word.
fn is_mixed(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let longest = value.split(|byte| !byte.is_ascii_alphanumeric()).map(<[u8]>::len).max().unwrap_or_default();
    let cases = value.iter().any(u8::is_ascii_lowercase) && value.iter().any(u8::is_ascii_uppercase);
    letters >= 4 && (digits >= 2 && longest >= 8 || cases && longest >= WORD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_of_machines_look_random() {
        let values = ["9f86d081884c7d659a2feaa0c55ad015", "k7Vq2nLx9RbT4wZc8YdF", "Zq8+vB3/xLk2RtYw0PdM5A=="];
        for value in values {
            assert_eq!(looks_random(value.as_bytes()), Proof::Possible, "{value}");
        }
    }

    #[test]
    fn names_places_digests_and_identifiers_do_not() {
        let values = [
            "settings.SECRET_KEY_FALLBACKS",
            "https://example.com/a8f7d6e5c4b3",
            "550e8400-e29b-41d4-a716-446655440000",
            "sha512-9f86d081884c7d659a2feaa0c55ad015",
            "pbkdf2_sha256$600000$k7Vq2nLx9RbT4w$Zc8YdF",
            "kubernetes-production-credentials-2024",
            "/etc/ssl/private/k7Vq2nLx9RbT4wZc8YdF",
            "12345678901234567890",
        ];
        for value in values {
            assert_eq!(looks_random(value.as_bytes()), Proof::Refuted, "{value}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_judged(value in proptest::collection::vec(any::<u8>(), 0..80)) {
            looks_random(&value);
        }
    }
}

//! Values that a person may have chosen as a password.
//!
//! [`is_plausible`] tells them from the words, names and jokes that stand where a password goes. Does not measure how
//! strong one is.

use super::{Proof, possible, random, words};

/// In lower case, the parts of passwords that open nothing but a development machine, and of names.
const WEAK: [&str; 27] = [
    "pass", "pwd", "secret", "admin", "root", "test", "user", "guest", "hunter2", "letmein", "default", "demo",
    "welcome", "login", "token", "temp", "local", "p@ss", "p4ss", "pa$$", "hello", "world", "foo", "bar", "none",
    "null", "tiger",
];

/// Whether it may be a password that somebody uses.
pub(crate) fn is_plausible(value: &[u8]) -> Proof {
    possible(!is_weak(value) && (is_chosen(value) || random::looks_random(value) == Proof::Possible))
}

/// Whether it is a password of an address, where machines put the ones they made: that need not have signs.
pub(crate) fn is_used(value: &[u8]) -> Proof {
    let digits = without_escapes(value).any(|byte| byte.is_ascii_digit());
    possible(!is_weak(value) && value.len() >= 6 && (digits || !words::are_words(value)))
}

/// Without `%40` and the like, as addresses spell signs.
fn without_escapes(value: &[u8]) -> impl Iterator<Item = u8> {
    let escaped = |at: usize| (at.saturating_sub(2)..=at).any(|at| value.get(at) == Some(&b'%'));
    value.iter().enumerate().filter(move |(at, _)| !escaped(*at)).map(|(_, byte)| *byte)
}

fn is_weak(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    WEAK.iter().any(|weak| memchr::memmem::find(&lower, weak.as_bytes()).is_some())
}

/// Of all that rules for passwords ask for, with signs beyond those of names.
fn is_chosen(value: &[u8]) -> bool {
    let any = |is: fn(&u8) -> bool| value.iter().any(is);
    any(u8::is_ascii_lowercase)
        && any(u8::is_ascii_uppercase)
        && any(u8::is_ascii_digit)
        && any(|byte| b"!#%&*+?@^~$=".contains(byte))
        && !any(|byte| b"()[]{}<>\\/|:;,` ".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_rules_for_passwords_ask_for_is_plausible() {
        for value in ["Tr0ub4dor&3", "nX7!vq2LpZ", "k7Vq2nLx9RbT4wZc8YdF"] {
            assert_eq!(is_plausible(value.as_bytes()), Proof::Possible, "{value}");
        }
    }

    #[test]
    fn words_names_and_jokes_are_not() {
        for value in ["password1!A", "Passw0rd!", "admin123", "get_user(1)", "correct horse", "UserField", "hunter2"] {
            assert_eq!(is_plausible(value.as_bytes()), Proof::Refuted, "{value}");
        }
    }

    #[test]
    fn a_password_of_an_address_is_no_word_whose_signs_are_escaped() {
        assert_eq!(is_used(b"apples%2Foranges%40"), Proof::Refuted);
        assert_eq!(is_used(b"apples7oranges"), Proof::Possible);
    }

    proptest! {
        #[test]
        fn any_bytes_are_judged(value in proptest::collection::vec(any::<u8>(), 0..80)) {
            is_plausible(&value);
            is_used(&value);
        }
    }
}

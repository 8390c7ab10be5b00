//! Texts that stand where a secret goes.
//!
//! [`is_placeholder`] knows what people write into examples, and how templates name what is filled in. Does not judge
//! whether anything else is random.

use super::entropy;

/// Say in lower case that a text is none, wherever they stand in it. Of four letters or more: a random token of 40
/// characters has a given one of four in one of 3,000 at most.
const MARKERS: [&str; 38] = [
    "example",
    "exampl3",
    "xxxx",
    "your",
    "changeme",
    "change-me",
    "change_me",
    "changeit",
    "placeholder",
    "dummy",
    "fake-",
    "fake_",
    "fakefake",
    "sample",
    "redacted",
    "insert",
    "replace",
    "censored",
    "notreal",
    "not-real",
    "not_real",
    "my-secret",
    "my_secret",
    "mysecret",
    "my-token",
    "my_token",
    "mytoken",
    "my-api",
    "my_api",
    "secret-here",
    "token-here",
    "key-here",
    "qwerty",
    "asdfgh",
    "deadbeef",
    "cafebabe",
    "foobar",
    "insecure",
];

/// Open what a template, a shell or a formatter fills in.
const HOLES: [&str; 14] = ["${", "$(", "{{", "{%", "<%", "%(", "#{", "%s", "%d", "{}", "...", "\u{2026}", "***", "@@"];

/// Parts of values that documentation shows, and that are known to open nothing: the emulators of Azure's storage and
/// Cosmos DB, Stripe's first test keys, the token of jwt.io, the pair of AWS without its `EXAMPLE`.
const DOCUMENTED: [&str; 8] = [
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50u",
    "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5",
    "4eC39HqLyjWDarjtT1zdp7dc",
    "BQokikJOvBiI2HlWgH4olfQ2",
    "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
    "wJalrXUtnFEMI/K7MDENG",
    "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ",
];

/// Longest run of one character in a secret.
const RUN: usize = 5;
/// Longest run of characters that each follow the one before.
const SEQUENCE: usize = 7;

/// Whether this stands for a secret, and is none.
pub(crate) fn is_placeholder(text: &[u8]) -> bool {
    is_hole(text) || is_monotonous(text) || {
        let lower = text.to_ascii_lowercase();
        MARKERS.iter().any(|marker| contains(&lower, marker)) || DOCUMENTED.iter().any(|known| contains(text, known))
    }
}

/// Whether a template, a shell or a formatter fills it in.
pub(crate) fn is_hole(text: &[u8]) -> bool {
    let opens = memchr::memchr(b'<', text);
    HOLES.iter().any(|hole| contains(text, hole))
        || opens.is_some_and(|open| memchr::memrchr(b'>', text).is_some_and(|close| open < close))
        || matches!(text, [b'{', .., b'}'] | [b'[', .., b']'] | [b'%', .., b'%'])
        || matches!(text, [b'$', name @ ..] if name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_'))
}

fn is_monotonous(text: &[u8]) -> bool {
    longest(text, |left, right| left == right) > RUN
        || longest(text, |left, right| left.checked_add(1) == Some(right)) > SEQUENCE
        || longest(text, |left, right| left.checked_sub(1) == Some(right)) > SEQUENCE
        || text.len() >= 16 && entropy::bits_a_byte(text) < 2.0
        || has_period(text)
}

/// The length of the longest run in which neighbours are related.
fn longest(text: &[u8], related: impl Fn(u8, u8) -> bool) -> usize {
    let mut longest = usize::from(!text.is_empty());
    let mut run = longest;
    for pair in text.windows(2) {
        let [left, right] = pair else { continue };
        run = if related(*left, *right) { run + 1 } else { 1 };
        longest = longest.max(run);
    }
    longest
}

/// Whether it is one part three times over, or more often.
fn has_period(text: &[u8]) -> bool {
    (1..=text.len() / 3).any(|period| text.iter().zip(text.iter().skip(period)).all(|(left, right)| left == right))
}

fn contains(text: &[u8], part: &str) -> bool {
    memchr::memmem::find(text, part.as_bytes()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_people_write_into_examples_is_a_placeholder() {
        let texts = [
            "changeme",
            "xxxxxxxxxxxx",
            "${API_KEY}",
            "{{ api_key }}",
            "<your-token>",
            "AKIAIOSFODNN7EXAMPLE",
            "000000000000",
            "0123456789abcdef",
            "abcabcabcabc",
            "%(password)s",
            "$PASSWORD",
            "%TOKEN%",
            "sk-...",
            "hgfedcba98",
            "YOUR_API_KEY",
            "<%= secret %>",
        ];
        for text in texts {
            assert!(is_placeholder(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_is_random_is_none() {
        for text in ["k7Vq2nLx9RbT4wZc8YdF", "9f86d081884c7d659a2feaa0c55ad015", "hunter2!Kx", "a"] {
            assert!(!is_placeholder(text.as_bytes()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_judged(text in proptest::collection::vec(any::<u8>(), 0..80)) {
            is_placeholder(&text);
        }
    }
}

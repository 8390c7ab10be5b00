//! Whether a text is made of words, as names and sentences are, or of letters by chance.
//!
//! [`are_words`] counts the neighbours among its letters that words have. Does not know any word.

/// The 200 commonest pairs of letters in the words of Django's, Ansible's and SQLAlchemy's sources, by first letter: 92 %
/// of the pairs there, and 30 % of pairs by chance.
const FOLLOWERS: [&[u8]; 26] = [
    b"bcdgilmnprstuv",
    b"aeilou",
    b"aehiklortu",
    b"adeiosu",
    b"acdefglmnpqrstvxy",
    b"aeioru",
    b"einrsu",
    b"aeiot",
    b"abcdefglmnoprstvx",
    b"",
    b"e",
    b"adeilostuy",
    b"aeimop",
    b"acdefginostu",
    b"abcdilmnoprstuvw",
    b"aeiloprtuy",
    b"u",
    b"adegimnorstuy",
    b"acehiopstu",
    b"acehiorstuy",
    b"abeilmnprst",
    b"aei",
    b"ahio",
    b"ept",
    b"p",
    b"",
];

/// Of the pairs of letters in a text, how many have to be those of words: between the 0.3 of chance and the 0.9 of words.
const SHARE: f64 = 0.6;

/// Whether most of the letters that stand beside each other do so in words.
pub(crate) fn are_words(text: &[u8]) -> bool {
    let pairs = text.windows(2).filter_map(|pair| match pair {
        // `getToken`: a new word, not a pair.
        [left, right] if left.is_ascii_lowercase() && right.is_ascii_uppercase() => None,
        [left, right] if left.is_ascii_alphabetic() && right.is_ascii_alphabetic() => Some(follows(*left, *right)),
        _ => None,
    });
    let (known, all) = pairs.fold((0_u32, 0_u32), |(known, all), pair| (known + u32::from(pair), all + 1));
    2 * all as usize >= text.len() && f64::from(known) >= SHARE * f64::from(all) && all > 0
}

fn follows(left: u8, right: u8) -> bool {
    let index = usize::from(left.to_ascii_lowercase() - b'a');
    FOLLOWERS.get(index).is_some_and(|followers| followers.contains(&right.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_and_sentences_are_words() {
        for text in
            ["get_password_from_environment", "theSecretOfTheManager", "correct-horse-battery-staple", "PASSWORD"]
        {
            assert!(are_words(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn letters_by_chance_are_none() {
        for text in ["qZxvKjWbTgPfHnD", "xk2jq9vwz8hgfd", "1234", ""] {
            assert!(!are_words(text.as_bytes()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_judged(text in proptest::collection::vec(any::<u8>(), 0..80)) {
            are_words(&text);
        }
    }
}

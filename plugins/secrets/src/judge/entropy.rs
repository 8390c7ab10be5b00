//! How much a text surprises.
//!
//! [`bits_a_byte`] is Shannon's entropy of the distribution of its bytes. Does not know what that means for a secret.

/// `-sum(p * log2 p)` over the bytes that occur: 0 for one byte over and over, 4 at most for hexadecimal digits, 6 for
/// base 64; never more than `log2` of the length.
pub(crate) fn bits_a_byte(text: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let length = text.len() as f64;
    let share = |count: u32| f64::from(count) / length;
    counts.into_iter().filter(|count| *count > 0).map(|count| -share(count) * share(count).log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_entropy_is_that_of_the_textbook() {
        assert_eq!(bits_a_byte(b""), 0.0);
        assert_eq!(bits_a_byte(b"aaaa"), 0.0);
        assert_eq!(bits_a_byte(b"abab"), 1.0);
        assert_eq!(bits_a_byte(b"abcdefgh"), 3.0);
    }

    proptest! {
        #[test]
        fn no_text_has_more_than_the_logarithm_of_its_length(text in proptest::collection::vec(any::<u8>(), 1..300)) {
            let bits = bits_a_byte(&text);
            prop_assert!(bits >= 0.0 && bits <= (text.len() as f64).log2() + 1e-9);
        }
    }
}

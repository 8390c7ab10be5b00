//! Tokens that end with a checksum: GitHub's and npm's.
//!
//! [`crc32_base62`] knows the format of
//! <https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/>: a prefix,
//! 30 characters, and the CRC-32 of those as six digits of base 62. Does not know which prefixes there are.

use super::Proof;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BODY: usize = 30;

/// Whether the checksum of the token is right.
pub(crate) fn crc32_base62(token: &[u8]) -> Proof {
    let parted = token.iter().position(|byte| *byte == b'_').and_then(|at| token.get(at + 1..));
    let right = parted.and_then(|rest| rest.split_at_checked(BODY)).is_some_and(|(body, sum)| sum == digits_of(body));
    Proof::from(right)
}

/// Whether the checksum is right, for tokens whose format nobody promises: npm says that theirs is GitHub's, and no more.
pub(crate) fn perhaps_crc32_base62(token: &[u8]) -> Proof {
    if crc32_base62(token) == Proof::Proven { Proof::Proven } else { Proof::Possible }
}

/// The checksum of a body.
pub(crate) fn digits_of(body: &[u8]) -> [u8; 6] {
    let mut rest = crc32fast::hash(body) as usize;
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS.get(rest % DIGITS.len()).copied().unwrap_or(b'0');
        rest /= DIGITS.len();
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Published by GitHub for those who scan: the token was never valid.
    #[test]
    fn the_token_of_githubs_documentation_is_right() {
        let body = ["zQWBuTSOoRi4A9spHcVY5", "ncnsDkxkJ"].concat();
        assert_eq!(&digits_of(body.as_bytes()), b"0mLq17");
        assert_eq!(crc32_base62(format!("ghp_{body}0mLq17").as_bytes()), Proof::Proven);
        assert_eq!(crc32_base62(format!("ghp_{body}0mLq18").as_bytes()), Proof::Refuted);
    }

    proptest! {
        #[test]
        fn any_bytes_are_judged(token in proptest::collection::vec(any::<u8>(), 0..60)) {
            crc32_base62(&token);
        }
    }
}

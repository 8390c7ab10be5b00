//! [`Digest`]: the sha256 of something, which is what is trusted, and not the server that it came from.

use std::{fmt, str::FromStr};

use crate::error::RegistryError;

const PREFIX: &str = "sha256:";

/// The sha256 of something.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
        let mut all = [0; 32];
        all.iter_mut().zip(digest.as_ref()).for_each(|(to, from)| *to = *from);
        Self(all)
    }

    /// In hexadecimal, without the name of the algorithm, as in `sdlc.lock`.
    #[must_use]
    pub fn hex(&self) -> String {
        use fmt::Write;
        self.0.iter().fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// `sha256:` and 64 digits.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", self.hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = RegistryError;

    fn from_str(text: &str) -> Result<Self, RegistryError> {
        let wrong =
            || RegistryError::Usage(format!("`{text}` is no digest; hint: `{PREFIX}` and 64 digits of `0-9a-f`"));
        let digits = text.strip_prefix(PREFIX).filter(|digits| digits.len() == 64).ok_or_else(wrong)?;
        let mut all = [0; 32];
        for (byte, pair) in all.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
            let digit = |at: usize| pair.get(at).and_then(|digit| nibble(*digit)).ok_or_else(wrong);
            *byte = digit(0)? << 4 | digit(1)?;
        }
        Ok(Self(all))
    }
}

/// Capital letters are no digits: each digest is written in one way.
fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_reads_back_as_it_is_written() {
        let digest = Digest::of(b"abc");
        assert_eq!(digest.to_string(), "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(digest.to_string().parse(), Ok(digest));
    }

    #[test]
    fn what_is_no_digest_is_refused() {
        let capital = Digest::of(b"").to_string().replace('b', "B");
        for text in
            ["", "sha256:", "sha256:0", "sha512:00", &"0".repeat(64), &capital, &format!("sha256:{}", "ä".repeat(32))]
        {
            assert!(text.parse::<Digest>().is_err(), "{text}");
        }
    }
}

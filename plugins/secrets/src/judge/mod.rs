//! Whether a text of the right shape is a secret: each file has one view of that.
//!
//! Does not know where the text stood.

pub(crate) mod checksum;
pub(crate) mod encoded;
pub(crate) mod entropy;
pub(crate) mod password;
pub(crate) mod placeholder;
pub(crate) mod random;
pub(crate) mod words;

/// What is known of a text that has the shape of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// It is right in a way that no made-up text is by chance.
    Proven,
    /// Nothing speaks against it.
    Possible,
    /// It is none.
    Refuted,
}

impl From<bool> for Proof {
    /// Whether a check that leaves no doubt passed.
    fn from(passed: bool) -> Self {
        if passed { Self::Proven } else { Self::Refuted }
    }
}

/// A check that only ever refutes.
pub(crate) fn possible(plausible: bool) -> Proof {
    if plausible { Proof::Possible } else { Proof::Refuted }
}

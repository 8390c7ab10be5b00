//! [`Capabilities`]: what this kernel lets us confine with, found out by trying; [`Layers`]: what of it is used.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::tier::Tier;

/// Landlock restricts TCP from this version on.
const LANDLOCK_WITH_TCP: u32 = 4;

/// Landlock restricts the truncation of files from this version on.
const LANDLOCK_WITH_TRUNCATE: u32 = 3;

/// What this kernel lets us confine with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Capabilities {
    /// Version of its interface; 0: there is none.
    pub(crate) landlock: u32,
    /// Or why not.
    pub(crate) seccomp: Result<(), String>,
    /// Or why not.
    pub(crate) namespaces: Result<(), String>,
}

/// What confines a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Layers {
    pub(crate) landlock: bool,
    pub(crate) seccomp: bool,
    pub(crate) namespaces: bool,
    /// `truncate` is left to seccomp.
    pub(crate) deny_truncate: bool,
}

impl Capabilities {
    /// What is used where not more than `most` is to be tried.
    pub(crate) fn layers(&self, most: Tier) -> Layers {
        Layers {
            landlock: self.landlock > 0 && most >= Tier::Landlock,
            seccomp: self.seccomp.is_ok() && most >= Tier::Landlock,
            namespaces: self.namespaces.is_ok() && most >= Tier::Namespaces,
            deny_truncate: self.landlock < LANDLOCK_WITH_TRUNCATE,
        }
    }

    /// What is reached where not more than `most` is tried, and what is missing for the next tier.
    pub(crate) fn tier(&self, most: Tier, connect: bool) -> (Tier, Missing<'_>) {
        let reached = |tier, layer| (tier, Missing { layer, capabilities: self, connect });
        if most == Tier::Environment || self.landlock == 0 || (connect && self.landlock < LANDLOCK_WITH_TCP) {
            reached(Tier::Environment, Layer::Landlock)
        } else if self.seccomp.is_err() {
            reached(Tier::Environment, Layer::Seccomp)
        } else if most == Tier::Landlock || self.namespaces.is_err() {
            reached(Tier::Landlock, Layer::Namespaces)
        } else {
            reached(Tier::Namespaces, Layer::Namespaces)
        }
    }
}

/// What keeps from the next tier, for people.
pub(crate) struct Missing<'a> {
    layer: Layer,
    capabilities: &'a Capabilities,
    connect: bool,
}

enum Layer {
    Landlock,
    Seccomp,
    Namespaces,
}

impl fmt::Display for Missing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Capabilities { landlock, seccomp, namespaces } = self.capabilities;
        match self.layer {
            Layer::Landlock if *landlock == 0 => f.write_str("this kernel has no Landlock, or it is not switched on"),
            Layer::Landlock if self.connect && *landlock < LANDLOCK_WITH_TCP => {
                write!(f, "Landlock restricts `connect` from version {LANDLOCK_WITH_TCP}, this kernel has {landlock}")
            }
            Layer::Seccomp => write!(f, "seccomp: {}", reason(seccomp)),
            Layer::Namespaces | Layer::Landlock => write!(f, "name spaces: {}", reason(namespaces)),
        }
    }
}

fn reason(result: &Result<(), String>) -> &str {
    result.as_ref().err().map_or("not to be tried", String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(landlock: u32, seccomp: bool, namespaces: bool, connect: bool, expected: Tier) {
        let result = |is| if is { Ok(()) } else { Err("no".to_owned()) };
        let capabilities = Capabilities { landlock, seccomp: result(seccomp), namespaces: result(namespaces) };
        assert_eq!(capabilities.tier(Tier::Namespaces, connect).0, expected);
        for most in Tier::ALL {
            assert_eq!(capabilities.tier(most, connect).0, expected.min(most));
        }
    }

    #[test]
    fn a_tier_needs_all_below_it() {
        check(7, true, true, true, Tier::Namespaces);
        check(7, true, false, true, Tier::Landlock);
        check(7, false, true, false, Tier::Environment);
        check(0, true, true, false, Tier::Environment);
    }

    #[test]
    fn connecting_needs_a_landlock_that_restricts_it() {
        check(3, true, true, false, Tier::Namespaces);
        check(3, true, true, true, Tier::Environment);
        check(4, true, true, true, Tier::Namespaces);
    }
}

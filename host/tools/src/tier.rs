//! [`Tier`]: how well a program is confined.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How well a program is confined; a higher tier includes all lower ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tier {
    /// A scrubbed environment, closed descriptors, resource limits. Files and network are those of the user.
    Environment,
    /// Files, sockets and system calls as granted.
    Landlock,
    /// Also in name spaces of its own: it sees no other process, and none of its own outlives it.
    Namespaces,
}

impl Tier {
    /// All, from the lowest.
    pub const ALL: [Self; 3] = [Self::Environment, Self::Landlock, Self::Namespaces];

    /// As it stands in reports and settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Environment => "environment only",
            Self::Landlock => "landlock + seccomp",
            Self::Namespaces => "namespaces",
        }
    }

    /// The inverse of [`Tier::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.name() == name)
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

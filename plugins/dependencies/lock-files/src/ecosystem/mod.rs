//! [`Ecosystem`]: how versions are ordered, one ecosystem's rules a file.

mod npm;
mod python;
mod semantic;

#[cfg(test)]
mod orders;

use std::cmp::Ordering;

/// Whose packages something is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ecosystem {
    /// Python's.
    PyPi,
    /// JavaScript's.
    Npm,
    /// Rust's.
    CratesIo,
    /// Go's.
    Go,
}

/// A version that can be compared with others of its order.
#[derive(Clone, Debug)]
pub enum Version {
    /// By PEP 440.
    Python(pep440_rs::Version),
    /// By Semantic Versioning 2.0.0.
    Semantic(semver::Version),
}

impl Ecosystem {
    /// As OSV names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::PyPi => "PyPI",
            Self::Npm => "npm",
            Self::CratesIo => "crates.io",
            Self::Go => "Go",
        }
    }

    /// A version by the rules of the ecosystem; none: it is not one by them.
    pub fn version(self, text: &str) -> Option<Version> {
        match self {
            Self::PyPi => python::parse(text).map(Version::Python),
            Self::Npm => npm::parse(text).map(Version::Semantic),
            Self::CratesIo | Self::Go => semantic::parse(text).map(Version::Semantic),
        }
    }

    /// A version by the rules of Semantic Versioning, whatever the ecosystem's are.
    pub fn semantic(text: &str) -> Option<Version> {
        semantic::parse(text).map(Version::Semantic)
    }
}

impl Version {
    /// Where a version that is used lies from one that something is said of. In Python a local label, such as `+cu118`, counts
    /// only where the other has one as well (PEP 440, "Local version identifiers"): what is said of 1.0 is said of 1.0+cu118.
    /// None: they are of different orders.
    pub fn against(&self, said: &Self) -> Option<Ordering> {
        match (self, said) {
            (Self::Python(used), Self::Python(said)) if !said.is_local() => {
                Some(used.clone().without_local().cmp(said))
            }
            _ => self.compare(said),
        }
    }

    /// None: they are of different orders.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Python(a), Self::Python(b)) => Some(a.cmp(b)),
            // Build metadata does not count.
            (Self::Semantic(a), Self::Semantic(b)) => Some(a.cmp_precedence(b)),
            _ => None,
        }
    }
}

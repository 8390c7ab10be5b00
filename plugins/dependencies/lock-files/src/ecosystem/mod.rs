//! [`Ecosystem`]: how versions are ordered, one ecosystem's rules a file.

mod python;
mod semantic;

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
            Self::Npm | Self::CratesIo | Self::Go => semantic::parse(text).map(Version::Semantic),
        }
    }

    /// A version by the rules of Semantic Versioning, whatever the ecosystem's are.
    pub fn semantic(text: &str) -> Option<Version> {
        semantic::parse(text).map(Version::Semantic)
    }
}

impl Version {
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

//! [`Advisory`]: what is publicly known to be wrong with versions of a package, in the schema of OSV.
//!
//! Does not say which versions are affected: that needs the order of the ecosystem, which plugins know.

use serde::{Deserialize, Serialize};

/// What is known of one ecosystem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ecosystem {
    /// As OSV names it, such as `PyPI`.
    pub name: String,
    /// Number of advisories.
    pub advisories: u64,
    /// As of when they are: seconds since the start of 1970, UTC.
    pub updated: u64,
}

/// What there is, and the time to hold its age against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// Seconds since the start of 1970, UTC.
    pub now: u64,
    /// Sorted by name.
    pub ecosystems: Vec<Ecosystem>,
}

/// How bad something is, by one of several scales.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Severity {
    /// As OSV names it, such as `CVSS_V3`.
    pub kind: String,
    /// Such as a vector of CVSS.
    pub score: String,
}

/// By which order versions of a range are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// Semantic Versioning 2.0.0.
    Semver,
    /// The ecosystem's own.
    Ecosystem,
}

/// Where being affected begins or ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// From this version on; `0` is before all versions.
    Introduced(String),
    /// No longer from this version on.
    Fixed(String),
    /// No longer after this version.
    LastAffected(String),
    /// What the range says ends before this version; `*` is after all versions.
    Limit(String),
}

/// Events, in no order that means anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// How they are compared.
    pub order: Order,
    /// The events.
    pub events: Vec<Event>,
}

/// Affected versions of a package: those in `versions`, and those in one of the ranges.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affected {
    /// By what begins and ends.
    pub ranges: Vec<Range>,
    /// One by one.
    pub versions: Vec<String>,
    /// Where it differs from the advisory's.
    pub severities: Vec<Severity>,
}

/// One advisory, as far as it is about one package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advisory {
    /// Such as `GHSA-m2qf-hxjv-5gpq`.
    pub id: String,
    /// Other names of the same thing.
    pub aliases: Vec<String>,
    /// One line; may be empty.
    pub summary: String,
    /// By the scales that its publisher uses.
    pub severities: Vec<Severity>,
    /// What its publisher calls it, such as `HIGH`.
    pub rating: Option<String>,
    /// Versions of the package.
    pub affected: Vec<Affected>,
}

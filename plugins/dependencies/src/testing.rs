//! What tests share: an advisory, and surroundings that are made up.

use std::collections::BTreeMap;

use lock_files::ecosystem::Ecosystem;
use sdlc_sdk::{
    Error,
    advisories::{Advisory, Affected, Database, Ecosystem as Covered, Event, Order, Range, Severity},
};

use crate::surroundings::Surroundings;

/// Versions before `fixed` are affected; the score is 7.5.
pub(crate) fn advisory(id: &str, aliases: &[&str], fixed: &str) -> Advisory {
    let events = vec![Event::Introduced("0".to_owned()), Event::Fixed(fixed.to_owned())];
    let score = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H".to_owned();
    Advisory {
        id: id.to_owned(),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        summary: "bad".to_owned(),
        severities: vec![Severity { kind: "CVSS_V3".to_owned(), score }],
        rating: None,
        affected: vec![Affected {
            ranges: vec![Range { order: Order::Ecosystem, events }],
            versions: Vec::new(),
            severities: Vec::new(),
        }],
    }
}

/// A day in 2026, in seconds since the start of 1970.
pub(crate) const NOW: u64 = 1_780_000_000;

#[derive(Default)]
pub(crate) struct Fake {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) advisories: BTreeMap<&'static str, Vec<Advisory>>,
    /// Days.
    pub(crate) age: u64,
}

impl Fake {
    pub(crate) fn file(mut self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.files.insert(path.to_owned(), content.as_ref().to_vec());
        self
    }

    pub(crate) fn advisory(mut self, package: &'static str, advisory: Advisory) -> Self {
        self.advisories.entry(package).or_default().push(advisory);
        self
    }
}

impl Surroundings for Fake {
    fn files(&self, _globs: &[String]) -> Result<Vec<String>, Error> {
        Ok(self.files.keys().cloned().collect())
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Error> {
        self.files.get(path).cloned().ok_or_else(|| Error::Missing(path.to_owned()))
    }

    fn database(&self) -> Result<Database, Error> {
        let covered =
            |name: &str| Covered { name: name.to_owned(), advisories: 1, updated: NOW - self.age * 24 * 3600 };
        Ok(Database { now: NOW, ecosystems: vec![covered("PyPI"), covered("npm")] })
    }

    fn find(&self, _ecosystem: Ecosystem, name: &str) -> Result<Vec<Advisory>, Error> {
        Ok(self.advisories.get(name).cloned().unwrap_or_default())
    }
}

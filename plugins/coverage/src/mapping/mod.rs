//! From the paths that a report has, which are those of another machine, to the files of the workspace.
//!
//! [`paths`] makes a path plain, [`suffixes`] finds the file that ends as it does, [`modules`] knows Go's import paths,
//! and [`Map`] joins them.

pub(crate) mod modules;
mod paths;
mod suffixes;

use std::collections::HashMap;

use crate::{formats::Parsed, settings::Rename};
use suffixes::{Match, Suffixes};

/// Most directories that a report may name as the roots of its paths.
const MOST_ROOTS: usize = 256;

/// What became of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mapped {
    /// The file of the workspace that it is.
    File(String),
    /// None, or none that may be read. The path as it was made plain.
    Nowhere(String),
    /// Several files end as it does.
    Ambiguous(String),
}

/// Files of the workspace by how their paths end.
pub(crate) struct Map<'a> {
    suffixes: Suffixes<'a>,
    renames: Vec<Rename>,
}

impl<'a> Map<'a> {
    /// Renames are tried in this order.
    pub(crate) fn new(files: &'a [String], renames: Vec<Rename>) -> Self {
        Self { suffixes: Suffixes::new(files), renames }
    }

    /// What becomes of each path of a report, in its order.
    pub(crate) fn report(&self, parsed: &Parsed) -> Result<Vec<Mapped>, String> {
        if parsed.roots.len() > MOST_ROOTS {
            return Err(format!("{} roots of paths, more than {MOST_ROOTS}", parsed.roots.len()));
        }
        let found: Vec<_> = parsed.files.iter().map(|file| self.candidates(&file.path, &parsed.roots)).collect();
        let prefix = likely_prefixes(&found);
        Ok(found.into_iter().map(|found| found.decide(&prefix)).collect())
    }

    /// The best of a path as it is and of the same below each root.
    fn candidates(&self, path: &str, roots: &[String]) -> Candidate<'a> {
        let plain = paths::plain(path, &self.renames);
        let joined = roots.iter().filter(|_| !paths::is_absolute(path)).map(|root| {
            let slash = if root.ends_with(['/', '\\']) { "" } else { "/" };
            paths::plain(&format!("{root}{slash}{path}"), &self.renames)
        });
        let mut best = Candidate { found: self.suffixes.find(&plain), looked_for: plain.clone(), plain };
        for joined in joined {
            let found = self.suffixes.find(&joined);
            if found.parts > best.found.parts {
                (best.found, best.looked_for) = (found, joined);
            } else if found.parts == best.found.parts && found.file.is_some() && found.file != best.found.file {
                // A file below a root is likelier than one of its name elsewhere, unless two roots have one.
                let other = best.found.file.is_some() && best.looked_for != best.plain;
                best.found = if other { Match { file: None, ..found } } else { found };
                best.looked_for = joined;
            }
        }
        best
    }
}

struct Candidate<'a> {
    found: Match<'a>,
    /// What was found by it.
    looked_for: String,
    plain: String,
}

impl Candidate<'_> {
    /// What of the path is not in the workspace, where a file was found by its whole path there.
    fn dropped(&self) -> Option<&str> {
        let file = self.found.file.filter(|file| paths::parts(file) == self.found.parts)?;
        Some(self.looked_for.strip_suffix(file)?.trim_end_matches('/'))
    }

    /// Whether nothing but the name of a file is the same, and the path had more than that.
    fn is_weak(&self) -> bool {
        self.found.parts == 1 && paths::parts(&self.looked_for) > 1
    }

    fn decide(self, prefix: &Prefix) -> Mapped {
        let Some(file) = self.found.file else {
            let several = self.found.parts > 1 || self.found.parts == paths::parts(&self.looked_for);
            return if several && self.found.parts > 0 {
                Mapped::Ambiguous(self.plain)
            } else {
                Mapped::Nowhere(self.plain)
            };
        };
        if self.is_weak() && !self.dropped().is_some_and(|dropped| prefix.has(dropped)) {
            return Mapped::Nowhere(self.plain);
        }
        Mapped::File(file.to_owned())
    }
}

/// What stands before the workspace's own paths on the machine that made the report.
struct Prefix(HashMap<String, usize>);

impl Prefix {
    fn has(&self, prefix: &str) -> bool {
        self.0.contains_key(prefix)
    }
}

/// Those of files that were found by several parts of their path; where there are none, the most frequent one.
fn likely_prefixes(found: &[Candidate<'_>]) -> Prefix {
    let count = |weak: bool| {
        let mut counts = HashMap::<String, usize>::new();
        for dropped in found.iter().filter(|found| found.is_weak() == weak).filter_map(Candidate::dropped) {
            *counts.entry(dropped.to_owned()).or_default() += 1;
        }
        counts
    };
    let strong = count(false);
    if !strong.is_empty() {
        return Prefix(strong);
    }
    let most = count(true).into_iter().max_by(|one, other| (one.1, &other.0).cmp(&(other.1, &one.0)));
    Prefix(most.into_iter().collect())
}

#[cfg(test)]
mod tests;

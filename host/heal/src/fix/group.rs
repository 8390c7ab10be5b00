//! [`Group`]: fixes that are tried together.

use std::collections::{BTreeSet, HashMap};

use super::{
    Fixed,
    candidate::{Candidate, Mark},
};
use crate::work::joined;

/// Fixes that have files in common.
pub(super) struct Group {
    pub(super) paths: BTreeSet<String>,
    /// With the mark and the title of each.
    pub(super) fixed: Vec<(Fixed, Mark, String)>,
}

/// By the files that they have in common.
pub(super) fn grouped(chosen: &[Candidate<'_>]) -> Vec<Group> {
    let sets = joined(chosen.iter().map(Candidate::paths));
    let mut groups: Vec<_> = sets.into_iter().map(|paths| Group { paths, fixed: Vec::new() }).collect();
    let place: HashMap<_, _> = groups
        .iter()
        .enumerate()
        .flat_map(|(index, group)| group.paths.iter().map(move |path| (path.clone(), index)))
        .collect();
    for candidate in chosen {
        let paths: Vec<_> = candidate.paths().into_iter().collect();
        let group = paths.first().and_then(|path| place.get(path)).and_then(|index| groups.get_mut(*index));
        if let Some(group) = group {
            let fixed = Fixed { paths, gate: candidate.gate.to_owned(), rule: candidate.finding.rule.clone() };
            group.fixed.push((fixed, candidate.mark(), candidate.fix.title.clone()));
        }
    }
    groups
}

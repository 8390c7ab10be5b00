//! [`of_package`]: what is known of one version of a package, advisories that are names of one thing taken together.

use lock_files::{
    affected::{Answer, is_affected, lowest_fixed},
    ecosystem::Ecosystem,
};
use sdlc_sdk::advisories::Advisory;

use crate::rating::Rating;

/// Something that is wrong with a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    /// What it is called first.
    pub(crate) id: String,
    /// All names of it, the first one included.
    pub(crate) ids: Vec<String>,
    pub(crate) summary: String,
    pub(crate) rating: Rating,
    /// The lowest version without it.
    pub(crate) fixed: Option<String>,
    /// Whether it is only that nobody can say.
    pub(crate) is_unknown: bool,
}

/// What is known of a version.
pub(crate) fn of_package(ecosystem: Ecosystem, version: &str, advisories: &[Advisory]) -> Vec<Known> {
    let answers = advisories.iter().map(|advisory| (advisory, is_affected(ecosystem, version, &advisory.affected)));
    let (affected, unknown): (Vec<_>, Vec<_>) = answers
        .filter(|(_, answer)| *answer != Answer::Unaffected)
        .partition(|(_, answer)| *answer == Answer::Affected);
    let known = |group: &[&Advisory], is_unknown| known(ecosystem, version, group, is_unknown);
    let groups = grouped(affected.into_iter().map(|(advisory, _)| advisory).collect());
    let mut found: Vec<_> = groups.iter().map(|group| known(group, false)).collect();
    let unknown = grouped(unknown.into_iter().map(|(advisory, _)| advisory).collect());
    let unknown: Vec<_> = unknown.iter().map(|group| known(group, true)).collect();
    // What one of its names says for sure is sure.
    let is_sure = |one: &Known| found.iter().any(|other| one.ids.iter().any(|id| other.ids.contains(id)));
    let unsure: Vec<_> = unknown.into_iter().filter(|one| !is_sure(one)).collect();
    found.extend(unsure);
    found
}

fn names(advisory: &Advisory) -> impl Iterator<Item = &String> {
    std::iter::once(&advisory.id).chain(&advisory.aliases)
}

/// Those with a name in common, also by way of others.
fn grouped(advisories: Vec<&Advisory>) -> Vec<Vec<&Advisory>> {
    let mut groups: Vec<Vec<&Advisory>> = Vec::new();
    for advisory in advisories {
        let is_same = |other: &&Advisory| names(other).any(|name| names(advisory).any(|own| own == name));
        let (same, others): (Vec<_>, Vec<_>) = groups.into_iter().partition(|group| group.iter().any(is_same));
        groups = others;
        let mut joined: Vec<_> = same.into_iter().flatten().collect();
        joined.push(advisory);
        groups.push(joined);
    }
    groups
}

/// GitHub's names first, which have a summary and a rating.
fn rank(advisory: &Advisory) -> (bool, &str) {
    (!advisory.id.starts_with("GHSA-"), &advisory.id)
}

fn known(ecosystem: Ecosystem, version: &str, group: &[&Advisory], is_unknown: bool) -> Known {
    let mut group = group.to_vec();
    group.sort_by(|a, b| rank(a).cmp(&rank(b)));
    let mut ids: Vec<String> = Vec::new();
    let own = group.iter().map(|advisory| &advisory.id);
    for id in own.chain(group.iter().flat_map(|advisory| &advisory.aliases)) {
        if !ids.contains(id) {
            ids.push(id.clone());
        }
    }
    let summary = group.iter().map(|advisory| advisory.summary.as_str()).find(|summary| !summary.is_empty());
    let affected: Vec<_> = group.iter().map(|advisory| advisory.affected.as_slice()).collect();
    Known {
        id: ids.first().cloned().unwrap_or_default(),
        summary: summary.unwrap_or("no summary").trim_end_matches('.').to_owned(),
        rating: group.iter().map(|advisory| Rating::of(advisory)).max().unwrap_or(Rating::Unrated),
        fixed: lowest_fixed(ecosystem, version, &affected),
        is_unknown,
        ids,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::advisory;

    #[test]
    fn names_of_one_thing_are_one() {
        let all = [
            advisory("PYSEC-1", &["CVE-1"], "2.0"),
            advisory("GHSA-1", &["CVE-1"], "2.1"),
            advisory("GHSA-2", &["CVE-2"], "3.0"),
        ];
        let found = of_package(Ecosystem::PyPi, "1.0", &all);
        let ids: Vec<_> = found.iter().map(|known| known.ids.join(" ")).collect();
        assert_eq!(ids, ["GHSA-1 PYSEC-1 CVE-1", "GHSA-2 CVE-2"]);
        assert_eq!(found[0].fixed.as_deref(), Some("2.1"));
    }

    #[test]
    fn what_does_not_affect_the_version_is_not_there() {
        assert!(of_package(Ecosystem::PyPi, "2.0", &[advisory("GHSA-1", &[], "2.0")]).is_empty());
    }

    #[test]
    fn what_nobody_can_say_is_said_unless_another_name_is_sure() {
        let mut listed = advisory("PYSEC-1", &["CVE-1"], "2.0");
        listed.affected[0].versions = vec!["2004d".to_owned()];
        let unknown = advisory("GHSA-1", &["CVE-1"], "2.0");
        assert!(of_package(Ecosystem::PyPi, "2004d", std::slice::from_ref(&unknown))[0].is_unknown);
        let found = of_package(Ecosystem::PyPi, "2004d", &[unknown, listed]);
        assert_eq!(found.len(), 1);
        assert!(!found[0].is_unknown);
    }
}

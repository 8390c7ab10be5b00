//! Whether a version is affected by an advisory: the evaluation of the OSV schema,
//! <https://ossf.github.io/osv-schema/#evaluation>.

use std::cmp::Ordering;

use sdlc_sdk::advisories::{Affected, Event, Order, Range};

use crate::ecosystem::{Ecosystem, Version};

/// What an advisory says of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is affected.
    Affected,
    /// It is not.
    Unaffected,
    /// A version could not be compared. Never taken for unaffected.
    Unknown,
}

/// What advisories say of a version; affected by any is affected.
pub fn is_affected(ecosystem: Ecosystem, version: &str, affected: &[Affected]) -> Answer {
    let answers = affected.iter().map(|affected| answer(ecosystem, version, affected));
    worst(answers)
}

/// Affected by any is affected, whatever could not be compared besides.
fn worst(answers: impl Iterator<Item = Answer>) -> Answer {
    let mut worst = Answer::Unaffected;
    for answer in answers {
        match answer {
            Answer::Affected => return Answer::Affected,
            Answer::Unknown => worst = Answer::Unknown,
            Answer::Unaffected => {}
        }
    }
    worst
}

fn answer(ecosystem: Ecosystem, text: &str, affected: &Affected) -> Answer {
    if affected.versions.iter().any(|listed| is_same(ecosystem, text, listed)) {
        return Answer::Affected;
    }
    worst(affected.ranges.iter().map(|range| in_range(ecosystem, text, range).unwrap_or(Answer::Unknown)))
}

fn is_same(ecosystem: Ecosystem, used: &str, listed: &str) -> bool {
    let equal = || ecosystem.version(used)?.against(&ecosystem.version(listed)?);
    used == listed || equal() == Some(Ordering::Equal)
}

fn parse(ecosystem: Ecosystem, order: Order, text: &str) -> Option<Version> {
    match (order, ecosystem) {
        (Order::Semver, Ecosystem::PyPi) => Ecosystem::semantic(text),
        // Theirs is that of Semantic Versioning, in each one's spelling.
        (Order::Semver, Ecosystem::Npm | Ecosystem::CratesIo | Ecosystem::Go) | (Order::Ecosystem, _) => {
            ecosystem.version(text)
        }
    }
}

/// None: something cannot be compared.
fn in_range(ecosystem: Ecosystem, text: &str, range: &Range) -> Option<Answer> {
    // What is affected as a whole is affected in any version, one that cannot be compared included.
    if matches!(range.events.as_slice(), [Event::Introduced(version)] if version == "0") {
        return Some(Answer::Affected);
    }
    let version = parse(ecosystem, range.order, text)?;
    let compare = |event: &str| version.against(&parse(ecosystem, range.order, event)?);
    let (mut limits, mut is_limited) = (false, true);
    let mut events = Vec::new();
    for event in &range.events {
        match event {
            Event::Limit(limit) => {
                limits = true;
                is_limited &= limit != "*" && compare(limit)? != Ordering::Less;
            }
            Event::Introduced(from) | Event::Fixed(from) | Event::LastAffected(from) => {
                // None is before all versions.
                let is_zero = from == "0";
                events.push(((!is_zero).then(|| parse(ecosystem, range.order, from)), event));
            }
        }
    }
    if limits && is_limited {
        return Some(Answer::Unaffected);
    }
    let mut known = Vec::new();
    for (at, event) in events {
        known.push(match at {
            None => (None, event),
            Some(at) => (Some(at?), event),
        });
    }
    known.sort_by(|(a, one), (b, other)| order_of(a.as_ref(), b.as_ref()).then(rank(one).cmp(&rank(other))));
    let mut is_affected = false;
    for (at, event) in known {
        let ordering = at.map_or(Some(Ordering::Greater), |at| version.against(&at))?;
        match event {
            Event::Introduced(_) if ordering.is_ge() => is_affected = true,
            Event::Fixed(_) if ordering.is_ge() => is_affected = false,
            Event::LastAffected(_) if ordering.is_gt() => is_affected = false,
            _ => {}
        }
    }
    Some(if is_affected { Answer::Affected } else { Answer::Unaffected })
}

fn order_of(a: Option<&Version>, b: Option<&Version>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => a.compare(b).unwrap_or(Ordering::Equal),
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}

/// At one and the same version what is fixed is fixed.
fn rank(event: &Event) -> u8 {
    u8::from(!matches!(event, Event::Introduced(_)))
}

/// The lowest version above this one in which something is fixed, and which none of the advisories affects.
pub fn lowest_fixed(ecosystem: Ecosystem, version: &str, all: &[&[Affected]]) -> Option<String> {
    let current = ecosystem.version(version)?;
    let events = all.iter().flat_map(|affected| affected.iter()).flat_map(|affected| &affected.ranges);
    let mut fixed: Vec<_> = events
        .flat_map(|range| &range.events)
        .filter_map(
            |event| if let Event::Fixed(fixed) = event { Some((ecosystem.version(fixed)?, fixed)) } else { None },
        )
        .filter(|(fixed, _)| fixed.compare(&current) == Some(Ordering::Greater))
        .collect();
    fixed.sort_by(|(a, _), (b, _)| a.compare(b).unwrap_or(Ordering::Equal));
    let is_clean = |text: &str| all.iter().all(|affected| is_affected(ecosystem, text, affected) == Answer::Unaffected);
    fixed.into_iter().map(|(_, text)| text).find(|text| is_clean(text)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn introduced(version: &str) -> Event {
        Event::Introduced(version.to_owned())
    }

    fn fixed(version: &str) -> Event {
        Event::Fixed(version.to_owned())
    }

    fn range(events: Vec<Event>) -> Vec<Affected> {
        let ranges = vec![Range { order: Order::Ecosystem, events }];
        vec![Affected { ranges, versions: Vec::new(), severities: Vec::new() }]
    }

    #[track_caller]
    fn check(version: &str, affected: &[Affected], expected: Answer) {
        assert_eq!(is_affected(Ecosystem::PyPi, version, affected), expected, "{version}");
    }

    #[test]
    fn a_build_of_a_version_is_affected_as_the_version_is() {
        let mut affected = range(vec![introduced("1.0"), Event::LastAffected("2.0.1".to_owned())]);
        affected[0].versions.push("0.9".to_owned());
        for (version, expected) in [
            ("2.0.1+cu118", Answer::Affected),
            ("2.0.2+cu118", Answer::Unaffected),
            ("0.9+cu118", Answer::Affected),
            ("1.0rc1+cu118", Answer::Unaffected),
        ] {
            check(version, &affected, expected);
        }
        // One that names a build is about no other.
        check("2.0+a", &range(vec![introduced("2.0+b")]), Answer::Unaffected);
    }

    #[test]
    fn events_count_by_their_versions_and_not_by_their_places() {
        let affected = range(vec![fixed("2.0"), introduced("3.0"), introduced("0"), fixed("3.1")]);
        for (version, expected) in [
            ("0.1", Answer::Affected),
            ("1.9", Answer::Affected),
            ("2.0rc1", Answer::Affected),
            ("2.0", Answer::Unaffected),
            ("2.0.post1", Answer::Unaffected),
            ("3.0.5", Answer::Affected),
            ("3.1", Answer::Unaffected),
        ] {
            check(version, &affected, expected);
        }
        assert_eq!(lowest_fixed(Ecosystem::PyPi, "1.0", &[&affected]).unwrap(), "2.0");
        assert_eq!(lowest_fixed(Ecosystem::PyPi, "3.0", &[&affected]).unwrap(), "3.1");
    }

    #[test]
    fn the_last_affected_version_is_affected() {
        let affected = range(vec![introduced("1.0"), Event::LastAffected("1.4".to_owned())]);
        check("0.9", &affected, Answer::Unaffected);
        check("1.4.0", &affected, Answer::Affected);
        check("1.4.1", &affected, Answer::Unaffected);
    }

    #[test]
    fn a_limit_ends_what_a_range_speaks_of() {
        let affected = range(vec![introduced("0"), Event::Limit("2.0".to_owned())]);
        check("1.0", &affected, Answer::Affected);
        check("2.0", &affected, Answer::Unaffected);
    }

    #[test]
    fn a_version_that_is_listed_is_affected_however_it_is_written() {
        let listed = [Affected { ranges: Vec::new(), versions: vec!["1.0".to_owned()], severities: Vec::new() }];
        check("1.0.0", &listed, Answer::Affected);
        check("1.0.1", &listed, Answer::Unaffected);
    }

    #[test]
    fn what_cannot_be_compared_is_never_taken_for_unaffected() {
        check("2004d", &range(vec![introduced("0"), fixed("2.0")]), Answer::Unknown);
        check("2004d", &range(vec![introduced("0")]), Answer::Affected);
        check("1.0", &range(vec![introduced("0"), fixed("soon")]), Answer::Unknown);
    }

    #[test]
    fn a_fix_that_another_range_affects_is_none() {
        let one = range(vec![introduced("0"), fixed("2.0")]);
        let other = range(vec![introduced("0"), fixed("2.5")]);
        assert_eq!(lowest_fixed(Ecosystem::PyPi, "1.0", &[&one, &other]).unwrap(), "2.5");
        assert_eq!(lowest_fixed(Ecosystem::PyPi, "1.0", &[&range(vec![introduced("0")])]), None);
    }

    proptest::proptest! {
        #[test]
        fn order_of_events_does_not_matter(versions in proptest::collection::vec((0u8..9, 0u8..9), 1..6), at in (0u8..9, 0u8..9)) {
            let event = |(index, (major, minor)): (usize, &(u8, u8))| {
                let version = format!("{major}.{minor}");
                if index % 2 == 0 { introduced(&version) } else { fixed(&version) }
            };
            let events: Vec<_> = versions.iter().enumerate().map(event).collect();
            let reversed = events.iter().rev().cloned().collect();
            let version = format!("{}.{}", at.0, at.1);
            let one = is_affected(Ecosystem::PyPi, &version, &range(events));
            proptest::prop_assert_eq!(one, is_affected(Ecosystem::PyPi, &version, &range(reversed)));
        }

        #[test]
        fn no_text_makes_it_panic(version: String, event: String) {
            for ecosystem in [Ecosystem::PyPi, Ecosystem::Npm] {
                let _ = is_affected(ecosystem, &version, &range(vec![introduced(&event), fixed(&version)]));
            }
        }
    }
}

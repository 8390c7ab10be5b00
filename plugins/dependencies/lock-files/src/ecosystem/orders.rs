//! What the ecosystems' own tools said of generated versions (`fixtures/orders`, made by `examples/orders.py`), against what
//! is said here.

use sdlc_sdk::advisories::{Affected, Event, Order, Range};

use super::{Ecosystem, Version, python};
use crate::affected::{Answer, is_affected};

#[derive(serde::Deserialize)]
struct Orders {
    /// Equal versions, in ascending order.
    ordered: Vec<Vec<String>>,
    invalid: Vec<String>,
    /// A version, from where on, `fixed` or `last`, up to where, and whether it is in between.
    ranges: Vec<(String, String, String, String, bool)>,
}

fn orders(text: &str) -> Orders {
    serde_json::from_str(text).unwrap()
}

/// All pairs.
#[track_caller]
fn check_order(ecosystem: Ecosystem, orders: &Orders) {
    let versions =
        orders.ordered.iter().enumerate().flat_map(|(place, group)| group.iter().map(move |text| (place, text)));
    let parsed = |text: &str| ecosystem.version(text).unwrap_or_else(|| panic!("`{text}` is a version"));
    let versions: Vec<_> = versions.map(|(place, text)| (place, text, parsed(text))).collect();
    for (place, text, version) in &versions {
        for (other_place, other_text, other) in &versions {
            assert_eq!(version.compare(other), Some(place.cmp(other_place)), "`{text}` `{other_text}`");
        }
    }
}

/// `differs` says where we mean to, of the version and the end of the range.
#[track_caller]
fn check_ranges(ecosystem: Ecosystem, orders: &Orders, differs: impl Fn(&str, &Event) -> bool) {
    for (text, from, end, to, inside) in &orders.ranges {
        let end = if end == "fixed" { Event::Fixed(to.clone()) } else { Event::LastAffected(to.clone()) };
        let ranges =
            vec![Range { order: Order::Ecosystem, events: vec![Event::Introduced(from.clone()), end.clone()] }];
        let answer = is_affected(ecosystem, text, &[Affected { ranges, versions: Vec::new(), severities: Vec::new() }]);
        let expected = if *inside { Answer::Affected } else { Answer::Unaffected };
        // Where we differ, it is never that something passes.
        let meant = answer == Answer::Affected && differs(text, &end);
        assert!(answer == expected || meant, "`{text}` from `{from}` to {end:?}: {answer:?}");
    }
}

/// What is no version for the tool is none here, but for what `is_meant` says.
#[track_caller]
fn check_invalid(ecosystem: Ecosystem, orders: &Orders, is_meant: impl Fn(&str) -> bool) {
    for text in &orders.invalid {
        assert!(ecosystem.version(text).is_none() || is_meant(text), "`{text}` is no version");
    }
}

/// Advisories name versions with fewer than three numbers, and with a `V`.
fn is_advisories(text: &str) -> bool {
    let numbers = text.trim().trim_start_matches(['v', 'V', '=']);
    let numbers = numbers.split(['-', '+']).next().unwrap_or_default();
    text.starts_with('V') || numbers.split('.').count() < 3
}

#[test]
fn versions_of_python_are_as_packaging_has_them() {
    let orders = orders(include_str!("../../fixtures/orders/python.json"));
    check_order(Ecosystem::PyPi, &orders);
    check_invalid(Ecosystem::PyPi, &orders, |_| false);
    // A specifier `<1.0` leaves out 1.0rc1, which an advisory that is fixed in 1.0 is about.
    let before = |text: &str, fixed: &str| {
        let (version, fixed) = (python::parse(text).unwrap(), python::parse(fixed).unwrap());
        version.any_prerelease() && version < fixed && version.epoch() == fixed.epoch()
    };
    check_ranges(Ecosystem::PyPi, &orders, |text, end| matches!(end, Event::Fixed(fixed) if before(text, fixed)));
}

#[test]
fn versions_of_npm_are_as_its_semver_has_them() {
    let mut orders = orders(include_str!("../../fixtures/orders/npm.json"));
    // `1.2.34.5` is 1.2.3-4.5 for `semver`, and no version here: what cannot be compared never passes.
    let is_split = |text: &str| {
        let plain = text.trim_start_matches(['v', '=', ' ']);
        let numbers: Vec<_> = plain.splitn(4, '.').collect();
        let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        numbers.len() == 4 && numbers.iter().take(3).all(is_number)
    };
    assert!(
        orders
            .ordered
            .iter()
            .flatten()
            .filter(|text| is_split(text))
            .all(|text| Ecosystem::Npm.version(text).is_none())
    );
    orders.ordered.iter_mut().for_each(|group| group.retain(|text| !is_split(text)));
    orders.ranges.retain(|(text, from, _, to, _)| ![text, from, to].into_iter().any(|text| is_split(text)));
    check_order(Ecosystem::Npm, &orders);
    // JavaScript has no whole numbers above 2^53.
    let is_large = |text: &str| text.split(|char: char| !char.is_ascii_digit()).any(|number| number.len() > 15);
    check_invalid(Ecosystem::Npm, &orders, |text| is_advisories(text) || is_large(text));
    check_ranges(Ecosystem::Npm, &orders, |_, _| false);
}

#[test]
fn versions_of_go_are_as_its_own_module_has_them() {
    let orders = orders(include_str!("../../fixtures/orders/go.json"));
    check_order(Ecosystem::Go, &orders);
    // Advisories leave the `v` out, and blanks around it are not looked at.
    check_invalid(Ecosystem::Go, &orders, |text| is_advisories(text) || !text.starts_with('v') || text.trim() != text);
    check_ranges(Ecosystem::Go, &orders, |_, _| false);
}

proptest::proptest! {
    #[test]
    fn versions_of_cargo_are_as_its_semver_has_them(numbers: (u64, u64, u64), rest in "(-[0-9A-Za-z.-]{1,8})?(\\+[0-9A-Za-z.-]{1,8})?") {
        // The lock file has what Cargo read by this very crate: nothing that we do to a text before may change it.
        let text = format!("{}.{}.{}{rest}", numbers.0, numbers.1, numbers.2);
        let ours = match Ecosystem::CratesIo.version(&text) {
            Some(Version::Semantic(version)) => Some(version),
            _ => None,
        };
        proptest::prop_assert_eq!(ours, semver::Version::parse(&text).ok());
    }
}

//! What the rules' tests share: run one rule on one file, and apply its fixes.
//!
//! Does not appear in the plugin.

use std::collections::HashSet;

use sdlc_sdk::{FileKind, Finding, Report, testing::GateTest};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::Hygiene;

/// What one rule finds in a regular file.
#[track_caller]
pub(crate) fn found(rule: &str, path: &str, content: &[u8]) -> Vec<Finding> {
    found_with(&format!(r#"{{"select": ["{rule}"]}}"#), path, content)
}

/// What is found with these settings.
#[track_caller]
pub(crate) fn found_with(settings: &str, path: &str, content: &[u8]) -> Vec<Finding> {
    GateTest::<Hygiene>::new(settings).check(path, content).findings
}

/// What one rule finds in an executable file.
#[track_caller]
pub(crate) fn found_in_executable(rule: &str, path: &str, content: &[u8]) -> Vec<Finding> {
    let gate = GateTest::<Hygiene>::new(&format!(r#"{{"select": ["{rule}"]}}"#));
    gate.check_kind(path, FileKind::Executable, content).findings
}

/// The rules of all findings.
pub(crate) fn rules_of(report: &Report) -> Vec<&str> {
    report.findings.iter().map(|finding| finding.rule.as_str()).collect()
}

/// The content with all fixes of one rule applied.
#[track_caller]
pub(crate) fn fixed(rule: &str, path: &str, content: &[u8]) -> Vec<u8> {
    let fixes = found(rule, path, content).into_iter().flat_map(|finding| finding.fixes);
    let mut fixed = Vec::new();
    let mut kept = 0;
    for edit in fixes.flat_map(|fix| fix.edits) {
        let [start, end] = [edit.span.start, edit.span.end].map(|at| at as usize);
        assert!(kept <= start && start <= end, "edits overlap or are out of order");
        fixed.extend_from_slice(&content[kept..start]);
        fixed.extend_from_slice(edit.replacement.as_bytes());
        kept = end;
    }
    fixed.extend_from_slice(&content[kept..]);
    fixed
}

/// A rule has nothing to say of what its fixes made.
#[track_caller]
pub(crate) fn assert_fix_is_final(rule: &str, content: &[u8]) {
    let fixed = fixed(rule, "a.txt", content);
    assert!(found(rule, "a.txt", &fixed).is_empty(), "{:?}", String::from_utf8_lossy(&fixed));
}

/// Whether `serde_json` takes a text, and no object in it has a key twice.
pub(crate) fn reference_json(content: &str) -> bool {
    serde_json::from_str::<NoTwins>(content.strip_prefix('\u{feff}').unwrap_or(content)).is_ok()
}

struct NoTwins;

impl<'de> Deserialize<'de> for NoTwins {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

macro_rules! takes {
    ($($visit:ident: $type:ty),+) => {
        $(fn $visit<E>(self, _: $type) -> Result<Self, E> {
            Ok(self)
        })+
    };
}

impl<'de> Visitor<'de> for NoTwins {
    type Value = Self;

    takes!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self, A::Error> {
        while seq.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        let mut keys = HashSet::new();
        while let Some((key, _)) = map.next_entry::<String, Self>()? {
            if !keys.insert(key) {
                return Err(A::Error::custom("twin"));
            }
        }
        Ok(self)
    }
}

//! From the JSON of OSV, as far as it matters here, to [`Record`]s: <https://ossf.github.io/osv-schema/>.

use std::collections::BTreeMap;

use sdlc_model::advisory::{Advisory, Affected, Event, Order, Range, Severity};
use serde::Deserialize;

use crate::{format::Record, name::normalized};

/// Longest name of a package, id or alias, in bytes.
const NAME_BYTES: usize = 1000;
/// Longest summary, in characters: one line on a screen or two.
const SUMMARY_CHARS: usize = 300;

/// A file of OSV.
pub(crate) struct Parsed {
    pub(crate) id: String,
    /// Seconds since the start of 1970.
    pub(crate) modified: i64,
    /// Nothing is affected any more.
    pub(crate) withdrawn: bool,
    /// One a package.
    pub(crate) records: Vec<Record>,
}

/// Reads a file. None: it is JSON, but no advisory.
pub(crate) fn parse(json: &[u8]) -> Result<Option<Parsed>, String> {
    let raw: RawAdvisory = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    let (Some(id), Some(modified)) = (raw.id, raw.modified) else { return Ok(None) };
    let time: jiff::Timestamp = modified.parse().map_err(|_| format!("`{modified}` in `modified` is no time"))?;
    let modified = time.as_second();
    if id.is_empty() || id.len() > NAME_BYTES {
        return Err("`id` is empty or too long".to_owned());
    }
    let mut packages: BTreeMap<(String, String), Vec<Affected>> = BTreeMap::new();
    for affected in raw.affected {
        let Some(package) = affected.package else { continue };
        if package.name.len() > NAME_BYTES || package.ecosystem.len() > NAME_BYTES {
            return Err("a name of a package is too long".to_owned());
        }
        let name = normalized(&package.ecosystem, &package.name).into_owned();
        let ranges = affected.ranges.into_iter().filter_map(range).collect::<Result<_, _>>()?;
        let severities = affected.severity.into_iter().map(Into::into).collect();
        let affected = Affected { ranges, versions: affected.versions, severities };
        packages.entry((package.ecosystem, name)).or_default().push(affected);
    }
    let summary = raw.summary.filter(|text| !text.trim().is_empty()).or(raw.details).unwrap_or_default();
    let advisory = Advisory {
        id: id.clone(),
        aliases: raw.aliases.into_iter().filter(|alias| !alias.is_empty() && alias.len() <= NAME_BYTES).collect(),
        summary: first_line(&summary),
        severities: raw.severity.into_iter().map(Into::into).collect(),
        rating: raw.database_specific.and_then(|specific| specific.severity),
        affected: Vec::new(),
    };
    let record = |((ecosystem, name), affected)| Record {
        ecosystem,
        name,
        modified,
        advisory: Advisory { affected, ..advisory.clone() },
    };
    let withdrawn = raw.withdrawn.is_some();
    let records = if withdrawn { Vec::new() } else { packages.into_iter().map(record).collect() };
    Ok(Some(Parsed { id, modified, withdrawn, records }))
}

/// Commits are no versions, so ranges of `GIT` say nothing here; those packages have their versions one by one.
fn range(raw: RawRange) -> Option<Result<Range, String>> {
    let order = match raw.kind.as_str() {
        "SEMVER" => Order::Semver,
        "ECOSYSTEM" => Order::Ecosystem,
        "GIT" => return None,
        other => return Some(Err(format!("`{other}` is no kind of range"))),
    };
    let events = raw.events.into_iter().map(|event| {
        let RawEvent { introduced, fixed, last_affected, limit } = event;
        match (introduced, fixed, last_affected, limit) {
            (Some(version), None, None, None) => Ok(Event::Introduced(version)),
            (None, Some(version), None, None) => Ok(Event::Fixed(version)),
            (None, None, Some(version), None) => Ok(Event::LastAffected(version)),
            (None, None, None, Some(version)) => Ok(Event::Limit(version)),
            _ => Err("an event is not one of `introduced`, `fixed`, `last_affected` and `limit`".to_owned()),
        }
    });
    Some(events.collect::<Result<_, _>>().map(|events| Range { order, events }))
}

/// The first line that says something, without the marks of Markdown's headings.
fn first_line(text: &str) -> String {
    let line = text.lines().map(|line| line.trim_start_matches('#').trim()).find(|line| !line.is_empty());
    let line = line.unwrap_or_default();
    match line.char_indices().nth(SUMMARY_CHARS) {
        Some((end, _)) => format!("{}...", line.get(..end).unwrap_or_default()),
        None => line.to_owned(),
    }
}

#[derive(Deserialize)]
struct RawAdvisory {
    id: Option<String>,
    modified: Option<String>,
    withdrawn: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    aliases: Vec<String>,
    summary: Option<String>,
    details: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    severity: Vec<RawSeverity>,
    #[serde(default, deserialize_with = "or_default")]
    affected: Vec<RawAffected>,
    #[serde(default)]
    database_specific: Option<RawSpecific>,
}

/// Publishers write `null` for an empty list.
fn or_default<'de, D: serde::Deserializer<'de>, T: Default + Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

#[derive(Deserialize)]
struct RawSeverity {
    #[serde(rename = "type")]
    kind: String,
    score: String,
}

impl From<RawSeverity> for Severity {
    fn from(raw: RawSeverity) -> Self {
        Self { kind: raw.kind, score: raw.score }
    }
}

#[derive(Deserialize)]
struct RawAffected {
    package: Option<RawPackage>,
    #[serde(default, deserialize_with = "or_default")]
    ranges: Vec<RawRange>,
    #[serde(default, deserialize_with = "or_default")]
    versions: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    severity: Vec<RawSeverity>,
}

#[derive(Deserialize)]
struct RawPackage {
    ecosystem: String,
    name: String,
}

#[derive(Deserialize)]
struct RawRange {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, deserialize_with = "or_default")]
    events: Vec<RawEvent>,
}

#[derive(Deserialize)]
struct RawEvent {
    introduced: Option<String>,
    fixed: Option<String>,
    last_affected: Option<String>,
    limit: Option<String>,
}

/// Whatever a publisher likes to say; only a text in `severity` has a meaning here.
struct RawSpecific {
    severity: Option<String>,
}

impl<'de> Deserialize<'de> for RawSpecific {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(from)?;
        Ok(Self { severity: value.get("severity").and_then(|severity| severity.as_str().map(str::to_owned)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::advisory;

    #[test]
    fn an_advisory_is_one_record_a_package() {
        let parsed = parse(advisory("GHSA-1", "PyPI", "Flask_X", "2.0").as_bytes()).unwrap().unwrap();
        assert_eq!(parsed.records.len(), 1);
        let record = &parsed.records[0];
        assert_eq!((record.ecosystem.as_str(), record.name.as_str()), ("PyPI", "flask-x"));
        let events = [Event::Introduced("0".to_owned()), Event::Fixed("2.0".to_owned())];
        assert_eq!(record.advisory.affected[0].ranges[0].events, events);
    }

    #[test]
    fn json_that_is_no_advisory_is_told_apart_from_what_is_no_json() {
        assert!(parse(br#"{"name": "package"}"#).unwrap().is_none());
        assert!(parse(b"{").is_err());
        assert!(parse(&b"[".repeat(100_000)).is_err());
    }

    #[test]
    fn an_event_that_says_nothing_is_an_error() {
        let text = advisory("GHSA-1", "npm", "a", "2.0").replace("\"fixed\"", "\"fixt\"");
        assert!(parse(text.as_bytes()).is_err_and(|error| error.contains("an event is not one of")));
    }

    #[test]
    fn a_summary_is_one_line_of_bounded_length() {
        assert_eq!(first_line("\n### Impact\nmore"), "Impact");
        assert_eq!(first_line(&"ä".repeat(1000)).chars().count(), SUMMARY_CHARS + 3);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = parse(&bytes);
        }
    }
}

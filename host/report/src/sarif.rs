//! SARIF 2.1.0, with what GitHub code scanning asks for: one run a plugin, rules with descriptions, relative URIs,
//! full regions, and fingerprints that survive moved lines.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use sdlc_model::{
    finding::{Finding, Location, Severity},
    outcome::{GateOutcome, RunOutcome, Verdict},
    repair::{Repair, Repairs},
    rule::Rule,
    suppression::Why,
};
use serde_json::{Map, Value, json};

use crate::{fingerprint::Fingerprints, machine, markdown};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// What GitHub takes of one run.
const MOST_RESULTS: usize = 25_000;

/// Writes a run as a SARIF log.
///
/// # Errors
/// What `out` says.
pub fn write(out: &mut dyn Write, run: &RunOutcome) -> io::Result<()> {
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": run.gates.iter().map(|gate| sarif_run(gate, run.repairs.as_ref())).collect::<Vec<_>>(),
    });
    writeln!(out, "{}", machine::text(&log))
}

fn sarif_run(gate: &GateOutcome, repairs: Option<&Repairs>) -> Value {
    let suppressed = gate.set_aside.iter().filter(|aside| aside.why != Why::Unchanged);
    let all: Vec<_> = gate
        .findings
        .iter()
        .map(|finding| (finding, None))
        .chain(suppressed.map(|aside| (&aside.finding, Some(&aside.why))))
        .collect();
    let mut ids: Vec<&str> = all.iter().map(|(finding, _)| finding.rule.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let indices: BTreeMap<&str, usize> = ids.iter().enumerate().map(|(index, id)| (*id, index)).collect();
    let mut names = Fingerprints::default();
    let results = all.iter().take(MOST_RESULTS);
    let mut results: Vec<_> = results.map(|(finding, why)| result(finding, *why, &indices, &mut names)).collect();
    let fixed =
        repairs.into_iter().flat_map(|repairs| repairs.of_gate(&gate.name).map(move |repair| (repairs, repair)));
    let (fixed, fixable): (Vec<_>, Vec<_>) = fixed.partition(|(repairs, _)| repairs.written);
    results.extend(fixable.iter().map(|(repairs, repair)| repairable(repairs, repair)));
    let (name, version) = match &gate.plugin {
        Some(plugin) => (format!("sdlc {}", plugin.name), plugin.version.clone()),
        None => (format!("sdlc {}", gate.name), env!("CARGO_PKG_VERSION").to_owned()),
    };
    let notifications = gate.failures.iter().map(|failure| {
        json!({
            "level": "error",
            "message": { "text": plain(&failure.message) },
            "locations": failure.path.iter().map(|path| json!({
                "physicalLocation": { "artifactLocation": artifact(path) }
            })).collect::<Vec<_>>(),
        })
    });
    json!({
        "tool": { "driver": {
            "name": name,
            "semanticVersion": version,
            "rules": ids.iter().map(|id| rule(id, gate.rules.get(*id))).collect::<Vec<_>>(),
        }},
        "automationDetails": { "id": format!("sdlc/{}/", gate.name) },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": { "SRCROOT": { "description": { "text": "root of the workspace" } } },
        "invocations": [{
            "executionSuccessful": matches!(gate.verdict(), Verdict::Passed | Verdict::Rejected),
            "toolExecutionNotifications":
                notifications.chain(fixed.iter().map(|(repairs, repair)| repaired(repairs, repair))).collect::<Vec<_>>(),
        }],
        "results": results,
    })
}

/// What was fixed is no result: GitHub makes an alert of each, even of one of the kind `pass`.
fn repaired(repairs: &Repairs, repair: &Repair) -> Value {
    json!({
        "level": "note",
        "message": { "text": plain(&repairs.sentence(repair)) },
        "associatedRule": { "id": repair.rule },
        "locations": [{ "physicalLocation": { "artifactLocation": artifact(&repair.path) } }],
        "properties": { "fixed": true, "count": repair.count },
    })
}

/// What would only have been fixed is still there.
fn repairable(repairs: &Repairs, repair: &Repair) -> Value {
    json!({
        "ruleId": repair.rule,
        "level": "warning",
        "message": { "text": plain(&repairs.sentence(repair)) },
        "locations": [{ "physicalLocation": { "artifactLocation": artifact(&repair.path) } }],
        "properties": { "fixed": false, "count": repair.count },
    })
}

fn rule(id: &str, rule: Option<&Rule>) -> Value {
    let Some(rule) = rule else {
        return json!({ "id": id, "shortDescription": { "text": id }, "fullDescription": { "text": id } });
    };
    let explanation = if rule.explanation.is_empty() { &rule.summary } else { &rule.explanation };
    let mut properties = Map::from_iter([("tags".to_owned(), json!(rule.tags))]);
    if let Some(severity) = rule.security_severity {
        properties.insert("security-severity".to_owned(), json!(format!("{severity:.1}")));
    }
    let mut value = json!({
        "id": id,
        "name": rule.name,
        "shortDescription": { "text": rule.summary },
        "fullDescription": { "text": rule.summary },
        "help": { "text": explanation, "markdown": markdown::prose(explanation) },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": properties,
    });
    if let (Some(help), Some(map)) =
        (rule.help.as_ref().filter(|help| help.starts_with("https://")), value.as_object_mut())
    {
        map.insert("helpUri".to_owned(), json!(help));
    }
    value
}

fn result<'a>(
    finding: &'a Finding,
    why: Option<&Why>,
    indices: &BTreeMap<&str, usize>,
    names: &mut Fingerprints<'a>,
) -> Value {
    let mut value = json!({
        "ruleId": finding.rule,
        "ruleIndex": indices.get(finding.rule.as_str()),
        "level": level(finding.severity),
        "message": { "text": plain(&finding.message) },
        "locations": finding.location.iter().map(location).collect::<Vec<_>>(),
        "partialFingerprints": { "primaryLocationLineHash": names.name(finding) },
    });
    if let (Some(why), Some(map)) = (why, value.as_object_mut()) {
        let suppression = match why {
            Why::Allowed { reason } => json!({ "kind": "inSource", "justification": plain(reason) }),
            _ => json!({ "kind": "external", "justification": "in the baseline" }),
        };
        map.insert("suppressions".to_owned(), json!([suppression]));
    }
    if !finding.related.is_empty()
        && let Some(map) = value.as_object_mut()
    {
        let related = finding.related.iter().enumerate().map(|(index, related)| {
            let mut place = location(&related.location);
            if let Some(place) = place.as_object_mut() {
                place.insert("id".to_owned(), json!(index));
                place.insert("message".to_owned(), json!({ "text": plain(&related.message) }));
            }
            place
        });
        map.insert("relatedLocations".to_owned(), related.collect());
    }
    value
}

/// A message in which nothing is a link: viewers make one of `[text](target)` even where SARIF has plain text (3.11.6).
fn plain(text: &str) -> String {
    text.replace("](", "] (")
}

fn level(severity: Severity) -> &'static str {
    severity.as_str()
}

fn location(location: &Location) -> Value {
    let mut physical = json!({ "artifactLocation": artifact(&location.path) });
    if let (Some(region), Some(map)) = (&location.region, physical.as_object_mut()) {
        let mut value = json!({
            "startLine": region.start.line,
            "startColumn": region.start.column,
            "endLine": region.end.line,
            "endColumn": region.end.column,
        });
        if let (Some(bytes), Some(region)) = (region.bytes, value.as_object_mut()) {
            region.insert("byteOffset".to_owned(), json!(bytes.start));
            region.insert("byteLength".to_owned(), json!(bytes.end - bytes.start));
        }
        map.insert("region".to_owned(), value);
    }
    json!({ "physicalLocation": physical })
}

fn artifact(path: &str) -> Value {
    json!({ "uri": uri(path), "uriBaseId": "SRCROOT" })
}

/// A relative URI: everything but unreserved characters and `/` is escaped (RFC 3986), so a path is never taken
/// for a scheme or a host. Parts that lead upwards lose their meaning.
fn uri(path: &str) -> String {
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "." | ".."));
    let escape = |part: &str| -> String {
        part.bytes()
            .map(|byte| match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
                other => format!("%{other:02X}"),
            })
            .collect()
    };
    parts.map(escape).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_no_links() {
        assert_eq!(plain("[x](javascript:alert(1)) [y]"), "[x] (javascript:alert(1)) [y]");
    }

    #[test]
    fn a_path_is_never_taken_for_anything_but_a_relative_uri() {
        assert_eq!(uri("src/a b.py"), "src/a%20b.py");
        assert_eq!(uri("http://x/../y"), "http%3A/x/y");
        assert_eq!(uri("../../etc/passwd"), "etc/passwd");
        assert_eq!(uri("ä#?%"), "%C3%A4%23%3F%25");
    }
}

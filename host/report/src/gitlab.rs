//! GitLab's code quality report: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use std::{
    collections::HashSet,
    io::{self, Write},
};

use sdlc_model::{
    finding::{Finding, Severity},
    outcome::{GateOutcome, RunOutcome},
    repair::Repairs,
};
use serde_json::{Value, json};

use crate::{fingerprint::Fingerprints, machine, text};

/// Writes a run as a code quality report. What could not be judged is in it, as a finding that blocks.
///
/// # Errors
/// What `out` says.
pub fn write(out: &mut dyn Write, run: &RunOutcome) -> io::Result<()> {
    let mut issues = Vec::new();
    for gate in &run.gates {
        let mut names = Fingerprints::default();
        issues.extend(gate.findings.iter().map(|finding| issue(gate, finding, &names.name(finding))));
        issues.extend(gate.failures.iter().map(|failure| {
            let path = failure.path.as_deref().unwrap_or("sdlc.toml");
            let name = format!("failure:{path}:{}", failure.message);
            entry(gate, "failure", &text::line(&failure.message), "blocker", (path, 1), &name)
        }));
        issues.extend(gate.judgements.iter().filter(|judgement| !judgement.holds()).map(|judgement| {
            let value = judgement.value.map_or_else(|| "missing".to_owned(), |value| value.to_string());
            let message = format!("`{}` is {value}, required is {}", judgement.metric, judgement.required());
            let name = format!("condition:{}", judgement.metric);
            entry(gate, &judgement.metric, &message, "major", ("sdlc.toml", 1), &name)
        }));
    }
    issues.extend(run.repairs.iter().filter(|repairs| !repairs.written).flat_map(|repairs| repairable(run, repairs)));
    // GitLab drops what has the name of another.
    let mut seen = HashSet::new();
    issues.retain(|issue| issue.get("fingerprint").is_none_or(|name| seen.insert(name.clone())));
    writeln!(out, "{}", machine::text(&Value::Array(issues)))
}

/// What was fixed is gone from the report, as GitLab has it; what would only have been is still there.
fn repairable<'a>(run: &'a RunOutcome, repairs: &'a Repairs) -> impl Iterator<Item = Value> + 'a {
    run.gates.iter().flat_map(move |gate| {
        repairs.of_gate(&gate.name).map(move |repair| {
            let message = text::line(&repairs.sentence(repair));
            let name = format!("repair:{}", repair.path);
            entry(gate, &repair.rule, &message, "minor", (&repair.path, 1), &name)
        })
    })
}

fn issue(gate: &GateOutcome, finding: &Finding, name: &str) -> Value {
    let severity = match finding.severity {
        Severity::Note => "info",
        Severity::Warning => "minor",
        Severity::Error => "major",
    };
    let path = finding.location.as_ref().map_or("sdlc.toml", |location| location.path.as_str());
    let line = finding.location.as_ref().map(|location| location.start()).unwrap_or_default().line;
    entry(gate, &finding.rule, &text::line(&finding.message), severity, (path, line), &format!("{path}:{name}"))
}

fn entry(
    gate: &GateOutcome,
    rule: &str,
    message: &str,
    severity: &str,
    (path, line): (&str, u32),
    name: &str,
) -> Value {
    let name = blake3::hash(format!("{}\0{rule}\0{name}", gate.name).as_bytes()).to_hex();
    json!({
        "description": message,
        "check_name": format!("{}/{rule}", gate.name),
        "fingerprint": name.as_str(),
        "severity": severity,
        "location": { "path": path, "lines": { "begin": line } },
    })
}

//! The machine format, version 1. The same run gives the same bytes: it holds no times and no host names.
//!
//! Fields are only ever added within a version; README.md describes them.

use std::io::{self, Write};

use sdlc_model::{
    finding::Finding,
    outcome::{Failure, GateOutcome, Judgement, RunOutcome},
    repair::{Refusal, Repair, Tried},
    report::{Metric, Report},
    suppression::{Notice, SetAside, Why},
};
use serde_json::{Value, json};

use crate::machine;

/// Version of the format, as in its field `version`.
pub const VERSION: u32 = 1;

/// Writes a run as one JSON object.
///
/// # Errors
/// What `out` says.
pub fn write(out: &mut dyn Write, run: &RunOutcome) -> io::Result<()> {
    let mut document = json!({
        "version": VERSION,
        "sdlc": env!("CARGO_PKG_VERSION"),
        "verdict": run.verdict().as_str(),
        "files": run.files,
        "score": run.overall_score,
        "conditions": run.judgements.iter().map(judgement).collect::<Vec<_>>(),
        "gates": run.gates.iter().map(gate).collect::<Vec<_>>(),
        "notices": run.notices.iter().map(notice).collect::<Vec<_>>(),
    });
    if let (Some(repairs), Some(map)) = (&run.repairs, document.as_object_mut()) {
        map.insert("fixed".to_owned(), json!(repairs.fixed.iter().map(repair).collect::<Vec<_>>()));
        map.insert("not-fixed".to_owned(), json!(repairs.refused.iter().map(refusal).collect::<Vec<_>>()));
        map.insert("treatments".to_owned(), json!(repairs.treatments.iter().map(treatment).collect::<Vec<_>>()));
        let failures = repairs.failures.iter().map(|(healer, message)| json!({ "healer": healer, "message": message }));
        map.insert("healer-failures".to_owned(), json!(failures.collect::<Vec<_>>()));
    }
    writeln!(out, "{}", machine::text(&document))
}

/// A report of one plugin, outside of a run: its findings and metrics as in a run's.
pub fn report(report: &Report) -> Value {
    json!({
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
        "metrics": report.metrics.iter().map(metric).collect::<Vec<_>>(),
    })
}

fn metric(metric: &Metric) -> Value {
    json!({ "name": metric.name, "value": metric.value, "unit": metric.unit })
}

fn gate(gate: &GateOutcome) -> Value {
    json!({
        "name": gate.name,
        "verdict": gate.verdict().as_str(),
        "plugin": gate.plugin.as_ref().map(|plugin| json!({
            "name": plugin.name, "version": plugin.version, "sha256": plugin.digest,
        })),
        "files": gate.files,
        "score": gate.metric("score"),
        "metrics": gate.metrics.iter().map(metric).collect::<Vec<_>>(),
        "confinement": gate.confinement,
        "conditions": gate.judgements.iter().map(judgement).collect::<Vec<_>>(),
        "findings": gate.findings.iter().map(own).collect::<Vec<_>>(),
        "set-aside": gate.set_aside.iter().map(set_aside).collect::<Vec<_>>(),
        "failures": gate.failures.iter().map(failure).collect::<Vec<_>>(),
        "unchecked": gate.unchecked,
    })
}

fn judgement(judgement: &Judgement) -> Value {
    json!({
        "metric": judgement.metric,
        "condition": judgement.requirement.to_string(),
        "value": judgement.value,
        "before": judgement.before,
        "holds": judgement.holds(),
    })
}

fn failure(failure: &Failure) -> Value {
    json!({ "path": failure.path, "message": failure.message })
}

/// A finding of a run, which the host has put its mark on.
fn own(own: &Finding) -> Value {
    let mut value = finding(own);
    if let Some(map) = value.as_object_mut() {
        map.insert("fingerprint".to_owned(), json!(format!("{:016x}", own.fingerprint)));
    }
    value
}

fn set_aside(aside: &SetAside) -> Value {
    let mut value = own(&aside.finding);
    if let Some(map) = value.as_object_mut() {
        map.insert("why".to_owned(), json!(aside.why.as_str()));
        if let Why::Allowed { reason } = &aside.why {
            map.insert("reason".to_owned(), json!(reason));
        }
    }
    value
}

fn repair(repair: &Repair) -> Value {
    json!({ "gate": repair.gate, "rule": repair.rule, "path": repair.path, "count": repair.count })
}

fn treatment(treatment: &Tried) -> Value {
    json!({
        "healer": treatment.healer,
        "summary": treatment.summary,
        "paths": treatment.paths,
        "accepted": treatment.refused.is_none(),
        "reason": treatment.refused,
    })
}

fn refusal(refusal: &Refusal) -> Value {
    json!({ "path": refusal.path, "fix": refusal.title, "reason": refusal.reason })
}

fn notice(notice: &Notice) -> Value {
    json!({ "path": notice.path, "line": notice.line, "message": notice.message })
}

fn finding(finding: &Finding) -> Value {
    let region = finding.location.as_ref().and_then(|location| location.region.as_ref());
    json!({
        "rule": finding.rule,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "message": finding.message,
        "path": finding.location.as_ref().map(|location| &location.path),
        "start": region.map(|region| region.start),
        "end": region.map(|region| region.end),
        "bytes": region.and_then(|region| region.bytes),
        "related": finding.related.iter().map(|related| json!({
            "path": related.location.path,
            "start": related.location.region.as_ref().map(|region| region.start),
            "message": related.message,
        })).collect::<Vec<_>>(),
        "fixes": finding.fixes,
    })
}

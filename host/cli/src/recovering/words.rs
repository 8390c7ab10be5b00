//! What healers and people read of incidents and recoveries.

use std::collections::BTreeMap;

use sdlc_model::{
    reading::Reading,
    treatment::{Action, IncidentKind},
};
use sdlc_monitor::detect::Symptom;
use sdlc_report::text;

use super::ledger::Recovery;

/// As in the contract.
pub(crate) fn kind(kind: IncidentKind) -> &'static str {
    match kind {
        IncidentKind::Unreachable => "unreachable",
        IncidentKind::CrashLoop => "crash-loop",
        IncidentKind::MemoryLeak => "memory-leak",
        IncidentKind::ErrorRate => "error-rate",
        IncidentKind::Latency => "latency",
    }
}

/// As in the contract, and in `allow` of `sdlc.toml`.
pub(crate) fn action(action: &Action) -> &'static str {
    match action {
        Action::Write(_) => "write",
        Action::Delete(_) => "delete",
        Action::RestartReplica(_) => "restart-replica",
        Action::RestartService => "restart-service",
        Action::Scale(_) => "scale",
        Action::RollBack => "roll-back",
    }
}

/// Such as `memory-leak of `shop-production-1a-0`: memory grew by ...`.
pub(crate) fn symptom(symptom: &Symptom) -> String {
    let of = symptom.replica.as_ref().map_or_else(String::new, |replica| format!(" of `{replica}`"));
    format!("{}{of}: {}", kind(symptom.kind), symptom.evidence)
}

/// What a healer gets as evidence: what was seen in its first line, then a fact a line. Documented in the README.
pub(crate) fn evidence(symptom: &Symptom, facts: &BTreeMap<&str, String>) -> String {
    let facts: String = facts.iter().map(|(name, value)| format!("\n{name}: {value}")).collect();
    format!("{}{facts}", text::line(&symptom.evidence))
}

/// What the readings say besides.
pub(crate) fn facts(reading: &Reading) -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("replicas", reading.asked.to_string()),
        ("healthy", reading.healthy.to_string()),
        ("cpu", format!("{:.0}", reading.cpu)),
        ("memory", format!("{:.0}", reading.memory)),
    ])
}

/// For people, such as `unreachable of `shop-0`: no answer; restart-replica: done; better: ...`.
pub(crate) fn recovery(recovery: &Recovery) -> String {
    let Recovery { replica, evidence, actions, summary, ended, effect, .. } = recovery;
    let of = replica.as_ref().map_or_else(String::new, |replica| format!(" of `{replica}`"));
    let outcome = match ended {
        None => "not over, or interrupted".to_owned(),
        Some((_, None)) => "done".to_owned(),
        Some((_, Some(error))) => format!("failed: {error}"),
    };
    let effect = match effect {
        None => "nobody knows yet whether it helped",
        Some((_, effect)) => effect,
    };
    let (kind, actions) = (kind(recovery.kind), actions.join(", "));
    text::line(&format!("{kind}{of}: {evidence}; {actions} ({summary}): {outcome}; {effect}"))
}

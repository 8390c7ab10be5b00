//! Makes what is secret unreadable: values that were granted to a plugin, in what it says; and lines that a gate found a
//! secret on, in what the others say.

use std::collections::HashSet;

use sdlc_model::{
    finding::{Finding, Location},
    fix::Safety,
    outcome::GateOutcome,
    report::Report,
};
use sdlc_tools::secrets::Secrets;

/// In all texts of a report.
pub(crate) fn report(report: &mut Report, secrets: &Secrets) {
    if secrets.is_empty() {
        return;
    }
    for found in &mut report.findings {
        finding(found, secrets);
    }
    for metric in &mut report.metrics {
        metric.name = secrets.redact_str(&metric.name);
        metric.unit = metric.unit.as_ref().map(|unit| secrets.redact_str(unit));
    }
}

fn finding(finding: &mut Finding, secrets: &Secrets) {
    let redact = |text: &mut String| *text = secrets.redact_str(text);
    redact(&mut finding.rule);
    redact(&mut finding.message);
    if let Some(region) = finding.location.as_mut().and_then(|location| location.region.as_mut()) {
        region.excerpt.as_mut().map(redact);
    }
    for related in &mut finding.related {
        redact(&mut related.message);
        if let Some(region) = &mut related.location.region {
            region.excerpt.as_mut().map(redact);
        }
    }
    for fix in &mut finding.fixes {
        redact(&mut fix.title);
        for edit in &mut fix.edits {
            let text = secrets.redact_str(&edit.replacement);
            // What cannot be shown cannot be written as it is shown.
            if text != edit.replacement {
                (edit.replacement, fix.safety) = (text, Safety::DisplayOnly);
            }
        }
    }
}

/// No gate shows a line that another one, or the same, found a secret on.
pub(crate) fn lines(gates: &mut [GateOutcome]) {
    let mut secret: HashSet<(String, u32)> = HashSet::new();
    for finding in gates.iter().flat_map(all).filter(|finding| finding.sensitive) {
        if let Some((path, region)) = finding.location.as_ref().and_then(|at| Some((&at.path, at.region.as_ref()?))) {
            secret.extend((region.start.line..=region.end.line).map(|line| (path.clone(), line)));
        }
    }
    if secret.is_empty() {
        return;
    }
    let hide = |location: &mut Location| {
        if let Some(region) = &mut location.region
            && secret.contains(&(location.path.clone(), region.start.line))
        {
            region.excerpt = None;
        }
    };
    for gate in gates {
        let aside = gate.set_aside.iter_mut().map(|aside| &mut aside.finding);
        for finding in gate.findings.iter_mut().chain(aside) {
            finding.location.iter_mut().for_each(hide);
            finding.related.iter_mut().for_each(|related| hide(&mut related.location));
        }
    }
}

fn all(gate: &GateOutcome) -> impl Iterator<Item = &Finding> {
    gate.findings.iter().chain(gate.set_aside.iter().map(|aside| &aside.finding))
}

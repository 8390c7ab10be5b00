//! Makes values that were granted to a plugin unreadable in what it says.

use sdlc_model::{finding::Finding, report::Report};
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
        fix.edits.iter_mut().for_each(|edit| redact(&mut edit.replacement));
    }
}

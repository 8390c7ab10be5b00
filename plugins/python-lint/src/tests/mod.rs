//! The gate as the host would run it, by subject. Does not compare with native ruff: `examples/` does.

mod begin;
mod configuration;
mod files;
mod findings;
mod imports;
mod security;
mod settings;

use sdlc_sdk::{Finding, Region, Report, testing::GateTest};

use crate::PythonLint;

type Gate = GateTest<PythonLint>;

/// A gate with a `select`.
fn selecting(rules: &[&str]) -> Gate {
    Gate::new(&serde_json::json!({ "select": rules }).to_string())
}

fn rules(report: &Report) -> Vec<&str> {
    report.findings.iter().map(|finding| finding.rule.as_str()).collect()
}

/// The bytes that a finding is about.
fn bytes(finding: &Finding) -> Option<(u32, u32)> {
    match finding.location.as_ref()?.region? {
        Region::Bytes(span) => Some((span.start, span.end)),
        Region::Points(_) => None,
    }
}

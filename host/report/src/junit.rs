//! JUnit XML, as CI systems show test results: a suite a file and gate, a case a rule, a failure a finding.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use sdlc_model::{
    finding::Finding,
    outcome::{GateOutcome, RunOutcome},
    repair::{Repair, Repairs},
};

use crate::text;

/// Writes a run as JUnit XML.
///
/// # Errors
/// What `out` says.
pub fn write(out: &mut dyn Write, run: &RunOutcome) -> io::Result<()> {
    let mut report = Report::new("sdlc");
    for gate in &run.gates {
        report.add_test_suites(suites(gate));
        report.add_test_suites(run.repairs.iter().filter_map(|repairs| repaired(gate, repairs)));
    }
    report.serialize(out).map_err(io::Error::other)
}

fn suites(gate: &GateOutcome) -> Vec<TestSuite> {
    let mut by_path: BTreeMap<&str, BTreeMap<&str, Vec<&Finding>>> = BTreeMap::new();
    for finding in &gate.findings {
        let path = finding.location.as_ref().map_or("the workspace", |location| location.path.as_str());
        by_path.entry(path).or_default().entry(finding.rule.as_str()).or_default().push(finding);
    }
    let mut suites = vec![own(gate)];
    suites.extend(by_path.into_iter().map(|(path, rules)| {
        let mut suite = TestSuite::new(format!("{}: {}", gate.name, text::line(path)));
        suite.add_test_cases(rules.into_iter().map(|(rule, findings)| case(gate, path, rule, &findings)));
        suite
    }));
    suites
}

/// What was fixed passes; what would only have been is a failure, since it is still there.
fn repaired(gate: &GateOutcome, repairs: &Repairs) -> Option<TestSuite> {
    let case = |repair: &Repair| {
        let told = format!("{}: {}", text::line(&repair.path), text::line(&repairs.sentence(repair)));
        let status = if repairs.written {
            TestCaseStatus::success()
        } else {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(&*repair.rule);
            status.set_message(told.clone());
            status
        };
        let mut case = named(gate, &format!("{} in {}", text::line(&repair.rule), text::line(&repair.path)), status);
        case.set_system_out(told);
        case
    };
    let cases: Vec<_> = repairs.of_gate(&gate.name).map(case).collect();
    if cases.is_empty() {
        return None;
    }
    let mut suite =
        TestSuite::new(format!("{}: {}", gate.name, if repairs.written { "fixed" } else { "would be fixed" }));
    suite.add_test_cases(cases);
    Some(suite)
}

/// What concerns the gate as a whole: that it could work, and its conditions.
fn own(gate: &GateOutcome) -> TestSuite {
    let mut suite = TestSuite::new(gate.name.clone());
    let status = match gate.failures.first() {
        None => TestCaseStatus::success(),
        Some(failure) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(text::lines(&failure.message));
            status
        }
    };
    suite.add_test_case(named(gate, "can be judged", status));
    for judgement in &gate.judgements {
        let status = if judgement.holds() {
            TestCaseStatus::success()
        } else {
            let value = judgement.value.map_or_else(|| "missing".to_owned(), |value| value.to_string());
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(format!("{} is {value}, required is {}", judgement.metric, judgement.required()));
            status
        };
        suite.add_test_case(named(gate, &format!("{} {}", judgement.metric, judgement.requirement), status));
    }
    suite
}

/// Findings that do not fail the run are told, but are no failure.
fn case(gate: &GateOutcome, path: &str, rule: &str, findings: &[&Finding]) -> TestCase {
    let line = |finding: &&Finding| {
        let start = finding.location.as_ref().map(|location| location.start()).unwrap_or_default();
        let (path, message) = (text::line(path), text::line(&finding.message));
        format!("{path}:{}:{}: {} {message}", start.line, start.column, finding.severity.as_str())
    };
    let told = findings.iter().map(line).collect::<Vec<_>>().join("\n");
    let fails = findings.iter().any(|finding| gate.fail_on.fails(finding.severity));
    let status = if fails {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_type(rule);
        status.set_message(findings.first().map_or_else(String::new, |finding| text::line(&finding.message)));
        status.set_description(told.clone());
        status
    } else {
        TestCaseStatus::success()
    };
    let mut case = named(gate, &text::line(rule), status);
    if !fails {
        case.set_system_out(told);
    }
    case
}

fn named(gate: &GateOutcome, name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(gate.name.clone());
    case
}

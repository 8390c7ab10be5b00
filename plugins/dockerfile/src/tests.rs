//! The gate as a whole: what it says of itself, and what it makes of anything.

use proptest::prelude::*;
use sdlc_sdk::{Plugin, testing::GateTest};

use crate::DockerfileGate;

#[test]
fn rules_are_described_with_what_reports_need() {
    let rules = DockerfileGate::rules(&[]);
    assert_eq!(rules.len(), crate::rules::ALL.len());
    for rule in rules {
        assert!(rule.security_severity.is_some_and(|score| (0.0..=10.0).contains(&score)), "{}", rule.id);
        assert!(rule.tags.iter().any(|tag| tag.starts_with("external/cwe/cwe-")), "{}", rule.id);
    }
    assert!(DockerfileGate::rules(&["unknown".to_owned()]).is_empty());
}

#[test]
fn what_is_no_text_is_a_finding() {
    let report = GateTest::<DockerfileGate>::new("{}").check("a/Dockerfile", b"a: \xFF");
    assert_eq!(report.findings.len(), 1);
}

proptest! {
    #[test]
    fn any_file_has_findings_within_it(text in "(\\PC|[ \n]|FROM a:1\\n|RUN |COPY \\. /a\\n|ENV A_TOKEN=|curl |[|] sh\\n|<<EOF\\n|EOF\\n|\\\\\\n|# x\\n|chmod 777 |USER |\"|\\[|\\$\\(|ONBUILD ){0,40}") {
        let report = GateTest::<DockerfileGate>::new("{}").check("a/Dockerfile", &text);
        for finding in report.findings {
            prop_assert!(text.get(finding.bytes().unwrap()).is_some(), "{}", finding.rule);
        }
    }
}

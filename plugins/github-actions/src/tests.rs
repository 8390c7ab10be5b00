//! The gate as a whole: what it says of itself, and what it makes of anything.

use proptest::prelude::*;
use sdlc_sdk::{Plugin, testing::GateTest};

use crate::GithubActions;

#[test]
fn rules_are_described_with_what_reports_need() {
    let rules = GithubActions::rules(&[]);
    assert_eq!(rules.len(), crate::rules::ALL.len());
    for rule in rules {
        assert!(rule.security_severity.is_some_and(|score| (0.0..=10.0).contains(&score)), "{}", rule.id);
        assert!(rule.tags.iter().any(|tag| tag.starts_with("external/cwe/cwe-")), "{}", rule.id);
    }
    assert!(GithubActions::rules(&["unknown".to_owned()]).is_empty());
}

#[test]
fn what_is_no_text_is_a_finding() {
    let report = GateTest::<GithubActions>::new("{}").check(".github/workflows/a.yml", b"a: \xFF");
    assert_eq!(report.findings.len(), 1);
}

proptest! {
    #[test]
    fn any_file_has_findings_within_it(text in "(\\PC|[ \n]|on: push\\n|jobs:\\n|  a:\\n|    steps:\\n|      - run: |      - uses: |        with:\\n|          ref: |    container: |a/b@v1\\n|env: |if: |\\$\\{\\{ |github\\.event\\.issue\\.title| \\}\\}\\n|[|]\\n|&x |\\*x\\n){0,40}") {
        let report = GateTest::<GithubActions>::new("{}").check(".github/workflows/a.yml", &text);
        for finding in report.findings {
            prop_assert!(text.get(finding.bytes().unwrap()).is_some(), "{}", finding.rule);
        }
    }
}

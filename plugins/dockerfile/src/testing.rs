//! What the rules' tests share: run one rule on one file.
//!
//! Does not appear in the plugin.

use sdlc_sdk::testing::GateTest;

use crate::DockerfileGate;

/// The texts that one rule finds.
#[track_caller]
pub(crate) fn found<'a>(rule: &str, content: &'a str) -> Vec<&'a str> {
    found_with(&format!(r#"{{"select": ["{rule}"]}}"#), content)
}

/// The texts that are found with these settings.
#[track_caller]
pub(crate) fn found_with<'a>(settings: &str, content: &'a str) -> Vec<&'a str> {
    let findings = GateTest::<DockerfileGate>::new(settings).check("a/Dockerfile", content).findings;
    findings.iter().map(|finding| &content[finding.bytes().unwrap()]).collect()
}

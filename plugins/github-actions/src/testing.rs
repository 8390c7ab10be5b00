//! What the rules' tests share: run one rule on one file.
//!
//! Does not appear in the plugin.

use sdlc_sdk::testing::GateTest;

use crate::GithubActions;

/// The texts that one rule finds in a workflow.
#[track_caller]
pub(crate) fn found<'a>(rule: &str, workflow: &'a str) -> Vec<&'a str> {
    found_with(&format!(r#"{{"select": ["{rule}"]}}"#), ".github/workflows/ci.yml", workflow)
}

/// The texts that one rule finds in an action.
#[track_caller]
pub(crate) fn found_in_action<'a>(rule: &str, action: &'a str) -> Vec<&'a str> {
    found_with(&format!(r#"{{"select": ["{rule}"]}}"#), "setup/action.yml", action)
}

/// The texts that are found with these settings.
#[track_caller]
pub(crate) fn found_with<'a>(settings: &str, path: &str, content: &'a str) -> Vec<&'a str> {
    let findings = GateTest::<GithubActions>::new(settings).check(path, content).findings;
    findings.iter().map(|finding| &content[finding.bytes().unwrap()]).collect()
}

/// A workflow of one job whose steps are these, each line of which is put below `steps:`.
pub(crate) fn steps(steps: &str) -> String {
    on("push", steps)
}

/// The same, on other events.
pub(crate) fn on(event: &str, steps: &str) -> String {
    let steps: String = steps.lines().map(|line| format!("      {line}\n")).collect();
    format!("on: {event}\npermissions: {{}}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n{steps}")
}

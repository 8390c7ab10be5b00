//! What `sdlc.toml` can say, and what it is told when that is wrong.

use super::{Gate, rules};

const UNUSED: &str = "import os\n";

#[track_caller]
fn problems(settings: &str) -> Vec<(String, String)> {
    match Gate::new(settings).configure() {
        Ok(_) => panic!("accepted: {settings}"),
        Err(problems) => problems.into_iter().map(|problem| (problem.key, problem.message)).collect(),
    }
}

#[test]
fn they_win_over_the_configuration_of_the_project() {
    let project = "line-length = 40\nlint.select = ['E501']\n";
    let gate = Gate::new(r#"{"select": ["F401"], "line-length": 100}"#).context("ruff.toml", project);
    assert_eq!(rules(&gate.check("a.py", UNUSED)), ["F401"]);
    let gate = Gate::new(r#"{"extend-select": ["F401"], "line-length": 4}"#).context("ruff.toml", project);
    assert_eq!(rules(&gate.check("a.py", UNUSED)), ["E501", "F401"]);
    let gate = Gate::new(r#"{"ignore": ["E501"]}"#).context("ruff.toml", project);
    assert!(rules(&gate.check("a.py", "x = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'\n")).is_empty());
}

#[test]
fn all_problems_are_reported_at_once_with_their_keys() {
    let found = problems(
        r#"{"select": ["F401", "NOPE"], "line-length": 0, "target-version": "py20", "config": {"x": 1},
                             "per-file-ignores": {"tests/*": ["XX1"]}}"#,
    );
    let keys: Vec<_> = found.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["select", "per-file-ignores.tests/*", "line-length", "target-version", "config"]);
    assert_eq!(found[0].1, "`NOPE` is neither a rule nor a prefix of rules; hint: `F401`, `F` or `ALL`");
    assert!(found[3].1.starts_with("unknown variant `py20`, expected one of `py37`"), "{}", found[3].1);
    assert!(found[4].1.starts_with("unknown field `x`"), "{}", found[4].1);
}

#[test]
fn an_unknown_key_or_a_wrong_type_is_a_problem() {
    assert_eq!(problems(r#"{"selct": []}"#)[0].0, "selct");
    assert_eq!(problems(r#"{"format": "yes"}"#)[0].0, "format");
    assert_eq!(problems(r#"{"config": {"extend": "x.toml"}}"#)[0].0, "config.extend");
}

#[test]
fn any_option_of_ruff_can_be_given() {
    let gate = Gate::new(r#"{"config": {"lint": {"select": ["C901"], "mccabe": {"max-complexity": 1}}}}"#);
    assert_eq!(rules(&gate.check("a.py", "def f(a):\n    if a:\n        return 1\n")), ["C901"]);
}

#[test]
fn files_can_be_ignored_and_left_out() {
    let gate = Gate::new(r#"{"per-file-ignores": {"tests/*": ["F"]}, "extend-exclude": ["gen"]}"#);
    assert!(rules(&gate.check("tests/a.py", UNUSED)).is_empty());
    assert!(rules(&gate.check("gen/a.py", UNUSED)).is_empty());
    assert_eq!(rules(&gate.check("a.py", UNUSED)), ["F401"]);
}

#[test]
fn a_rule_that_may_not_be_fixed_has_no_fix() {
    let report = Gate::new(r#"{"unfixable": ["F401"]}"#).check("a.py", UNUSED);
    assert!(report.findings[0].fixes.is_empty());
}

#[test]
fn preview_enables_unstable_rules() {
    let text = "x = [1,2]\n";
    assert!(rules(&Gate::new(r#"{"select": ["E231"]}"#).check("a.py", text)).is_empty());
    assert_eq!(rules(&Gate::new(r#"{"select": ["E231"], "preview": true}"#).check("a.py", text)), ["E231"]);
}

#[test]
fn further_files_and_configuration_files_are_selected() {
    use sdlc_sdk::FileGate;
    let gate = Gate::new(r#"{"extend-include": ["*.pyx", "bin/tool"], "configuration-files": ["etc/lint.toml"]}"#);
    let selection = gate.configure().unwrap().select();
    assert!(selection.check.ends_with(&["**/*.pyx".to_owned(), "bin/tool".to_owned()]));
    assert!(selection.context.contains(&"etc/lint.toml".to_owned()) && selection.paths);
    assert_eq!(rules(&gate.check("bin/tool", UNUSED)), ["F401"]);
}

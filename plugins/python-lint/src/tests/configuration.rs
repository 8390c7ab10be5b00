//! Which configuration file holds for which file.

use sdlc_sdk::{Error, testing::source_file};

use super::{Gate, rules};

const UNUSED: &str = "import os\n";
const LONG: &str = "x = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'\n";

#[track_caller]
fn error(gate: &Gate) -> String {
    match gate.try_check(source_file("a.py", sdlc_sdk::FileKind::Regular, b"")) {
        Err(Error::InvalidInput(message)) => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_closest_file_wins_as_a_whole() {
    let gate = Gate::new("{}")
        .context("pyproject.toml", "[tool.ruff.lint]\nselect = ['F401', 'E501']\n")
        .context("sub/ruff.toml", "lint.select = ['E501']\n");
    assert_eq!(rules(&gate.check("a.py", UNUSED)), ["F401"]);
    assert!(rules(&gate.check("sub/a.py", UNUSED)).is_empty());
    assert_eq!(rules(&gate.check("sub/deep/a.py", LONG)), ["E501"]);
}

#[test]
fn a_pyproject_without_ruff_does_not_count() {
    let gate = Gate::new("{}")
        .context("ruff.toml", "lint.select = ['E501']\n")
        .context("sub/pyproject.toml", "[project]\nname = 'x'\nversion = '1'\n");
    assert_eq!(rules(&gate.check("sub/a.py", LONG)), ["E501"]);
}

#[test]
fn the_dotted_file_wins_over_the_plain_one_and_that_over_pyproject() {
    let select = |rule: &str| format!("lint.select = ['{rule}']\n");
    let gate = Gate::new("{}")
        .context("pyproject.toml", "[tool.ruff.lint]\nselect = ['W292']\n")
        .context("ruff.toml", select("E501"));
    assert_eq!(rules(&gate.check("a.py", LONG.trim_end())), ["E501"]);
    let gate = gate.context(".ruff.toml", select("W292"));
    assert_eq!(rules(&gate.check("a.py", LONG.trim_end())), ["W292"]);
}

#[test]
fn a_file_extends_another_one() {
    let gate = Gate::new("{}")
        .context("base/ruff.toml", "line-length = 200\nlint.select = ['E501', 'F401']\n")
        .context("sub/ruff.toml", "extend = '../base/ruff.toml'\nlint.ignore = ['F401']\n");
    assert!(rules(&gate.check("sub/a.py", LONG)).is_empty());
    assert!(rules(&gate.check("sub/a.py", UNUSED)).is_empty());
    assert_eq!(rules(&gate.check("base/a.py", UNUSED)), ["F401"]);
}

#[test]
fn a_circle_of_extends_is_an_error_that_shows_the_circle() {
    let gate = Gate::new("{}")
        .context("ruff.toml", "extend = 'b/ruff.toml'")
        .context("b/ruff.toml", "extend = '../ruff.toml'");
    assert_eq!(
        error(&gate),
        "configuration files extend each other: `ruff.toml` extends `b/ruff.toml` extends `ruff.toml`"
    );
}

#[test]
fn extending_what_is_not_there_is_an_error() {
    let gate = Gate::new("{}").context("ruff.toml", "extend = 'missing.toml'");
    assert_eq!(
        error(&gate),
        "`missing.toml` is not among the configuration files (`ruff.toml` extends `missing.toml`)"
    );
    let gate = Gate::new("{}").context("ruff.toml", "extend = '../../x.toml'");
    assert_eq!(error(&gate), "`ruff.toml` extends `../../x.toml`, which is outside of the workspace");
}

#[test]
fn a_broken_file_is_an_error_that_names_the_file_and_the_place() {
    let message = error(&Gate::new("{}").context("sub/ruff.toml", "line-length = 'x'\n"));
    assert!(message.starts_with("cannot read `sub/ruff.toml`: TOML parse error at line 1"), "{message}");
    let message = error(&Gate::new("{}").context("pyproject.toml", "[tool.ruff]\nspeed = 1\n"));
    assert!(message.contains("`pyproject.toml`") && message.contains("unknown field `speed`"), "{message}");
    let message = error(&Gate::new("{}").context("ruff.toml", "lint.select = ['XYZ']\n"));
    assert!(message.starts_with("`ruff.toml`: ") && message.contains("XYZ"), "{message}");
}

#[test]
fn a_broken_file_in_an_excluded_directory_is_never_read() {
    let gate = Gate::new("{}").context("ruff.toml", "extend-exclude = ['fixtures']").context("fixtures/ruff.toml", "?");
    assert!(rules(&gate.check("fixtures/a.py", UNUSED)).is_empty());
    assert_eq!(rules(&gate.check("a.py", UNUSED)), ["F401"]);
}

#[test]
fn rules_are_ignored_per_file() {
    let gate = Gate::new("{}").context("sub/ruff.toml", "lint.per-file-ignores = { 'tests/*' = ['F401'] }\n");
    assert!(rules(&gate.check("sub/tests/a.py", UNUSED)).is_empty());
    assert_eq!(rules(&gate.check("sub/a.py", UNUSED)), ["F401"]);
    assert_eq!(rules(&gate.check("tests/a.py", UNUSED)), ["F401"]);
}

#[test]
fn the_lowest_python_comes_from_requires_python() {
    let text = "import typing\n\nx: typing.Optional[int]\n";
    let upgrade = |gate: Gate| rules(&gate.check("sub/a.py", text)).len();
    let gate = || super::selecting(&["UP007", "UP045"]);
    let project = |version: &str| format!("[project]\nname = 'x'\nversion = '1'\nrequires-python = '{version}'\n");
    assert_eq!(upgrade(gate().context("pyproject.toml", project(">=3.9,<4"))), 0);
    assert_eq!(upgrade(gate().context("pyproject.toml", project(">=3.11"))), 1);
    // The nearest configuration of ruff is elsewhere: its version is still looked for above it.
    let nested = gate().context("sub/ruff.toml", "line-length = 100");
    assert_eq!(upgrade(nested.context("pyproject.toml", project(">=3.9"))), 0);
    let explicit = gate().context("ruff.toml", "target-version = 'py312'");
    assert_eq!(upgrade(explicit.context("pyproject.toml", project(">=3.9"))), 1);
}

#[test]
fn a_version_can_hold_for_some_files_only() {
    let gate = Gate::new("{}")
        .context("ruff.toml", "target-version = 'py312'\nper-file-target-version = { 'old/*' = 'py38' }\n");
    let text = "match x:\n    case 1:\n        pass\n";
    assert_eq!(rules(&gate.check("old/a.py", text)), ["invalid-syntax", "F821"]);
    assert_eq!(rules(&gate.check("a.py", text)), ["F821"]);
}

#[test]
fn what_is_excluded_is_not_checked() {
    let gate = Gate::new("{}").context("ruff.toml", "extend-exclude = ['gen', 'a/b.py']\nlint.exclude = ['c.py']\n");
    for path in ["gen/x.py", "deep/gen/x.py", "a/b.py", "c.py", "d/c.py", "venv/x.py", "node_modules/m/x.py"] {
        assert!(rules(&gate.check(path, UNUSED)).is_empty(), "{path}");
    }
    assert_eq!(rules(&gate.check("deep/a/b.py", UNUSED)), ["F401"]);
    let gate = gate.context("venv2/ruff.toml", "exclude = []\n");
    assert_eq!(rules(&gate.check("venv2/venv/x.py", UNUSED)), ["F401"]);
}

#[test]
fn a_required_version_that_is_not_met_is_an_error() {
    let message = error(&Gate::new("{}").context("ruff.toml", "required-version = '<0.1'"));
    assert!(message.starts_with("`ruff.toml`: ") && message.contains("0.16.4"), "{message}");
}

#[test]
fn a_link_to_a_configuration_file_is_followed_within_the_workspace() {
    use sdlc_sdk::{FileGate, FileKind, Plugin, Project};
    let link = |target: &str| {
        let context = vec![
            source_file("base/ruff.toml", FileKind::Regular, b"lint.select = ['E501']"),
            source_file("sub/ruff.toml", FileKind::Symlink, target.as_bytes()),
        ];
        let mut gate = crate::PythonLint::new(crate::settings::Settings::default()).unwrap();
        gate.begin(Project { context, paths: Vec::new() })?;
        gate.check(source_file("sub/a.py", FileKind::Regular, UNUSED.as_bytes()))
    };
    assert!(rules(&link("../base/ruff.toml").unwrap()).is_empty());
    assert!(matches!(link("/etc/ruff.toml"), Err(Error::InvalidInput(message)) if message.contains("`sub/ruff.toml`")));
}

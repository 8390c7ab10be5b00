//! Real projects: the same verdicts as the tools whose work the built-in plugins do.
//!
//! The projects are in the directory that `SDLC_CORPUS` names, a directory each; without it these tests are skipped,
//! which CI never does. `ruff` and `prek` have to be of the versions that `.ci/run` installs.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// Where a finding is and what it says: path, line, column, end line, end column, rule, message.
type Row = (String, u64, u64, u64, u64, String, String);

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn corpora() -> Vec<PathBuf> {
    let Some(directory) = std::env::var_os("SDLC_CORPUS").filter(|path| !path.is_empty()) else {
        eprintln!("skipped: SDLC_CORPUS is not set");
        return Vec::new();
    };
    ["Django", "ansible-core", "SQLAlchemy"]
        .iter()
        .map(|name| Path::new(&directory).join(name).canonicalize().unwrap())
        .collect()
}

fn sdlc(root: &Path, settings: &str) -> BTreeSet<Row> {
    let scratch = tempfile::tempdir().unwrap();
    let configuration = format!(
        "[gates.lint]\nplugin = \"builtin:python-lint\"\nfail-on = \"never\"\n[gates.lint.settings]\n{settings}\n"
    );
    fs::write(root.join("sdlc.toml"), configuration).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sdlc"));
    command.current_dir(root).args(["run", "--no-cache", "--output-format", "json"]);
    let output = command.env("SDLC_CACHE_DIR", scratch.path().join("cache")).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(report["gates"][0]["failures"], serde_json::json!([]));
    let findings = report["gates"][0]["findings"].as_array().unwrap().iter();
    let rows = findings.filter(|finding| !finding["path"].as_str().unwrap().ends_with(".ipynb"));
    rows.map(|finding| {
        let number = |end: &str, key: &str| finding[end][key].as_u64().unwrap_or(1);
        let text = |key: &str| finding[key].as_str().unwrap().to_owned();
        (
            text("path"),
            number("start", "line"),
            number("start", "column"),
            number("end", "line"),
            number("end", "column"),
            text("rule"),
            text("message"),
        )
    })
    .collect()
}

fn ruff(root: &Path, arguments: &[&str]) -> BTreeSet<Row> {
    let mut command = Command::new("ruff");
    command.current_dir(root).args(["check", "--no-cache", "--output-format", "json", "--exit-zero"]).args(arguments);
    let output = command.output().unwrap();
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows = found.as_array().unwrap().iter().filter(|row| row["cell"].is_null());
    rows.map(|row| {
        let number = |end: &str, key: &str| row[end][key].as_u64().unwrap();
        let path = Path::new(row["filename"].as_str().unwrap()).strip_prefix(root).unwrap();
        (
            path.to_str().unwrap().to_owned(),
            number("location", "row"),
            number("location", "column"),
            number("end_location", "row"),
            number("end_location", "column"),
            row["code"].as_str().unwrap_or("invalid-syntax").to_owned(),
            row["message"].as_str().unwrap().to_owned(),
        )
    })
    .collect()
}

/// Rules of our own, which ruff does not have: `plugins/python-lint/BANDIT.md`.
const OWN: &str = "BANDIT";

#[track_caller]
fn compare(root: &Path, settings: &str, arguments: &[&str]) {
    // The configuration has to lie in the project, which others copy meanwhile.
    let (_directory, root) = copy(root);
    let (ours, theirs) = (sdlc(&root, settings), ruff(&root, arguments));
    assert!(theirs.len() > 100, "ruff found {} things", theirs.len());
    let differ = |a: &BTreeSet<Row>, b: &BTreeSet<Row>| -> Vec<Row> {
        a.difference(b).filter(|row| !row.5.starts_with(OWN)).cloned().collect()
    };
    let (more, fewer) = (differ(&ours, &theirs), differ(&theirs, &ours));
    assert!(
        more.is_empty() && fewer.is_empty(),
        "{}: {} of {} more: {:#?}\n{} fewer: {:#?}",
        root.display(),
        more.len(),
        theirs.len(),
        &more[..more.len().min(10)],
        fewer.len(),
        &fewer[..fewer.len().min(10)]
    );
}

#[test]
fn the_default_rules_find_what_native_ruff_finds() {
    for root in corpora() {
        compare(&root, "", &[]);
    }
}

#[test]
fn all_rules_find_what_native_ruff_finds() {
    for root in corpora() {
        compare(&root, "select = [\"ALL\"]\nnosec = false", &["--select", "ALL"]);
    }
}

/// Content of every Python file.
fn sources(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut found, mut waiting) = (BTreeMap::new(), vec![root.to_owned()]);
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(&directory).unwrap().flatten() {
            match entry.file_type().unwrap() {
                kind if kind.is_dir() => waiting.push(entry.path()),
                kind if kind.is_file() && entry.path().extension().is_some_and(|end| end == "py" || end == "pyi") => {
                    found.insert(entry.path().strip_prefix(root).unwrap().to_owned(), fs::read(entry.path()).unwrap());
                }
                _ => {}
            }
        }
    }
    found
}

/// A copy of a project in a directory of its own.
fn copy(root: &Path) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let status = Command::new("cp").arg("-r").arg(root).arg(directory.path()).status().unwrap();
    assert!(status.success());
    let copy = directory.path().join(root.file_name().unwrap());
    (directory, copy)
}

#[test]
fn fixes_and_formatting_are_those_of_ruff_byte_for_byte() {
    for (root, rules) in corpora().iter().flat_map(|root| [(root, "F401,I001,UP"), (root, "E,F,W,I,B,SIM,C4,RUF100")]) {
        let ((_one, ours), (_other, theirs)) = (copy(root), copy(root));
        let select: Vec<_> = rules.split(',').map(|rule| format!("\"{rule}\"")).collect();
        let settings = format!("settings = {{ select = [{}], format = true }}", select.join(", "));
        let configuration = format!("[gates.lint]\nplugin = \"builtin:python-lint\"\n{settings}\n");
        fs::write(ours.join("sdlc.toml"), configuration).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_sdlc"));
        let state = ours.with_file_name("state");
        command.current_dir(&ours).args(["run", "--fix", "--no-cache", "--output-format", "json", "--state-dir"]);
        let output = command.arg(&state).output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
        assert!(report["fixed"].as_array().unwrap().len() > 10, "{}", report["fixed"]);
        let ruff = |arguments: &[&str]| {
            let mut command = Command::new("ruff");
            command.current_dir(&theirs).args(arguments).args(["--no-cache", "--quiet", "."]).output().unwrap();
        };
        // Formatting can make room for a fix that was none before (a shorter line), which ruff sees when it runs again.
        let django = root.ends_with("Django");
        for _ in 0..if django { 1 } else { 3 } {
            ruff(&["check", "--fix", "--select", rules]);
            ruff(&["format"]);
        }
        let (ours, theirs) = (sources(&ours), sources(&theirs));
        // But for fixes that make new findings, which ruff applies and we do not.
        let refused: BTreeSet<_> = report["not-fixed"]
            .as_array()
            .unwrap()
            .iter()
            .map(|fix| PathBuf::from(fix["path"].as_str().unwrap()))
            .collect();
        assert!(refused.len() < 100, "{refused:?}");
        // ansible-core has unused imports in `__init__.py`, which no safe fix takes away.
        assert!(!django || rules != "F401,I001,UP" || refused.is_empty(), "{refused:?}");
        let differ = theirs.iter().filter(|(path, text)| ours.get(*path) != Some(*text) && !refused.contains(*path));
        let names: Vec<_> = differ.map(|(path, _)| path).collect();
        assert!(names.is_empty(), "{}, {rules}: {names:?}", root.display());
    }
}

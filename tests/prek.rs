//! Real projects: the built-in hygiene gate flags the files that prek's built-in hooks flag.
//!
//! Projects and peers as in `corpus`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::Command,
};

use serde_json::Value;

use crate::corpus::corpora;

/// A rule, the hook that looks for the same, and its arguments. What is not the same is in
/// `plugins/hygiene/DIFFERENCES.md`.
const SAME: &[(&str, &str, &str)] = &[
    ("trailing-whitespace", "trailing-whitespace", ""),
    ("end-of-file", "end-of-file-fixer", ""),
    ("mixed-line-ending", "mixed-line-ending", "--fix=no"),
    ("byte-order-mark", "fix-byte-order-marker", ""),
    ("merge-conflict", "check-merge-conflict", "--assume-in-merge"),
    ("json-syntax", "check-json", ""),
    ("toml-syntax", "check-toml", ""),
    ("yaml-syntax", "check-yaml", ""),
    ("xml-syntax", "check-xml", ""),
    ("large-file", "check-added-large-files", "--enforce-all"),
    ("executable-without-shebang", "check-executables-have-shebangs", ""),
    ("shebang-without-executable", "check-shebang-scripts-are-executable", ""),
    ("broken-symlink", "check-symlinks", ""),
    ("private-key", "detect-private-key", ""),
];

type ByRule = BTreeMap<String, BTreeSet<String>>;

/// The files of a copy of the project, which prek may change, and which git knows.
fn repository(project: &Path, at: &Path) -> BTreeSet<String> {
    run(
        "cp",
        &["-dR", "--preserve=mode", "--", project.join(".").to_str().unwrap(), at.to_str().unwrap()],
        Path::new("/"),
    );
    run("git", &["init", "-q"], at);
    run("git", &["add", "."], at);
    let files = run("git", &["ls-files", "-z"], at);
    files.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect()
}

fn run(program: &str, arguments: &[&str], at: &Path) -> String {
    let output = Command::new(program).args(arguments).current_dir(at).output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn prek(root: &Path, scratch: &Path, files: &BTreeSet<String>) -> ByRule {
    let flagged = SAME.iter().map(|(rule, hook, arguments)| {
        let configuration = scratch.join("hooks.yaml");
        let hooks = format!("repos:\n  - repo: builtin\n    hooks:\n      - {{id: {hook}, args: [{arguments}]}}\n");
        fs::write(&configuration, hooks).unwrap();
        let said = run("prek", &["run", "--all-files", "--color=never", "-c", configuration.to_str().unwrap()], root);
        assert!(
            said.contains("Passed") || said.contains("Failed") || said.contains("no files to check"),
            "{hook}: {said}"
        );
        run("git", &["checkout", "-q", "."], root);
        let lines = said
            .lines()
            .map(|line| line.trim().trim_start_matches("Fixing ").trim_start_matches("Private key found: "));
        let flagged = lines.filter_map(|line| files.iter().rfind(|path| line.starts_with(path.as_str())).cloned());
        ((*rule).to_owned(), flagged.collect())
    });
    flagged.collect()
}

fn sdlc(root: &Path) -> ByRule {
    let configuration = root.join("hygiene.toml");
    fs::write(&configuration, "[gates.hygiene]\nplugin = \"builtin:hygiene\"\nfail-on = \"never\"\n").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sdlc"));
    command.args(["run", "--no-cache", "--output-format", "json", "--config"]).arg(&configuration).current_dir(root);
    let output = command.output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["gates"][0]["failures"], serde_json::json!([]));
    let mut flagged: ByRule = SAME.iter().map(|(rule, ..)| ((*rule).to_owned(), BTreeSet::new())).collect();
    for finding in report["gates"][0]["findings"].as_array().unwrap() {
        let text = |key: &str| finding[key].as_str().unwrap().to_owned();
        if let Some(files) = flagged.get_mut(&text("rule")) {
            files.insert(text("path"));
        }
    }
    flagged
}

#[test]
fn hygiene_flags_the_files_that_prek_flags() {
    for project in corpora() {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path().join("project");
        let files = repository(&project, &root);
        let (ours, theirs) = (sdlc(&root), prek(&root, scratch.path(), &files));
        let flagged: usize = theirs.values().map(BTreeSet::len).sum();
        assert!(flagged > 10, "prek flagged {flagged} files of {}", project.display());
        for (rule, theirs) in theirs {
            assert_eq!(ours[&rule], theirs, "{rule} in {}", project.display());
        }
    }
}

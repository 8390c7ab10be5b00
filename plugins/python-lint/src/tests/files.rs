//! Kinds of files: stubs, notebooks, TOML, scripts, and what cannot be read.

use sdlc_sdk::{Error, FileKind, Severity, SourceFile};

use super::{Gate, rules, selecting};

fn notebook(source: &str) -> String {
    let text = serde_json::json!({"cell_type": "markdown", "metadata": {}, "source": "# x"});
    let code = serde_json::json!({"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": null});
    serde_json::json!({"cells": [text, code], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).to_string()
}

#[test]
fn a_finding_in_a_notebook_names_its_cell_and_offers_no_fix() {
    let report = selecting(&["F401"]).check("a.ipynb", notebook("x = 1\nimport os\n"));
    assert_eq!(report.findings[0].message, "`os` imported but unused (cell 2, line 2)");
    assert!(report.findings[0].location.as_ref().is_some_and(|location| location.region.is_none()));
    assert!(report.findings[0].fixes.is_empty());
}

#[test]
fn a_notebook_that_is_none_is_reported() {
    let texts: [&[u8]; 5] =
        [b"", b"{", b"[]", b"\xff", b"{\"cells\": [], \"metadata\": {}, \"nbformat\": 3, \"nbformat_minor\": 5}"];
    for text in texts {
        assert_eq!(rules(&Gate::new("{}").check("a.ipynb", text)), ["invalid-syntax"], "{text:?}");
    }
}

#[test]
fn a_stub_is_checked_as_a_stub() {
    let text = "def f(x: int = 'x'.upper()) -> None: ...\n";
    assert_eq!(rules(&selecting(&["PYI011"]).check("a.pyi", text)), ["PYI011"]);
    assert!(rules(&selecting(&["PYI011"]).check("a.py", text)).is_empty());
}

#[test]
fn a_bad_pyproject_is_found() {
    let report = selecting(&["RUF200"]).check("pyproject.toml", "[project]\nname = 1\n");
    assert_eq!(rules(&report), ["RUF200"]);
}

#[test]
fn other_files_are_left_alone() {
    for path in ["a.txt", "a.md", "a.pyw", "poetry.lock", "Cargo.toml"] {
        assert!(rules(&Gate::new("{}").check(path, "import os\n")).is_empty(), "{path}");
    }
    assert_eq!(rules(&Gate::new(r#"{"preview": true, "select": ["F401"]}"#).check("a.pyw", "import os\n")), ["F401"]);
}

#[test]
fn a_file_that_is_not_utf_8_is_a_finding() {
    let report = Gate::new("{}").check("a.py", b"x = '\xff'\n");
    assert_eq!(rules(&report), ["E902"]);
    assert_eq!(report.findings[0].message, "stream did not contain valid UTF-8");
    assert_eq!(report.findings[0].severity, Severity::Error);
}

#[test]
fn a_file_that_was_not_handed_over_is_an_error() {
    let file = SourceFile { path: "a.py".to_owned(), kind: FileKind::Regular, size: 9_999_999, content: None };
    assert!(matches!(Gate::new("{}").try_check(file), Err(Error::Exceeded(_))));
}

#[test]
fn odd_texts_are_fine() {
    for text in
        ["", "\u{feff}", "\u{feff}x = 1\r\n", "x = 1\ry = 2\r", "\0", "\\", "'", &"(".repeat(150), &"x".repeat(1 << 20)]
    {
        Gate::new(r#"{"select": ["ALL"], "format": true, "preview": true}"#).check("a.py", text);
    }
}

#[test]
fn a_script_is_executable_exactly_if_it_has_a_shebang() {
    let gate = selecting(&["EXE001", "EXE002"]);
    let script = "#!/usr/bin/env python\nx = 1\n";
    assert_eq!(rules(&gate.check("a.py", script)), ["EXE001"]);
    assert!(rules(&gate.check_kind("a.py", FileKind::Executable, script)).is_empty());
    assert_eq!(rules(&gate.check_kind("a.py", FileKind::Executable, "x = 1\n")), ["EXE002"]);
    assert!(rules(&gate.check("a.py", "x = 1\n")).is_empty());
}

#[test]
fn the_mode_rules_obey_noqa_and_per_file_ignores() {
    let gate = selecting(&["EXE001", "EXE002", "RUF100"]);
    // A shebang takes in the rest of its line.
    assert_eq!(rules(&gate.check("a.py", "#!/usr/bin/env python # noqa: EXE001\n")), ["EXE001", "RUF100"]);
    assert!(rules(&gate.check("a.py", "#!/usr/bin/env python\n# ruff: noqa: EXE001\n")).is_empty());
    assert!(rules(&gate.check_kind("a.py", FileKind::Executable, "x = 1  # noqa: EXE002\n")).is_empty());
    assert_eq!(rules(&gate.check("a.py", "#!/usr/bin/env python\n# ruff: noqa: EXE002\n")), ["EXE001", "RUF100"]);
    let gate = gate.context("ruff.toml", "lint.per-file-ignores = { 'bin/*' = ['EXE'], '!*/a.py' = ['EXE001'] }");
    assert!(rules(&gate.check("bin/a.py", "#!/usr/bin/env python\n")).is_empty());
    assert_eq!(rules(&gate.check("x/a.py", "#!/usr/bin/env python\n")), ["EXE001"]);
    assert!(rules(&gate.check("x/b.py", "#!/usr/bin/env python\n")).is_empty());
}

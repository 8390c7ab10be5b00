//! First-party modules and packages, which come from the list of paths.

use super::{Gate, rules, selecting};

/// Whether `module` is first-party for `path`: only then does it belong into a block of its own.
#[track_caller]
fn is_first_party(gate: &Gate, path: &str, module: &str) -> bool {
    let text = format!("import zzz_third_party\n\nimport {module}\n\nprint(zzz_third_party, {module})\n");
    rules(&gate.check(path, text)).is_empty()
}

#[test]
fn modules_at_the_root_and_in_src_are_first_party() {
    let gate = selecting(&["I001"]).path("app.py").path("pkg/x.txt").path("src/lib/__init__.py").path("other/m.py");
    for module in ["app", "pkg", "lib", "other.m"] {
        assert!(is_first_party(&gate, "tests/t.py", module), "{module}");
    }
    for module in ["requests", "m", "pkg.x", "other.n", "app.x"] {
        assert!(!is_first_party(&gate, "tests/t.py", module), "{module}");
    }
}

#[test]
fn what_is_in_a_regular_package_is_taken_to_exist() {
    let gate = selecting(&["I001"]).path("pkg/__init__.py");
    assert!(is_first_party(&gate, "tests/t.py", "pkg._version"));
    assert!(!is_first_party(&gate, "tests/t.py", "pkg.a.b"));
}

#[test]
fn src_is_configurable_and_takes_globs() {
    let gate = selecting(&["I001"]).path("libs/one/lib/alpha.py").path("libs/two/lib/beta/__init__.py");
    assert!(!is_first_party(&gate, "t.py", "alpha"));
    let gate = gate.context("ruff.toml", "src = ['libs/*/lib']");
    assert!(is_first_party(&gate, "t.py", "alpha") && is_first_party(&gate, "t.py", "beta"));
}

#[test]
fn the_standard_library_comes_first_and_known_names_before_all() {
    let gate = selecting(&["I001"]).path("json.py").path("app.py");
    assert!(!is_first_party(&gate, "tests/t.py", "json"));
    let gate = gate.context("ruff.toml", "lint.isort = { known-third-party = ['app'], known-first-party = ['json'] }");
    assert!(is_first_party(&gate, "tests/t.py", "json") && !is_first_party(&gate, "tests/t.py", "app"));
}

#[test]
fn user_defined_sections_are_kept() {
    let isort = "[lint.isort]\nsection-order = ['future', 'standard-library', 'third-party', 'own', 'first-party', 'local-folder']\n\
                 sections = { own = ['own_*'] }\n";
    let gate = selecting(&["I001"]).path("app.py").context("ruff.toml", isort);
    let text = "import requests\n\nimport own_a\n\nimport app\n\nprint(requests, own_a, app)\n";
    assert!(rules(&gate.check("tests/t.py", text)).is_empty());
}

#[test]
fn the_package_of_a_file_is_first_party_to_it() {
    let gate =
        selecting(&["I001"]).path("deep/pkg/__init__.py").path("deep/pkg/sub/__init__.py").path("deep/pkg/sub/a.py");
    assert!(is_first_party(&gate, "deep/pkg/sub/a.py", "pkg.x.y"));
    assert!(!is_first_party(&gate, "deep/other.py", "pkg.x.y"));
}

#[test]
fn a_directory_without_init_is_an_implicit_package() {
    let gate = selecting(&["INP001"]).path("pkg/__init__.py");
    let report = gate.check("scripts/tool.py", "x = 1\n");
    assert_eq!(rules(&report), ["INP001"]);
    assert_eq!(
        report.findings[0].message,
        "File `scripts/tool.py` is part of an implicit namespace package. Add an `__init__.py`."
    );
    assert!(rules(&gate.check("pkg/a.py", "x = 1\n")).is_empty());
    assert!(rules(&gate.check("setup.py", "x = 1\n")).is_empty());
    let gate = gate.context("ruff.toml", "namespace-packages = ['scripts']");
    let gate = gate.path("scripts/tool.py");
    assert!(rules(&gate.check("scripts/tool.py", "x = 1\n")).is_empty());
}

#[test]
fn a_package_below_a_gap_names_the_gap() {
    let gate = Gate::new(r#"{"select": ["INP001"], "preview": true}"#).path("a/__init__.py").path("a/b/c/__init__.py");
    let report = gate.check("a/b/c/__init__.py", "");
    assert_eq!(rules(&report), ["INP001"]);
    assert!(report.findings[0].message.ends_with("Add an `__init__.py` to `a/b`."), "{}", report.findings[0].message);
}

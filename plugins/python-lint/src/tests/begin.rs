//! The bytes that stand for the project: they change exactly if results could.

use sdlc_sdk::{FileGate, FileKind, Plugin, Project, testing::source_file};

use crate::{PythonLint, settings::Settings};

fn key(settings: &str, context: &[(&str, &str)], paths: &[&str]) -> Vec<u8> {
    let settings: Settings = serde_json::from_str(settings).unwrap();
    let mut gate = PythonLint::new(settings).unwrap();
    let context = context.iter().map(|(path, text)| source_file(path, FileKind::Regular, text.as_bytes()));
    let paths = paths.iter().map(|path| (*path).to_owned()).collect();
    gate.begin(Project { context: context.collect(), paths }).unwrap().unwrap()
}

const TREE: [&str; 4] = ["README.md", "pkg/__init__.py", "pkg/a.py", "scripts/tool.py"];

fn with(path: &'static str) -> Vec<&'static str> {
    TREE.into_iter().chain([path]).collect()
}

#[test]
fn ordinary_files_leave_them_alone() {
    let before = key("{}", &[], &TREE);
    for path in ["pkg/b.py", "pkg/data.json", "LICENSE", "pkg/b-c.py", "docs-x/conf.txt"] {
        assert_eq!(before, key("{}", &[], &with(path)), "{path}");
    }
}

#[test]
fn packages_and_modules_that_imports_can_find_change_them() {
    let before = key("{}", &[], &TREE);
    for path in ["scripts/__init__.py", "new/__init__.py", "new/x.txt", "scripts/other.py", "top.py", "top.pyi"] {
        assert_ne!(before, key("{}", &[], &with(path)), "{path}");
    }
}

#[test]
fn modules_do_not_matter_where_no_rule_asks() {
    let settings = r#"{"select": ["E501", "INP001"]}"#;
    assert_eq!(key(settings, &[], &TREE), key(settings, &[], &with("top.py")));
    assert_ne!(key(settings, &[], &TREE), key(settings, &[], &with("scripts/__init__.py")));
}

#[test]
fn configuration_files_change_them() {
    let before = key("{}", &[], &TREE);
    let one = key("{}", &[("ruff.toml", "")], &TREE);
    let other = key("{}", &[("ruff.toml", "line-length = 90")], &TREE);
    let elsewhere = key("{}", &[("pkg/ruff.toml", "line-length = 90")], &TREE);
    assert!(before != one && one != other && other != elsewhere);
}

#[test]
fn what_the_globs_of_src_find_changes_them() {
    let context = [("ruff.toml", "src = ['my-*']\nlint.select = ['I']")];
    assert_ne!(key("{}", &context, &TREE), key("{}", &context, &with("my-lib/x.txt")));
    assert_eq!(key("{}", &context, &TREE), key("{}", &context, &with("our-lib/x.txt")));
}

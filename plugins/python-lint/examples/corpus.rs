//! Runs the gate over a tree and prints its findings as JSON lines, to compare them with native ruff:
//! `cargo run --release -p python-lint --example corpus -- DIRECTORY '{"select": ["ALL"]}'`.
//!
//! Does not compare by itself: see `compare.py` beside it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool of its own, not part of the component")]

use std::{error::Error, os::unix::fs::PermissionsExt, path::Path};

use python_lint::PythonLint;
use sdlc_sdk::{FileGate, FileKind, Finding, Plugin, Project, Region, SourceFile};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, root, settings] = arguments.as_slice() else {
        return Err("expected a directory and settings".into());
    };
    let mut paths = Vec::new();
    collect(Path::new(root), "", &mut paths)?;
    paths.sort_unstable();
    let mut gate = PythonLint::new(serde_json::from_str(settings)?).map_err(|problems| format!("{problems:?}"))?;
    let is_config = |path: &&String| path.ends_with("pyproject.toml") || path.ends_with("ruff.toml");
    let context = paths.iter().filter(is_config).map(|path| read(root, path)).collect::<Result<_, _>>()?;
    gate.begin(Project { context, paths: paths.clone() })?;
    let mut time = std::time::Duration::ZERO;
    let is_checked =
        |path: &&String| [".py", ".pyi", ".ipynb", "pyproject.toml", "ruff.toml"].iter().any(|end| path.ends_with(end));
    for path in paths.iter().filter(is_checked) {
        let file = read(root, path)?;
        if file.is_symlink() {
            continue;
        }
        let content = file.content.clone().unwrap_or_default();
        let start = std::time::Instant::now();
        let report = gate.check(file)?;
        time += start.elapsed();
        for finding in report.findings {
            println!("{}", shown(path, &content, &finding));
        }
    }
    eprintln!("{time:?} in `check`");
    Ok(())
}

fn collect(root: &Path, directory: &str, paths: &mut Vec<String>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(root.join(directory))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if directory.is_empty() { name } else { format!("{directory}/{name}") };
        if entry.file_type()?.is_dir() {
            collect(root, &path, paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}

fn read(root: &str, path: &str) -> std::io::Result<SourceFile> {
    let absolute = Path::new(root).join(path);
    let metadata = absolute.symlink_metadata()?;
    let (kind, content) = if metadata.is_symlink() {
        (FileKind::Symlink, absolute.read_link()?.to_string_lossy().into_owned().into_bytes())
    } else {
        let is_executable = metadata.permissions().mode() & 0o111 != 0;
        (if is_executable { FileKind::Executable } else { FileKind::Regular }, std::fs::read(&absolute)?)
    };
    Ok(SourceFile { path: path.to_owned(), kind, size: content.len() as u64, content: Some(content) })
}

fn shown(path: &str, content: &[u8], finding: &Finding) -> serde_json::Value {
    let text = String::from_utf8_lossy(content);
    let span = match finding.location.as_ref().and_then(|location| location.region) {
        Some(Region::Bytes(span)) => Some((position(&text, span.start as usize), position(&text, span.end as usize))),
        _ => None,
    };
    let fixes: Vec<_> = finding
        .fixes
        .iter()
        .map(|fix| {
            let edits: Vec<_> = fix
                .edits
                .iter()
                .map(|edit| {
                    json!([
                        position(&text, edit.span.start as usize),
                        position(&text, edit.span.end as usize),
                        edit.replacement
                    ])
                })
                .collect();
            json!({"title": fix.title, "safety": format!("{:?}", fix.safety), "edits": edits})
        })
        .collect();
    json!({"path": path, "rule": finding.rule, "message": finding.message, "span": span, "fixes": fixes})
}

/// Line and column, from 1, as ruff counts.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let breaks = |text: &str| text.replace("\r\n", "\n").matches(['\n', '\r']).count();
    let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
    (breaks(before) + 1, line.trim_start_matches('\u{feff}').chars().count() + 1)
}

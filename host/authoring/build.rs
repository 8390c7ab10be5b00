//! Lists the SDKs, their templates and the contract, which are part of the executable: `plugin new` copies them.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

/// What toolchains leave behind, and what only we need.
const LEFT_OUT: [&str; 6] = ["examples", "tests", "node_modules", "target", "__pycache__", "package-lock.json"];

fn main() {
    if let Err(error) = run() {
        println!("cargo::error={error}");
    }
}

fn run() -> io::Result<()> {
    let variable = |name| env::var_os(name).map(PathBuf::from).ok_or_else(|| io::Error::other(name));
    let root = variable("CARGO_MANIFEST_DIR")?.join("../..").canonicalize()?;
    let mut files = Vec::new();
    for directory in ["sdk", "wit"] {
        if collect(&root.join(directory), &mut files)? {
            watch(&root.join(directory));
        }
    }
    files.sort();
    let mut list = String::from("&[\n");
    for file in files {
        let path = file.strip_prefix(&root).map_err(io::Error::other)?;
        list.push_str(&format!("({:?}, include_bytes!({file:?})),\n", path.display().to_string()));
    }
    list.push(']');
    fs::write(variable("OUT_DIR")?.join("files.rs"), list)
}

/// Whether nothing below it is left out. Cargo looks at a directory with all that is in it, so one with something that is
/// left out is not watched as a whole: what toolchains leave in the examples would compile the host again.
fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<bool> {
    let (mut whole, mut watched) = (true, Vec::new());
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if LEFT_OUT.iter().any(|name| entry.file_name() == *name) {
            whole = false;
        } else if !entry.file_type()?.is_dir() {
            files.push(entry.path());
            watched.push(entry.path());
        } else if collect(&entry.path(), files)? {
            watched.push(entry.path());
        } else {
            whole = false;
        }
    }
    if !whole {
        watched.iter().for_each(|path| watch(path));
    }
    Ok(whole)
}

fn watch(path: &Path) {
    println!("cargo::rerun-if-changed={}", path.display());
}

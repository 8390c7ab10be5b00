//! Rust: cargo makes the component itself, for `wasm32-wasip2`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{BuildError, Toolbox, toolbox::run};
use crate::manifest::Manifest;

const TARGET: &str = "wasm32-wasip2";

pub(super) fn build(project: &Path, manifest: &Manifest, toolbox: &Toolbox, out: &Path) -> Result<PathBuf, BuildError> {
    let cargo = toolbox.need("cargo", "install Rust with rustup: `https://rustup.rs`")?;
    let rustc = toolbox.need("rustc", "install Rust with rustup: `https://rustup.rs`")?;
    let library = run(toolbox.command(&rustc, project).args(["--print", "target-libdir", "--target", TARGET]))?;
    if !Path::new(String::from_utf8_lossy(&library).trim_end()).exists() {
        return Err(BuildError::Missing {
            tool: format!("{TARGET} (the Rust target)"),
            install: format!("rustup target add {TARGET}"),
        });
    }
    let messages = run(toolbox.command(&cargo, project).args([
        "build",
        "--lib",
        "--release",
        "--target",
        TARGET,
        "--message-format=json-render-diagnostics",
    ]))?;
    let component = artefact(&messages, project).ok_or_else(|| BuildError::Nothing {
        tool: "cargo".to_owned(),
        hint: "`Cargo.toml` needs `crate-type = [\"cdylib\"]` in `[lib]`".to_owned(),
    })?;
    let path = out.join(manifest.component());
    fs::copy(&component, &path).map_err(BuildError::io("copy", &component))?;
    Ok(path)
}

/// What cargo says it made, one JSON object a line.
#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    manifest_path: PathBuf,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

/// The project's own library among what cargo made: wherever its target directory is, whatever its name.
fn artefact(messages: &[u8], project: &Path) -> Option<PathBuf> {
    let manifest = project.join("Cargo.toml");
    String::from_utf8_lossy(messages)
        .lines()
        .filter_map(|line| serde_json::from_str::<Message>(line).ok())
        .filter(|message| message.manifest_path == manifest)
        .flat_map(|message| message.filenames)
        .find(|file| file.extension().is_some_and(|extension| extension == "wasm"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_projects_own_library_is_found_among_others() {
        let messages = br#"not JSON
{"reason":"compiler-artifact","manifest_path":"/sdk/Cargo.toml","filenames":["/t/sdk.wasm"]}
{"reason":"compiler-artifact","manifest_path":"/p/Cargo.toml","filenames":["/t/libp.rlib","/t/p.wasm"]}
{"reason":"build-finished","success":true}"#;
        assert_eq!(artefact(messages, Path::new("/p")), Some(PathBuf::from("/t/p.wasm")));
        assert_eq!(artefact(messages, Path::new("/q")), None);
    }
}

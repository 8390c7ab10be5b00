//! Lints Python with the real ruff, and on request checks that files are formatted.
//!
//! The gate is [`PythonLint`]. It gives ruff what ruff would otherwise look up on the disk: the
//! configuration files ([`hierarchy`]), the packages ([`packages`]), the first-party modules
//! ([`first_party`]) and the mode of a file ([`executable`]). Where that cannot be the same,
//! `DIFFERENCES.md` says so. What bandit has and ruff lacks is in [`bandit`]. Does not judge style of its own: every other
//! finding but `unformatted` is ruff's.

mod bandit;
mod cache_key;
mod config_files;
mod executable;
mod finding;
mod first_party;
mod formatted;
#[cfg(any(test, target_arch = "wasm32"))]
mod heap;
mod hierarchy;
mod lint;
mod notebook;
mod packages;
mod rules;
mod scope;
mod settings;
#[cfg(test)]
mod tests;
mod tree;

use std::cell::Cell;

use sdlc_sdk::{Deferral, Error, FileGate, Info, Plugin, Problem, Project, Report, Rule, Selection, SourceFile};

use crate::{
    config_files::ConfigFiles,
    hierarchy::Hierarchy,
    lint::Format,
    settings::{Overrides, Settings},
    tree::Tree,
};

/// The directory that stands for the workspace root wherever ruff wants absolute paths.
const ROOT: &str = "/workspace";

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static HEAP: heap::Heap = heap::Heap::new();

/// The gate.
pub struct PythonLint {
    overrides: Overrides,
    /// None until `begin`.
    project: Option<ProjectView>,
    /// How it is looked at the formatting of the next file.
    next: Cell<Format>,
}

/// What the gate knows of the project.
struct ProjectView {
    tree: Tree,
    hierarchy: Hierarchy,
}

impl Plugin for PythonLint {
    type Settings = Settings;

    fn info() -> Info {
        let mut info = Info::new("python-lint", env!("CARGO_PKG_VERSION"), "lints Python with ruff");
        info.homepage = Some("https://docs.astral.sh/ruff/".to_owned());
        info
    }

    fn rules(ids: &[String]) -> Vec<Rule> {
        rules::describe(ids)
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        Ok(Self { overrides: settings.into_overrides()?, project: None, next: Cell::new(Format::Yes) })
    }
}

impl FileGate for PythonLint {
    fn select(&self) -> Selection {
        let check = ["**/*.py", "**/*.pyi", "**/*.pyw", "**/*.ipynb"].into_iter().chain(config_files::NAMES);
        let check = check.chain(self.overrides.extra_files.iter().map(String::as_str));
        let context = config_files::NAMES.into_iter().chain(["**/*ruff*.toml"]);
        let context = context.chain(self.overrides.extra_context.iter().map(String::as_str));
        Selection::of(check).with_context(context).with_paths()
    }

    fn begin(&mut self, project: Project) -> Result<Option<Vec<u8>>, Error> {
        let tree = Tree::new(project.paths);
        let files = ConfigFiles::new(project.context)?;
        let hierarchy = Hierarchy::resolve(&files, &tree, &self.overrides).map_err(Error::InvalidInput)?;
        let key = cache_key::of(&files, &tree, &hierarchy);
        self.project = Some(ProjectView { tree, hierarchy });
        Ok(Some(key))
    }

    fn check(&self, file: SourceFile) -> Result<Report, Error> {
        let Some(project) = &self.project else {
            return Err(Error::Other("called before `begin`".to_owned()));
        };
        let format = if self.overrides.format { self.next.replace(Format::Yes) } else { Format::No };
        lint::check(&project.hierarchy, &project.tree, format, file)
    }
}

impl Deferral for PythonLint {
    fn defer_formatting(&mut self) -> bool {
        self.next.set(Format::WhereNothingIsFixed);
        self.overrides.format
    }

    fn skip_formatting(&mut self) -> bool {
        self.next.set(Format::No);
        self.overrides.format
    }
}

#[cfg(target_arch = "wasm32")]
sdlc_sdk::export!(PythonLint: file_gate, deferral);

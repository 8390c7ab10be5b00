//! Which imports of a file are first-party.
//!
//! ruff looks for imported modules on the disk; here [`known_modules`] looks them up in the
//! [`Tree`] and tells ruff the result by name, so that ruff never has to look. A name in a regular
//! package is taken to exist, so that results do not depend on every file next to it. Does not
//! change the order in which ruff asks: user-defined sections and the standard library come first.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use ruff_linter::{
    package::PackageRoot,
    rules::isort::{ImportSection, ImportType, categorize::KnownModules, settings::Settings as IsortSettings},
    settings::types::IdentifierPattern,
};
use ruff_python_ast::{
    PythonVersion, Stmt,
    statement_visitor::{StatementVisitor, walk_stmt},
};
use ruff_python_stdlib::sys::is_known_standard_library;
use ruff_workspace::options::IsortOptions;
use serde::Deserialize;

use crate::{config_files, tree, tree::Tree};

/// Modules that the configuration puts into sections by name.
#[derive(Debug, Default)]
pub(crate) struct UserModules {
    first_party: Vec<IdentifierPattern>,
    third_party: Vec<IdentifierPattern>,
    local_folder: Vec<IdentifierPattern>,
    standard_library: Vec<IdentifierPattern>,
    sections: Vec<(String, Vec<IdentifierPattern>)>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct SectionNames {
    known_first_party: Option<Vec<String>>,
    known_third_party: Option<Vec<String>>,
    known_local_folder: Option<Vec<String>>,
    extra_standard_library: Option<Vec<String>>,
    sections: Option<BTreeMap<ImportSection, Vec<String>>>,
}

/// What decides where the modules of one file belong.
pub(crate) struct Importer<'a> {
    pub(crate) tree: &'a Tree,
    pub(crate) user: &'a UserModules,
    pub(crate) src: &'a [PathBuf],
    pub(crate) isort: &'a IsortSettings,
    pub(crate) package: Option<PackageRoot<'a>>,
    pub(crate) version: PythonVersion,
    /// The importing file, relative to the workspace root.
    pub(crate) path: &'a str,
}

impl UserModules {
    /// From the options of the isort rules.
    pub(crate) fn new(options: Option<&IsortOptions>) -> Self {
        // ruff keeps the fields of this to itself, but writes them down on request.
        let names = options.and_then(|options| serde_json::to_value(options).ok());
        let names = names.and_then(|options| serde_json::from_value::<SectionNames>(options).ok()).unwrap_or_default();
        let sections = names.sections.unwrap_or_default().into_iter();
        let sections = sections.filter_map(|(section, names)| match section {
            ImportSection::UserDefined(section) => Some((section, patterns(Some(names)))),
            ImportSection::Known(_) => None,
        });
        Self {
            sections: sections.collect(),
            first_party: patterns(names.known_first_party),
            third_party: patterns(names.known_third_party),
            local_folder: patterns(names.known_local_folder),
            standard_library: patterns(names.extra_standard_library),
        }
    }

    fn all(&self) -> impl Iterator<Item = &IdentifierPattern> {
        let builtin = [&self.first_party, &self.third_party, &self.local_folder, &self.standard_library];
        builtin.into_iter().chain(self.sections.iter().map(|(_, names)| names)).flatten()
    }

    /// Whether a module or one of its parents was named.
    fn names(&self, module: &str) -> bool {
        let is_named = |name: &str| self.all().any(|pattern| matches(pattern, name));
        is_named(module) || module.match_indices('.').any(|(dot, _)| is_named(module.get(..dot).unwrap_or_default()))
    }

    /// What ruff is told, with further modules that are first-party or not.
    fn with(
        &self,
        first_party: Vec<IdentifierPattern>,
        others: Vec<IdentifierPattern>,
        default: &ImportSection,
    ) -> KnownModules {
        let mut sections: Vec<_> = self.sections.clone();
        let (mut first, mut third) = ([self.first_party.clone(), first_party].concat(), self.third_party.clone());
        let (mut local, mut standard) = (self.local_folder.clone(), self.standard_library.clone());
        match default {
            ImportSection::Known(ImportType::FirstParty) => first.extend(others),
            ImportSection::Known(ImportType::LocalFolder) => local.extend(others),
            ImportSection::Known(ImportType::StandardLibrary) => standard.extend(others),
            ImportSection::Known(ImportType::ThirdParty | ImportType::Future) => third.extend(others),
            ImportSection::UserDefined(name) => sections.push((name.clone(), others)),
        }
        let mut merged = BTreeMap::<String, Vec<IdentifierPattern>>::new();
        for (section, names) in sections {
            merged.entry(section).or_default().extend(names);
        }
        KnownModules::new(first, third, local, standard, merged.into_iter().collect())
    }
}

/// What to tell ruff about the modules that a file imports.
pub(crate) fn known_modules(body: &[Stmt], importer: &Importer) -> KnownModules {
    let mut imports = Imports { importer, names: BTreeSet::new() };
    imports.visit_body(body);
    let open = imports.names.into_iter().filter(|name| importer.is_open(name));
    let (first_party, others): (Vec<_>, Vec<_>) = open.partition(|name| importer.is_found(name));
    let literals = |names: Vec<String>| names.into_iter().map(IdentifierPattern::Literal).collect();
    importer.user.with(literals(first_party), literals(others), &importer.isort.default_section)
}

impl Importer<'_> {
    /// Whether ruff would go as far as to look for this module.
    fn is_open(&self, module: &str) -> bool {
        let base = module.split('.').next().unwrap_or(module);
        let in_package = self.isort.detect_same_package && self.package.is_some_and(|root| root.path().ends_with(base));
        !in_package
            && base != "__future__"
            && module != "__main__"
            && !is_known_standard_library(self.version.minor, base)
            && !self.user.names(module)
    }

    fn is_found(&self, module: &str) -> bool {
        let path = module.replace('.', "/");
        let roots = self.src.iter().filter_map(|root| config_files::relative(root));
        roots.map(|root| config_files::join(&root, &path)).any(|candidate| {
            let parent = tree::parent(&candidate);
            self.tree.is_module(&candidate) || (path.contains('/') && self.tree.is_package(parent))
        })
    }

    /// The absolute name of a module that is imported with leading dots.
    fn resolve_relative(&self, level: u32, module: Option<&str>) -> Option<String> {
        let root = config_files::relative(self.package?.path().parent()?).unwrap_or_default();
        let directory = tree::ancestors(tree::parent(self.path)).nth(level.checked_sub(1)? as usize)?;
        let package = directory.strip_prefix(root.as_str())?.trim_start_matches('/').replace('/', ".");
        match module {
            Some(module) if package.is_empty() => Some(module.to_owned()),
            Some(module) => Some(format!("{package}.{module}")),
            None => Some(package),
        }
    }
}

/// Collects the names of imported modules.
struct Imports<'a> {
    importer: &'a Importer<'a>,
    names: BTreeSet<String>,
}

impl<'a> StatementVisitor<'a> for Imports<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(import) => self.names.extend(import.names.iter().map(|alias| alias.name.to_string())),
            Stmt::ImportFrom(import) if import.level == 0 => {
                self.names.extend(import.module.as_ref().map(ToString::to_string));
            }
            Stmt::ImportFrom(import) => {
                let module = import.module.as_deref();
                self.names.extend(self.importer.resolve_relative(import.level, module).filter(|name| !name.is_empty()));
            }
            _ => walk_stmt(self, statement),
        }
    }
}

fn matches(pattern: &IdentifierPattern, name: &str) -> bool {
    match pattern {
        IdentifierPattern::Literal(literal) => literal == name,
        IdentifierPattern::Glob(glob) => glob.matches(name),
    }
}

fn patterns(names: Option<Vec<String>>) -> Vec<IdentifierPattern> {
    // A bad pattern is an error of `into_settings`.
    names.into_iter().flatten().filter_map(|name| IdentifierPattern::new(&name).ok()).collect()
}

//! Checks one file: picks its settings, and hands its text to ruff.
//!
//! [`check`] is the whole of the gate's work on a file. Its input is a file as the host gives it,
//! its output goes through `finding`. Does not know rules by name, but for what ruff cannot see here.

use std::path::Path;

use ruff_db::diagnostic::Diagnostic;
use ruff_linter::{
    Locator,
    directives::{Flags, extract_directives},
    linter::{check_path, parse_unchecked_source},
    registry::Rule,
    settings::{LinterSettings, flags},
    source_kind::SourceKind,
    suppression::Suppressions,
    toml::lint_toml,
};
use ruff_python_ast::{Mod, ModModule, PySourceType, SourceType, TomlSourceType};
use ruff_python_codegen::Stylist;
use ruff_python_index::Indexer;
use ruff_python_parser::{ParseOptions, Parsed, parse_unchecked};
use ruff_workspace::Settings;
use sdlc_sdk::{Error, Finding, Report, SourceFile};

use crate::{
    bandit, config_files,
    executable::{self, Script},
    finding,
    first_party::{self, Importer},
    formatted,
    hierarchy::{self, Hierarchy},
    notebook,
    packages::PackageOf,
    scope::Scope,
    tree::{self, Tree},
};

/// Bytes from which on it is worth a copy of what was parsed not to format in vain: it is mostly long files that have something to
/// fix, and of short ones formatting a few for nothing takes less time than copying all (both measured on Django).
const LONG: usize = 64 << 10;

/// A file with everything that is known of it.
struct Job<'a> {
    scope: &'a Scope,
    tree: &'a Tree,
    package: PackageOf,
    /// Relative to the workspace root.
    path: &'a str,
    /// As ruff sees it.
    absolute: &'a Path,
    is_executable: bool,
}

/// Whether files are looked at that are not formatted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    No,
    Yes,
    /// Of long ones in which the linter finds something with a safe fix, how they are formatted is left open.
    WhereNothingIsFixed,
}

/// What is to be done with a file.
#[derive(Clone, Copy)]
struct Wanted {
    lint: bool,
    format: Format,
}

/// Findings of ruff on a file, and `unformatted` where that is wanted.
pub(crate) fn check(hierarchy: &Hierarchy, tree: &Tree, format: Format, mut file: SourceFile) -> Result<Report, Error> {
    let scope = hierarchy.of_directory(tree::parent(&file.path));
    let absolute = config_files::absolute(&file.path);
    if hierarchy.is_excluded(&file.path) || !hierarchy::is_included(&absolute, &scope.settings.borrow()) {
        return Ok(Report::empty());
    }
    file.bytes()?;
    let content = file.content.take().unwrap_or_default();
    let wanted = Wanted {
        lint: !hierarchy::matches(&file.path, &scope.settings.borrow().linter.exclude),
        format: match hierarchy::matches(&file.path, &scope.settings.borrow().formatter.exclude) {
            true => Format::No,
            false => format,
        },
    };
    let source_type = scope.settings.borrow().linter.extension.get_source_type(&absolute);
    let findings = match source_type {
        SourceType::Toml(kind @ (TomlSourceType::Pyproject | TomlSourceType::Ruff)) if wanted.lint => {
            check_toml(scope, &absolute, &file.path, content, kind)
        }
        SourceType::Python(kind) if wanted.lint || wanted.format != Format::No => {
            let namespaces = scope.settings.borrow().linter.namespace_packages.clone();
            let package = PackageOf::directory(tree::parent(&file.path), &namespaces, tree);
            let is_executable = file.kind == sdlc_sdk::FileKind::Executable;
            Job { scope, tree, package, path: &file.path, absolute: &absolute, is_executable }
                .run(content, kind, wanted)
        }
        SourceType::Toml(_) | SourceType::Markdown | SourceType::Python(_) => Vec::new(),
    };
    Ok(findings.into_iter().collect())
}

fn check_toml(scope: &Scope, absolute: &Path, path: &str, content: Vec<u8>, kind: TomlSourceType) -> Vec<Finding> {
    let linter = &scope.settings.borrow().linter;
    match String::from_utf8(content) {
        Ok(text) => finding::all(lint_toml(absolute, &text, linter, kind), path),
        Err(_) => unreadable(linter, path, finding::NOT_UTF8).into_iter().collect(),
    }
}

/// A file that cannot be read is a finding where ruff has that rule enabled.
fn unreadable(linter: &LinterSettings, path: &str, message: &str) -> Option<Finding> {
    linter.rules.enabled(Rule::IOError).then(|| finding::unreadable(path, message))
}

impl Job<'_> {
    fn run(&self, content: Vec<u8>, kind: PySourceType, wanted: Wanted) -> Vec<Finding> {
        let source = match self.read(content, kind) {
            Ok(Some(source)) => source,
            Ok(None) => return Vec::new(),
            Err(findings) => return if wanted.lint { findings } else { Vec::new() },
        };
        let version = self.scope.settings.borrow().linter.resolve_target_version(self.absolute);
        let code = match &source {
            SourceKind::Python { code, .. } if wanted.format != Format::No => code,
            _ => {
                let parsed = wanted.lint.then(|| parse_unchecked_source(&source, kind, version.parser_version()));
                return self.linted(&source, kind, parsed);
            }
        };
        let parsed = parse_unchecked(code, ParseOptions::from(kind).with_target_version(version.parser_version()));
        let unformatted = |parsed: &Parsed<Mod>| {
            let formatter = &self.scope.settings.borrow().formatter;
            formatted::check(self.path, self.absolute, code, parsed, kind, formatter)
        };
        if wanted.format == Format::WhereNothingIsFixed && wanted.lint && code.len() >= LONG {
            // A copy, since there is no way back from what the linter takes to what the formatter takes.
            let mut findings = self.linted(&source, kind, parsed.clone().try_into_module());
            if !findings.iter().any(finding::has_safe_fix) {
                findings.extend(unformatted(&parsed));
            }
            return findings;
        }
        let unformatted = unformatted(&parsed);
        let mut findings = self.linted(&source, kind, parsed.try_into_module().filter(|_| wanted.lint));
        findings.extend(unformatted);
        findings
    }

    /// What the linter finds; nothing where it is not wanted.
    fn linted(&self, source: &SourceKind, kind: PySourceType, parsed: Option<Parsed<ModModule>>) -> Vec<Finding> {
        let Some(parsed) = parsed else { return Vec::new() };
        if self.scope.sorts_imports {
            let version = self.scope.settings.borrow().linter.resolve_target_version(self.absolute);
            self.set_known_modules(&parsed, version.linter_version());
        }
        self.lint(source, kind, &parsed, &self.scope.settings.borrow())
    }

    /// The source code in a file, if there is any; else why it cannot be read, if ruff would say so.
    fn read(&self, content: Vec<u8>, kind: PySourceType) -> Result<Option<SourceKind>, Vec<Finding>> {
        if kind.is_ipynb() {
            return notebook::read(&content).map_err(|message| vec![finding::syntax_error(self.path, &message)]);
        }
        match String::from_utf8(content) {
            Ok(code) => Ok(Some(SourceKind::Python { code, is_stub: kind.is_stub() })),
            Err(_) => {
                let linter = &self.scope.settings.borrow().linter;
                Err(unreadable(linter, self.path, finding::NOT_UTF8).into_iter().collect())
            }
        }
    }

    fn set_known_modules(&self, parsed: &Parsed<ModModule>, version: ruff_python_ast::PythonVersion) {
        let known = {
            let linter = &self.scope.settings.borrow().linter;
            let importer = Importer {
                tree: self.tree,
                user: &self.scope.user_modules,
                src: &linter.src,
                isort: &linter.isort,
                package: self.package.root(),
                version,
                path: self.path,
            };
            first_party::known_modules(parsed.suite(), &importer)
        };
        self.scope.settings.borrow_mut().linter.isort.known_modules = known;
    }

    fn lint(
        &self,
        source: &SourceKind,
        kind: PySourceType,
        parsed: &Parsed<ModModule>,
        settings: &Settings,
    ) -> Vec<Finding> {
        let (linter, code) = (&settings.linter, source.source_code());
        let locator = Locator::new(code);
        let stylist = Stylist::from_tokens(parsed.tokens(), code);
        let indexer = Indexer::from_tokens(parsed.tokens(), code);
        let directives = extract_directives(parsed.tokens(), Flags::from_settings(linter), &locator, &indexer);
        let suppressions = Suppressions::from_tokens(code, parsed.tokens(), &indexer, linter);
        let mut diagnostics = check_path(
            self.absolute,
            self.package.root(),
            &locator,
            &stylist,
            &indexer,
            &directives,
            linter,
            flags::Noqa::Enabled,
            source,
            kind,
            parsed,
            linter.resolve_target_version(self.absolute),
            &suppressions,
        );
        let script = Script {
            path: self.absolute,
            is_executable: self.is_executable,
            locator: &locator,
            comments: indexer.comment_ranges(),
            directives: &directives,
            suppressions: &suppressions,
            line_ending: stylist.line_ending(),
        };
        executable::check(&self.scope.mode_rules, &script, linter, &mut diagnostics);
        bandit::check(self.scope, &script, parsed, linter, &mut diagnostics);
        diagnostics.iter_mut().for_each(|diagnostic| self.show_path(diagnostic));
        diagnostics.sort_by(Diagnostic::ruff_start_ordering);
        // Diagnostics that are not ruff's own name no file, which comes first in its order.
        diagnostics.sort_by_key(|diagnostic| diagnostic.range().map(|range| range.start()));
        match source {
            SourceKind::IpyNotebook(notebook) => notebook::findings(diagnostics, self.path, notebook),
            SourceKind::Python { .. } | SourceKind::Markdown(_) => finding::all(diagnostics, self.path),
        }
    }

    /// Replaces what only exists in here from the one message of ruff's that shows paths.
    fn show_path(&self, diagnostic: &mut Diagnostic) {
        if diagnostic.secondary_code_or_id() != "INP001" {
            return;
        }
        let mut message = diagnostic.concise_message().to_string();
        if let Some((root, gap)) = self.package.gap() {
            message = message.replace(&format!("`{}`", root.display()), &format!("`{gap}`"));
        }
        diagnostic.set_concise_message(message.replace(&format!("{}/", crate::ROOT), ""));
    }
}

//! `EXE001` and `EXE002`: whether a file is executable exactly if it has a shebang.
//!
//! ruff asks the disk for the mode of a file; here it comes with the file, and [`check`] adds what
//! ruff could not find. Does not look at what a shebang says: ruff's own rules do.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use ruff_db::diagnostic::{Annotation, Diagnostic, DiagnosticId, LintName, SecondaryCode, Severity, Span};
use ruff_linter::{
    Locator, SuppressionKind, UnresolvedRuleSelector,
    directives::Directives,
    generate_suppression_edits,
    registry::Rule,
    settings::{
        LinterSettings,
        types::{CompiledPerFileTargetVersionList, PerFileTargetVersion, PreviewMode},
    },
    suppression::Suppressions,
};
use ruff_python_ast::PythonVersion;
use ruff_python_trivia::CommentRanges;
use ruff_source_file::{LineEnding, SourceFileBuilder};
use ruff_text_size::{TextRange, TextSize};
use ruff_workspace::options::Options;
use serde::Deserialize;

/// The two rules, each with the files that the configuration ignores it in.
pub(crate) struct ModeRules {
    not_executable: Option<Ignores>,
    without_shebang: Option<Ignores>,
}

/// ruff keeps its own lists of ignored files to itself; its lists of versions by file match the same way.
pub(crate) struct Ignores(CompiledPerFileTargetVersionList);

type Table = BTreeMap<String, Vec<String>>;

/// The tables of a configuration file that ignore rules in some files.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct IgnoreTables {
    per_file_ignores: Option<Table>,
    extend_per_file_ignores: Option<Table>,
    lint: Option<Box<IgnoreTables>>,
}

/// A file and what ruff found out about it.
pub(crate) struct Script<'a> {
    pub(crate) path: &'a Path,
    pub(crate) is_executable: bool,
    pub(crate) locator: &'a Locator<'a>,
    pub(crate) comments: &'a CommentRanges,
    pub(crate) directives: &'a Directives,
    pub(crate) suppressions: &'a Suppressions,
    pub(crate) line_ending: LineEnding,
}

impl ModeRules {
    /// From the options of all configuration files, the winning one first, with their directories.
    pub(crate) fn new(linter: &LinterSettings, options: &[(Options, PathBuf)]) -> Result<Self, String> {
        let ignores = |rule| linter.rules.enabled(rule).then(|| Ignores::new(rule, linter, options)).transpose();
        Ok(Self {
            not_executable: ignores(Rule::ShebangNotExecutable)?,
            without_shebang: ignores(Rule::ShebangMissingExecutableFile)?,
        })
    }
}

impl IgnoreTables {
    /// ruff's own types keep half of this to themselves.
    fn of(options: &Options) -> Option<Self> {
        serde_json::from_value(serde_json::to_value(options).ok()?).ok()
    }

    /// The globs of the table, or of the one of the same name in `[lint]`, that ignore a rule.
    fn globs(&self, rule: Rule, preview: PreviewMode, table: impl Fn(&Self) -> Option<&Table>) -> Option<Vec<String>> {
        let table = self.lint.as_deref().and_then(&table).or_else(|| table(self))?;
        let ignores = |selector: &String| {
            let selector = UnresolvedRuleSelector::cli(selector).resolve(preview);
            selector.is_ok_and(|selector| selector.all_rules().any(|other| other == rule))
        };
        let globs = table.iter().filter(|(_, selectors)| selectors.iter().any(ignores));
        Some(globs.map(|(glob, _)| glob.clone()).collect())
    }
}

impl Ignores {
    pub(crate) fn new(rule: Rule, linter: &LinterSettings, options: &[(Options, PathBuf)]) -> Result<Self, String> {
        let mut lists = Vec::new();
        let mut is_replaced = false;
        for (options, root) in options {
            let Some(tables) = IgnoreTables::of(options) else { continue };
            let own = tables.globs(rule, linter.preview, |tables| tables.per_file_ignores.as_ref());
            let more = tables.globs(rule, linter.preview, |tables| tables.extend_per_file_ignores.as_ref());
            let counts = own.is_some() && !is_replaced;
            is_replaced |= own.is_some();
            let globs = own.filter(|_| counts).into_iter().chain(more).flatten();
            lists.extend(globs.map(|glob| PerFileTargetVersion::new(glob, PythonVersion::PY37, Some(root))));
        }
        CompiledPerFileTargetVersionList::resolve(lists).map(Self).map_err(|error| format!("{error:#}"))
    }

    /// Globs that are relative to the workspace root.
    pub(crate) fn of(globs: impl Iterator<Item = String>) -> Result<Self, String> {
        let root = Path::new(crate::ROOT);
        let list = globs.map(|glob| PerFileTargetVersion::new(glob, PythonVersion::PY37, Some(root))).collect();
        CompiledPerFileTargetVersionList::resolve(list).map(Self).map_err(|error| format!("{error:#}"))
    }

    pub(crate) fn contain(&self, path: &Path) -> bool {
        self.0.is_match(path).is_some()
    }
}

/// Adds the findings of the two rules, as far as no comment suppresses them.
pub(crate) fn check(rules: &ModeRules, script: &Script, linter: &LinterSettings, diagnostics: &mut Vec<Diagnostic>) {
    let applies = |ignores: &Option<Ignores>| ignores.as_ref().is_some_and(|ignores| !ignores.contain(script.path));
    let mut found = Vec::new();
    if !script.is_executable && applies(&rules.not_executable) {
        let ranges = script.shebangs().collect::<Vec<_>>();
        let message = "Shebang is present but file is not executable";
        found.extend(ranges.into_iter().map(|range| script.diagnostic(Rule::ShebangNotExecutable, message, range)));
    } else if script.is_executable && applies(&rules.without_shebang) && script.shebangs().next().is_none() {
        let message = "The file is executable but no shebang is present";
        found.push(script.diagnostic(Rule::ShebangMissingExecutableFile, message, TextRange::default()));
    }
    for diagnostic in found {
        if script.is_suppressed(&diagnostic, linter) {
            script.forgive_suppression(&diagnostic, diagnostics);
        } else {
            diagnostics.push(diagnostic);
        }
    }
}

impl Script<'_> {
    /// Comments that ruff takes for shebangs, wherever they are.
    fn shebangs(&self) -> impl Iterator<Item = TextRange> {
        let text = self.locator.contents();
        let is_shebang = |range: &TextRange| {
            text.get(std::ops::Range::<usize>::from(*range)).is_some_and(|comment| comment.starts_with("#!"))
        };
        self.comments.into_iter().filter(is_shebang)
    }

    fn diagnostic(&self, rule: Rule, message: &str, range: TextRange) -> Diagnostic {
        let file = SourceFileBuilder::new("", "").finish();
        let mut diagnostic = Diagnostic::new(DiagnosticId::Lint(LintName::of(rule.into())), Severity::Error, message);
        diagnostic.annotate(Annotation::primary(Span::from(file).with_range(range)));
        diagnostic.set_secondary_code(SecondaryCode::new(rule.noqa_code().to_string()));
        diagnostic
    }

    /// Whether ruff sees no need for another `noqa`.
    pub(crate) fn is_suppressed(&self, diagnostic: &Diagnostic, linter: &LinterSettings) -> bool {
        let edits = generate_suppression_edits(
            self.path,
            std::slice::from_ref(diagnostic),
            self.locator,
            self.comments,
            &linter.external,
            &self.directives.noqa_line_for,
            self.line_ending,
            self.suppressions,
            SuppressionKind::Noqa,
            linter.preview,
        );
        edits.first().is_some_and(Option::is_none)
    }

    /// ruff takes the comment that suppresses this for unused: the one on its line, or one for the file.
    fn forgive_suppression(&self, diagnostic: &Diagnostic, diagnostics: &mut Vec<Diagnostic>) {
        let line = |diagnostic: &Diagnostic| self.line_start(diagnostic.range().unwrap_or_default().start());
        let message = format!("(unused: `{}`)", diagnostic.secondary_code_or_id());
        let is_about = |other: &Diagnostic| {
            other.secondary_code_or_id() == "RUF100" && other.concise_message().to_str().contains(&message)
        };
        let on_line = diagnostics.iter().position(|other| is_about(other) && line(other) == line(diagnostic));
        if let Some(comment) = on_line.or_else(|| diagnostics.iter().position(is_about)) {
            diagnostics.remove(comment);
        }
    }

    fn line_start(&self, offset: TextSize) -> usize {
        let before = self.locator.contents().get(..offset.to_usize()).unwrap_or_default();
        before.rfind('\n').map_or(0, |newline| newline + 1)
    }
}

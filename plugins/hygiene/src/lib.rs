//! A file gate for texts of any kind: what prek's built-in hooks check, in one pass over the bytes.
//!
//! [`Hygiene`] gets each file from the host, finds out what it is (`kind`), runs the rules that apply (`rules`) and
//! returns what they found. Does not read anything beyond what it is given.

mod json;
mod kind;
mod rule;
mod rules;
mod scan;
mod settings;
mod suggest;
#[cfg(test)]
mod testing;
mod xml;

use kind::Kind;
use rule::{Id, RuleSet};
use rules::{
    broken_symlink, byte_order_mark, case_conflict, end_of_file, executable_without_shebang, json_syntax, large_file,
    merge_conflict, mixed_line_ending, private_key, shebang_without_executable, toml_syntax, trailing_whitespace,
    xml_syntax, yaml_syntax,
};
use scan::Marks;
use sdlc_sdk::{
    Error, FileGate, FileKind, Finding, Info, Plugin, Problem, Project, Report, Rule, Selection, SourceFile,
};
use settings::Settings;

/// Rules that need [`Marks`].
const OF_LINES: [Id; 4] = [Id::TrailingWhitespace, Id::MixedLineEnding, Id::MergeConflict, Id::PrivateKey];

/// The gate, with its settings.
pub struct Hygiene {
    settings: Settings,
    enabled: RuleSet,
    scans: bool,
    conflicts: case_conflict::Conflicts,
}

impl Plugin for Hygiene {
    type Settings = Settings;

    fn info() -> Info {
        Info::new("hygiene", env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_DESCRIPTION"))
    }

    fn rules(ids: &[String]) -> Vec<Rule> {
        let wanted = rules::ALL.iter().filter(|doc| ids.is_empty() || ids.iter().any(|id| id == doc.name));
        wanted.map(rule::Doc::to_rule).collect()
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        let enabled = settings.enabled()?;
        let scans = OF_LINES.into_iter().any(|id| enabled.has(id));
        Ok(Self { settings, enabled, scans, conflicts: case_conflict::Conflicts::default() })
    }
}

impl FileGate for Hygiene {
    fn select(&self) -> Selection {
        let mut selection = Selection::of(["**"]);
        selection.paths = self.enabled.has(Id::CaseConflict);
        selection.symlinks = selection.paths || self.enabled.has(Id::BrokenSymlink);
        selection
    }

    fn begin(&mut self, project: Project) -> Result<Option<Vec<u8>>, Error> {
        if self.enabled.has(Id::CaseConflict) {
            self.conflicts = case_conflict::Conflicts::of(&project.paths);
        }
        Ok(Some(self.conflicts.to_bytes()))
    }

    fn check(&self, file: SourceFile) -> Result<Report, Error> {
        let mut findings = Vec::new();
        self.conflicts.check(&file.path, &mut findings);
        if file.is_symlink() {
            if file.kind == FileKind::BrokenSymlink && self.enabled.has(Id::BrokenSymlink) {
                broken_symlink::check(&file.path, file.content.as_deref(), &mut findings);
            }
        } else {
            self.check_file(&file, &mut findings);
        }
        Ok(Report { findings, metrics: Vec::new() })
    }
}

impl Hygiene {
    fn check_file(&self, file: &SourceFile, findings: &mut Vec<Finding>) {
        if self.enabled.has(Id::LargeFile) {
            large_file::check(&file.path, file.size, self.settings.max_kb, findings);
        }
        // Of a file that is too large for the host its size is all there is to judge.
        let Some(content) = file.content.as_deref() else { return };
        let kind = Kind::of(&file.path, content);
        if kind.is(Kind::TEXT) {
            self.check_ends(&file.path, content, findings);
            self.check_mode(&file.path, content, file.kind == FileKind::Executable, findings);
            if self.scans {
                self.check_lines(&file.path, content, findings);
            }
        }
        self.check_syntax(&file.path, content, kind, findings);
    }

    /// Rules that look at the first or the last bytes.
    fn check_ends(&self, path: &str, content: &[u8], findings: &mut Vec<Finding>) {
        if self.enabled.has(Id::ByteOrderMark) {
            byte_order_mark::check(path, content, findings);
        }
        if self.enabled.has(Id::EndOfFile) {
            end_of_file::check(path, content, findings);
        }
    }

    fn check_mode(&self, path: &str, content: &[u8], executable: bool, findings: &mut Vec<Finding>) {
        if executable && self.enabled.has(Id::ExecutableWithoutShebang) {
            executable_without_shebang::check(path, content, findings);
        }
        if !executable && self.enabled.has(Id::ShebangWithoutExecutable) {
            shebang_without_executable::check(path, content, findings);
        }
    }

    /// Rules that look at all lines, where the scan says that they may find something.
    fn check_lines(&self, path: &str, content: &[u8], findings: &mut Vec<Finding>) {
        let marks = Marks::of(content);
        if (marks.trailing_blank || marks.carriage_return) && self.enabled.has(Id::TrailingWhitespace) {
            trailing_whitespace::check(path, content, self.breaks_lines_by_blanks(path), findings);
        }
        if marks.carriage_return && self.enabled.has(Id::MixedLineEnding) {
            mixed_line_ending::check(path, content, findings);
        }
        if marks.conflict && self.enabled.has(Id::MergeConflict) {
            merge_conflict::check(path, content, findings);
        }
        if marks.key && self.enabled.has(Id::PrivateKey) {
            private_key::check(path, content, findings);
        }
    }

    fn check_syntax(&self, path: &str, content: &[u8], kind: Kind, findings: &mut Vec<Finding>) {
        let asked = |syntax, id| kind.is(syntax) && self.enabled.has(id);
        if asked(Kind::JSON, Id::JsonSyntax) {
            json_syntax::check(path, content, findings);
        }
        if asked(Kind::TOML, Id::TomlSyntax) {
            toml_syntax::check(path, content, findings);
        }
        if asked(Kind::YAML, Id::YamlSyntax) {
            let allowed = yaml_syntax::Allowed {
                multiple_documents: self.settings.allow_multiple_documents,
                no_unknown_tags: self.settings.disallow_unknown_tags,
            };
            yaml_syntax::check(path, content, allowed, findings);
        }
        if asked(Kind::XML, Id::XmlSyntax) {
            xml_syntax::check(path, content, findings);
        }
    }

    /// Whether two blanks at the end of a line mean something in this file.
    fn breaks_lines_by_blanks(&self, path: &str) -> bool {
        let extension = kind::extension(kind::file_name(path));
        self.settings.markdown_linebreak_ext.iter().any(|known| {
            let known = known.trim_start_matches('.');
            known == "*" || extension.is_some_and(|extension| known.eq_ignore_ascii_case(extension))
        })
    }
}

// A native library has no use for the component's functions, and linkers refuse their names.
#[cfg(target_arch = "wasm32")]
sdlc_sdk::export!(Hygiene: file_gate);

#[cfg(test)]
mod tests;

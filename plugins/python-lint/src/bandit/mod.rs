//! What bandit knows and ruff does not: how bad each finding is, `# nosec`, and checks that ruff lacks.
//!
//! [`check`] adds the checks' diagnostics and drops what a `# nosec` comment suppresses; [`ratings`] has severity and
//! confidence. Where this differs from bandit, `BANDIT.md` says so.

mod calls;
mod nosec;
pub(crate) mod ratings;
pub(crate) mod rules;
pub(crate) mod selection;

use ruff_db::diagnostic::{Annotation, Diagnostic, DiagnosticId, LintName, SecondaryCode, Severity, Span};
use ruff_linter::settings::LinterSettings;
use ruff_python_ast::ModModule;
use ruff_python_parser::Parsed;
use ruff_source_file::SourceFileBuilder;
use ruff_text_size::TextRange;

use crate::{executable::Script, scope::Scope};

/// Every rule here begins with it: as a prefix it is nobody else's, and `# noqa` takes it for a code.
pub(crate) const PREFIX: &str = "BANDIT";

/// Adds what the own rules find, and drops what is suppressed.
pub(crate) fn check(
    scope: &Scope,
    file: &Script,
    parsed: &Parsed<ModModule>,
    linter: &LinterSettings,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let text = file.locator.contents();
    for rule in rules::ALL.iter().filter(|rule| scope.bandit.is_on(rule.id, file.path)) {
        let found = (rule.check)(text, parsed.suite());
        let is_known = |range: TextRange| {
            let mut others = diagnostics
                .iter()
                .filter(|other| other.secondary_code_or_id().strip_prefix('S') == rule.id.strip_prefix(PREFIX));
            others.any(|other| other.range().is_some_and(|other| other.intersect(range).is_some()))
        };
        let found: Vec<_> = found.into_iter().filter(|(range, _)| !is_known(*range)).collect();
        let found = found.into_iter().map(|(range, message)| diagnostic(rule, range, &message));
        diagnostics.extend(found.filter(|diagnostic| !file.is_suppressed(diagnostic, linter)));
    }
    if scope.bandit.nosec() && text.contains("nosec") {
        let comments = nosec::Comments::of(text, parsed.tokens());
        diagnostics.retain(|diagnostic| {
            let code = diagnostic.secondary_code_or_id();
            !ratings::is_of_bandit(code) || !comments.suppress(code, diagnostic.range().unwrap_or_default().start())
        });
    }
}

fn diagnostic(rule: &rules::Rule, range: TextRange, message: &str) -> Diagnostic {
    let file = SourceFileBuilder::new("", "").finish();
    let mut diagnostic = Diagnostic::new(DiagnosticId::Lint(LintName::of(rule.name)), Severity::Error, message);
    diagnostic.annotate(Annotation::primary(Span::from(file).with_range(range)));
    diagnostic.set_secondary_code(SecondaryCode::new(rule.id.to_owned()));
    diagnostic
}

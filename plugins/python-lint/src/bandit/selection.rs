//! Which of the own rules run, and where: [`Selection`] as `sdlc.toml` has it, [`Enabled`] for the files of a scope.
//!
//! ruff knows no rules but its own, so their selectors are taken out of the settings before it sees them.

use std::path::{Path, PathBuf};

use ruff_linter::{registry::Rule, settings::LinterSettings};
use ruff_workspace::options::Options;

use super::{PREFIX, rules};
use crate::executable::Ignores;

/// Where this rule of ruff is on, and not ignored, the own rules are on too: it is the last of its group, so that `S`,
/// `S6` and `ALL` mean them as well.
const NEIGHBOUR: Rule = Rule::LoggingConfigInsecureListen;

/// Selectors of own rules.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    pub(crate) select: Vec<String>,
    pub(crate) ignore: Vec<String>,
    /// Glob and selector.
    pub(crate) per_file: Vec<(String, String)>,
    /// Whether `# nosec` counts.
    pub(crate) nosec: bool,
}

/// The own rules, for one scope.
pub(crate) struct Enabled {
    rules: Vec<(&'static str, Vec<Ignores>)>,
    nosec: bool,
}

/// Whether this selects own rules: `BANDIT`, or the beginning of an id.
pub(crate) fn is_selector(selector: &str) -> bool {
    selector.starts_with(PREFIX) && rules::ALL.iter().any(|rule| rule.id.starts_with(selector))
}

/// Takes the selectors of own rules out of a list.
pub(crate) fn take(selectors: &mut Vec<String>) -> Vec<String> {
    let (own, others) = std::mem::take(selectors).into_iter().partition(|selector| is_selector(selector));
    *selectors = others;
    own
}

impl Enabled {
    pub(crate) fn new(
        selection: &Selection,
        linter: &LinterSettings,
        options: &[(Options, PathBuf)],
    ) -> Result<Self, String> {
        let by_neighbour = linter.rules.enabled(NEIGHBOUR);
        let matches =
            |selectors: &[String], id: &str| selectors.iter().any(|selector| id.starts_with(selector.as_str()));
        let mut rules = Vec::new();
        for rule in &rules::ALL {
            let by_name = matches(&selection.select, rule.id);
            if !(by_neighbour || by_name) || matches(&selection.ignore, rule.id) {
                continue;
            }
            let globs = selection.per_file.iter().filter(|(_, selector)| rule.id.starts_with(selector.as_str()));
            let mut ignores = vec![Ignores::of(globs.map(|(glob, _)| glob.clone()))?];
            if by_neighbour && !by_name {
                ignores.push(Ignores::new(NEIGHBOUR, linter, options)?);
            }
            rules.push((rule.id, ignores));
        }
        Ok(Self { rules, nosec: selection.nosec })
    }

    pub(crate) fn is_on(&self, id: &str, path: &Path) -> bool {
        self.rules.iter().any(|(own, ignores)| *own == id && !ignores.iter().any(|ignores| ignores.contain(path)))
    }

    pub(crate) fn nosec(&self) -> bool {
        self.nosec
    }
}

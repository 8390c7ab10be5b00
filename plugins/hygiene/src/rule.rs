//! What a rule is: [`Id`] names it, [`Doc`] says what it is for, [`RuleSet`] holds which are on.
//!
//! Does not know what any rule looks for: `rules/` does, one file a rule.

use sdlc_sdk::{Finding, Rule, Severity};

/// Which rule, in the order in which they are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Id {
    TrailingWhitespace,
    EndOfFile,
    MixedLineEnding,
    ByteOrderMark,
    MergeConflict,
    JsonSyntax,
    TomlSyntax,
    YamlSyntax,
    XmlSyntax,
    LargeFile,
    CaseConflict,
    ExecutableWithoutShebang,
    ShebangWithoutExecutable,
    BrokenSymlink,
    PrivateKey,
}

/// What a rule says of itself.
pub(crate) struct Doc {
    pub(crate) id: Id,
    /// As in findings and settings.
    pub(crate) name: &'static str,
    pub(crate) severity: Severity,
    pub(crate) summary: &'static str,
    /// Markdown.
    pub(crate) explanation: &'static str,
    pub(crate) tags: &'static [&'static str],
}

impl Doc {
    /// A finding of this rule, at no place yet.
    pub(crate) fn finding(&self, message: impl Into<String>) -> Finding {
        Finding::new(self.name, self.severity, message)
    }

    /// As the host lists it.
    pub(crate) fn to_rule(&self) -> Rule {
        let mut rule = Rule::new(self.name, self.severity, self.summary).explained(self.explanation);
        rule.tags = self.tags.iter().map(|tag| (*tag).to_owned()).collect();
        rule
    }
}

/// Rules that are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RuleSet(u16);

impl RuleSet {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const ALL: Self = Self((1 << (Id::PrivateKey as u16 + 1)) - 1);

    #[must_use]
    pub(crate) const fn with(self, id: Id) -> Self {
        Self(self.0 | 1 << id as u16)
    }

    #[must_use]
    pub(crate) const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(crate) const fn has(self, id: Id) -> bool {
        self.0 & (1 << id as u16) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_all_rules_has_the_first_and_the_last() {
        assert!(RuleSet::ALL.has(Id::TrailingWhitespace) && RuleSet::ALL.has(Id::PrivateKey));
        assert_eq!(RuleSet::NONE.with(Id::JsonSyntax).minus(RuleSet::ALL), RuleSet::NONE);
    }
}

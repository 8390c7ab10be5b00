//! What a rule is: a row of a table that says what a kind of credential looks like, and what to tell people of it.
//!
//! [`Rule`] is plain data; `rules/` has the rows, `scan/` looks for them. Does not search anything.

use sdlc_sdk::{Confidence, Severity};

use crate::judge::Proof;

/// A kind of credential.
pub(crate) struct Rule {
    /// As in findings and settings.
    pub(crate) id: &'static str,
    /// What it is, for the message: `AWS access key ID`.
    pub(crate) what: &'static str,
    /// What it opens, after "whoever has it".
    pub(crate) opens: &'static str,
    /// How it is revoked, after "revoke it:".
    pub(crate) revoke: &'static str,
    pub(crate) severity: Severity,
    pub(crate) confidence: Confidence,
    /// 0 to 10, as CVSS counts.
    pub(crate) score: f64,
    pub(crate) form: Form,
    /// One of them occurs wherever the rule finds something. Exact for tokens, in any case for names.
    pub(crate) keywords: &'static [&'static str],
    /// Of ASCII characters. Its group 1, or else the match, is the secret.
    pub(crate) expression: &'static str,
    /// Least bits a character of the secret (Shannon).
    pub(crate) entropy: f64,
    /// What else is known of the format, such as a checksum.
    pub(crate) check: Option<fn(&[u8]) -> Proof>,
    /// Texts with one such credential, and none of another kind. `<hex:40>` stands for 40 random characters of a
    /// class, which `examples` knows: so that no source looks as if it held a credential.
    pub(crate) finds: &'static [&'static str],
    /// Texts without.
    pub(crate) passes: &'static [&'static str],
}

/// Where in a text a secret is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The secret tells itself. The expression starts at the keyword.
    Token {
        /// Most bytes from the keyword to the end of what the expression looks at.
        reach: usize,
        /// Whether it goes beyond the end of the line.
        lines: bool,
    },
    /// The expression is searched round the keyword, within its line.
    Around,
    /// The value that is assigned to a name which contains the keyword, and a word such as `key` or `token`. The
    /// expression takes all of the value.
    Assigned,
    /// The value that is assigned to a name which ends with the keyword, where that is a literal.
    Named,
}

/// What rules of tokens have in common.
pub(crate) const TOKEN: Rule = Rule {
    id: "",
    what: "",
    opens: "",
    revoke: "",
    severity: Severity::Error,
    confidence: Confidence::High,
    score: 8.0,
    form: Form::Token { reach: 512, lines: false },
    keywords: &[],
    expression: "",
    entropy: 2.5,
    check: None,
    finds: &[],
    passes: &[],
};

/// What rules of values have in common that only the name tells from others.
pub(crate) const ASSIGNED: Rule = Rule { confidence: Confidence::Medium, form: Form::Assigned, entropy: 2.8, ..TOKEN };

impl Rule {
    /// As the host lists it.
    pub(crate) fn to_rule(&self) -> sdlc_sdk::Rule {
        let mut rule = sdlc_sdk::Rule::new(self.id, self.severity, &self.summary()).explained(&self.explanation());
        rule.tags = ["security", "external/cwe/cwe-798"].map(str::to_owned).to_vec();
        rule.security_severity = Some(self.score);
        rule
    }

    fn summary(&self) -> String {
        format!("{} in the sources", with_article(self.what))
    }

    /// Markdown.
    fn explanation(&self) -> String {
        let example = self.finds.first().copied().unwrap_or_default();
        let none = self.passes.first().copied().unwrap_or_default();
        format!(
            "\
## What it does
Finds {what}, unless it is a placeholder.

## Why is this bad?
Whoever reads the repository, now or in any later copy of its history, has it. Whoever has it {opens}.

## Example
`<hex:8>` stands for eight characters of a class, here of hexadecimal digits.

```text
{example}
```

This is none:

```text
{none}
```

## How to fix
Take it for stolen and revoke it: {revoke}. Read the new one from the environment or a secret manager when the program
runs, and remove the old one from the history. What is none belongs into `allow` of the settings, with the reason.
",
            what = with_article(self.what),
            opens = self.opens,
            revoke = self.revoke,
        )
    }
}

fn with_article(what: &str) -> String {
    // Letters that are spelled open with a vowel where their names do.
    let spelled = what.chars().nth(1).is_some_and(|second| !second.is_ascii_lowercase());
    let vowels = if spelled { "AEFHILMNORSX" } else { "AEIOaeio" };
    let article = if what.starts_with(|first| vowels.contains(first)) { "an" } else { "a" };
    format!("{article} {what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_follow_the_sound() {
        let cases = [("AWS key", "an AWS key"), ("npm token", "a npm token"), ("OpenAI key", "an OpenAI key")];
        for (what, expected) in cases {
            assert_eq!(with_article(what), expected);
        }
        assert_eq!(with_article("JSON Web Token"), "a JSON Web Token");
        assert_eq!(with_article("URL with a password"), "a URL with a password");
    }
}

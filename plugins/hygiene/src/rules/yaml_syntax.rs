//! `yaml-syntax`: a file that is not YAML but should be.
//!
//! Reads YAML with the parser and the options that prek's `check-yaml` reads it with; its budget bounds nesting and
//! the replay of anchors. Does not build values, and takes unknown tags for the application's unless told otherwise.

use std::ops::Range;

use sdlc_sdk::{Finding, Severity};
use serde::de::IgnoredAny;
use serde_saphyr::{Error, NonFiniteFloatPolicy, Options};

use crate::rule::{Doc, Id};

pub(crate) const DOC: Doc = Doc {
    id: Id::YamlSyntax,
    name: "yaml-syntax",
    severity: Severity::Error,
    summary: "a YAML file cannot be read",
    explanation: "\
## What it does
Finds files that are known as YAML by their name and cannot be read, including those with a key that is given twice,
with an unknown anchor, and with more than one document unless `allow-multiple-documents = true`. With
`disallow-unknown-tags = true` tags of applications, such as `!vault`, are found too.

## Why is this bad?
Whatever reads the file fails, often much later; of a key given twice most readers silently drop one value.

## Example
```yaml
steps:
\t- test
```

## How to fix
Correct what the message names; here: indent with spaces.
",
    tags: &["correctness", "syntax"],
};

/// What a file may have beyond a plain document.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Allowed {
    pub(crate) multiple_documents: bool,
    pub(crate) no_unknown_tags: bool,
}

/// At most one finding.
pub(crate) fn check(path: &str, content: &[u8], allowed: Allowed, findings: &mut Vec<Finding>) {
    if content.is_empty() {
        return;
    }
    let text = match std::str::from_utf8(content) {
        Ok(text) => text,
        Err(error) => {
            let at = error.valid_up_to();
            findings.push(DOC.finding("not UTF-8").at(path, at..at + 1));
            return;
        }
    };
    let options = options(allowed);
    let result = if allowed.multiple_documents {
        serde_saphyr::from_multiple_with_options::<IgnoredAny>(text, options).map(drop)
    } else {
        serde_saphyr::from_str_with_options::<IgnoredAny>(text, options).map(drop)
    };
    if let Err(error) = result {
        findings.push(DOC.finding(message(&error)).at(path, place(&error, text)));
    }
}

fn options(allowed: Allowed) -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            // Compose files reuse few anchors often.
            enforce_alias_anchor_ratio: false,
        },
        ignore_binary_tag_for_string: true,
        reject_unsupported_tags: allowed.no_unknown_tags,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        with_snippet: false,
    }
}

fn message(error: &Error) -> String {
    let message = error.render_with_options(serde_saphyr::render_options! {
        snippets: serde_saphyr::SnippetMode::Off,
        formatter: &serde_saphyr::UserMessageFormatter,
    });
    // The position is the finding's own.
    let message = message.split(" at line ").next().unwrap_or(&message);
    message.lines().next().unwrap_or_default().to_owned()
}

fn place(error: &Error, text: &str) -> Range<usize> {
    let offset = error.location().and_then(|location| location.span().byte_offset());
    let start = offset.and_then(|offset| usize::try_from(offset).ok()).unwrap_or(0).min(text.len());
    start..(start + 1).min(text.len())
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, found_with};

    #[track_caller]
    fn count(content: &[u8]) -> usize {
        found("yaml-syntax", "a.yaml", content).len()
    }

    #[test]
    fn good_yaml_is_no_finding() {
        for content in ["", "# nothing\n", "a: [1, .nan]\n", "a: !vault x\nb: !!binary aGk=\n", "a: &x 1\nb: *x\n"] {
            assert_eq!(count(content.as_bytes()), 0, "{content}");
        }
    }

    #[test]
    fn bad_yaml_is_one_finding() {
        for content in ["a:\n\t- b\n", "a: 1\na: 2\n", "a: *x\n", "a: [\n", "a: 'b"] {
            assert_eq!(count(content.as_bytes()), 1, "{content}");
        }
        assert_eq!(count(b"a: \xFF\n"), 1);
    }

    #[test]
    fn several_documents_have_to_be_allowed() {
        let content = b"a: 1\n---\nb: 2\n";
        assert_eq!(count(content), 1);
        let settings = r#"{"select": ["yaml-syntax"], "allow-multiple-documents": true}"#;
        assert_eq!(found_with(settings, "a.yaml", content).len(), 0);
    }

    #[test]
    fn unknown_tags_can_be_forbidden() {
        let settings = r#"{"select": ["yaml-syntax"], "disallow-unknown-tags": true}"#;
        assert_eq!(found_with(settings, "a.yaml", b"a: !vault x\n").len(), 1);
    }

    #[test]
    fn deep_nesting_and_anchor_bombs_end_soon() {
        assert_eq!(count("[".repeat(100_000).as_bytes()), 1);
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
            bomb += &format!("a{level}: &a{level} [{aliases}]\n");
        }
        assert_eq!(count(bomb.as_bytes()), 1);
    }
}

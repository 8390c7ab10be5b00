//! What the settings say is no secret, or no longer one.
//!
//! [`AllowList`] holds the entries; each says why. Does not know comments in files.

use globset::{GlobBuilder, GlobMatcher};
use regex::bytes::Regex;
use sdlc_sdk::Problem;
use sha2::{Digest, Sha256};

use crate::scan;

/// What is allowed, and why. All that an entry says has to hold.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(crate) struct RawAllow {
    /// Secrets that this expression finds something in.
    regex: Option<String>,
    /// The secret with this SHA-256, in hexadecimal digits: `printf %s SECRET | sha256sum`.
    sha256: Option<String>,
    /// Files of this glob, relative to the workspace root: `*` within a directory, `**` across.
    path: Option<String>,
    /// Findings of this rule.
    rule: Option<String>,
    /// Why it is allowed. Has to be there.
    reason: String,
}

/// All entries.
#[derive(Default)]
pub(crate) struct AllowList(Vec<Entry>);

struct Entry {
    regex: Option<Regex>,
    sha256: Option<[u8; 32]>,
    path: Option<GlobMatcher>,
    rule: Option<String>,
}

impl AllowList {
    /// The entries as typed, or what is wrong with them.
    pub(crate) fn of(raw: &[RawAllow], is_rule: impl Fn(&str) -> Result<(), String>) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut entries = Vec::new();
        for (index, raw) in raw.iter().enumerate() {
            let key = format!("allow[{index}]");
            if raw.reason.trim().is_empty() {
                problems.push(Problem::new(&format!("{key}.reason"), "is missing; hint: say why it is allowed"));
            }
            if raw.regex.is_none() && raw.sha256.is_none() && raw.path.is_none() {
                problems.push(Problem::new(&key, "allows everything; hint: give it `regex`, `sha256` or `path`"));
            }
            entries.push(Entry {
                regex: read(&key, "regex", &raw.regex, &mut problems, scan::compile),
                sha256: read(&key, "sha256", &raw.sha256, &mut problems, digest),
                path: read(&key, "path", &raw.path, &mut problems, glob),
                rule: read(&key, "rule", &raw.rule, &mut problems, |rule| is_rule(rule).map(|()| rule.to_owned())),
            });
        }
        if problems.is_empty() { Ok(Self(entries)) } else { Err(problems) }
    }

    /// Whether a secret is allowed there.
    pub(crate) fn allows(&self, rule: &str, path: &str, secret: &[u8]) -> bool {
        self.0.iter().any(|entry| entry.allows(rule, path, secret))
    }
}

impl Entry {
    fn allows(&self, rule: &str, path: &str, secret: &[u8]) -> bool {
        self.rule.as_ref().is_none_or(|allowed| allowed == rule)
            && self.path.as_ref().is_none_or(|glob| glob.is_match(path))
            && self.regex.as_ref().is_none_or(|regex| regex.is_match(secret))
            && self.sha256.is_none_or(|digest| Sha256::digest(secret).as_slice() == digest)
    }
}

/// A part of an entry as typed, with what is wrong with it added to the problems.
fn read<T>(
    entry: &str,
    key: &str,
    typed: &Option<String>,
    problems: &mut Vec<Problem>,
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> Option<T> {
    match parse(typed.as_deref()?) {
        Ok(read) => Some(read),
        Err(message) => {
            problems.push(Problem::new(&format!("{entry}.{key}"), message));
            None
        }
    }
}

fn glob(text: &str) -> Result<GlobMatcher, String> {
    let glob = GlobBuilder::new(text).literal_separator(true).build().map_err(|error| error.kind().to_string())?;
    Ok(glob.compile_matcher())
}

fn digest(text: &str) -> Result<[u8; 32], String> {
    let mut digest = [0; 32];
    let digits = text.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2 && !pair.starts_with('+'))?;
        u8::from_str_radix(pair, 16).ok()
    });
    let bytes: Option<Vec<u8>> = digits.collect();
    match bytes {
        Some(bytes) if bytes.len() == digest.len() => digest.copy_from_slice(&bytes),
        _ => return Err("is no SHA-256; hint: 64 hexadecimal digits, as `sha256sum` prints them".to_owned()),
    }
    Ok(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REASON: &str = "revoked";

    fn entry(raw: RawAllow) -> AllowList {
        let raw = RawAllow { reason: REASON.to_owned(), ..raw };
        AllowList::of(&[raw], |_| Ok(())).ok().unwrap()
    }

    #[test]
    fn an_entry_allows_where_all_that_it_says_holds() {
        let text = |text: &str| Some(text.to_owned());
        let list = entry(RawAllow { path: text("docs/*.md"), rule: text("a"), ..RawAllow::default() });
        assert!(list.allows("a", "docs/x.md", b"s"));
        assert!(!list.allows("b", "docs/x.md", b"s") && !list.allows("a", "docs/y/x.md", b"s"));
        let list = entry(RawAllow { regex: text("^s.c"), ..RawAllow::default() });
        assert!(list.allows("a", "x", b"secret") && !list.allows("a", "x", b"no secret"));
    }

    #[test]
    fn a_secret_is_allowed_by_its_digest() {
        let sha256 = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";
        let list = entry(RawAllow { sha256: Some(sha256.to_owned()), ..RawAllow::default() });
        assert!(list.allows("a", "x", b"secret") && !list.allows("a", "x", b"Secret"));
    }

    #[test]
    fn a_digest_that_is_none_is_refused() {
        for text in ["", "2b", &"+1".repeat(32), &"é".repeat(32), &"0".repeat(65)] {
            assert!(digest(text).is_err(), "{text}");
        }
    }
}

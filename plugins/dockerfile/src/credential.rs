//! What looks like a credential: [`name`] by the name it is given, [`tokens`] by itself.
//!
//! Made for few false alarms: a format that is not known here is not found. Finding secrets in all files is another gate's work.

use std::ops::Range;

/// Words of a name that make it one of a secret.
const WORDS: [&str; 11] = [
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "SECRET",
    "SECRETS",
    "TOKEN",
    "APIKEY",
    "CREDENTIALS",
    "PRIVATEKEY",
    "SECRETKEY",
    "PWD",
];
/// Pairs of words.
const PAIRS: [(&str, &str); 4] = [("API", "KEY"), ("ACCESS", "KEY"), ("PRIVATE", "KEY"), ("AUTH", "KEY")];
/// Last words of names that only say something about a secret.
const ABOUT: [&str; 16] = [
    "FILE", "PATH", "DIR", "URL", "URI", "ENDPOINT", "ID", "NAME", "TTL", "EXPIRY", "LENGTH", "TYPE", "HEADER",
    "ENABLED", "VERSION", "PREFIX",
];

/// Whether a variable of this name holds a secret.
pub(crate) fn name(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let words: Vec<_> = upper.split(['_', '-', '.']).filter(|word| !word.is_empty()).collect();
    if words.last().is_none_or(|last| ABOUT.contains(last))
        || words.contains(&"PUBLIC")
        || upper == "PWD"
        || upper == "OLDPWD"
    {
        return false;
    }
    words.iter().any(|word| WORDS.contains(word))
        || words.windows(2).any(|pair| matches!(pair, [one, other] if PAIRS.contains(&(*one, *other))))
}

/// Whether a value can be a secret: no reference, no switch, nothing that stands for one.
pub(crate) fn is_value(value: &str) -> bool {
    let value = value.trim_matches(['"', '\'']);
    let lower = value.to_ascii_lowercase();
    value.len() > 1
        && !value.starts_with('$')
        && !value.starts_with('<')
        && !value.starts_with("{{")
        && !value.bytes().all(|byte| byte.is_ascii_digit())
        && !["true", "false", "yes", "no", "on", "off", "none", "null", "changeme", "dummy", "unused", "empty"]
            .contains(&lower.as_str())
}

/// How tokens of a service begin, and how long they are at least.
const PREFIXES: [(&str, usize); 12] = [
    ("ghp_", 40),
    ("gho_", 40),
    ("ghs_", 40),
    ("github_pat_", 60),
    ("glpat-", 26),
    ("AKIA", 20),
    ("xoxb-", 40),
    ("xoxp-", 40),
    ("sk_live_", 28),
    ("npm_", 40),
    ("pypi-AgEIcHlwaS5vcmc", 80),
    ("AIza", 39),
];

/// Tokens, and passwords in addresses.
pub(crate) fn tokens(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let Some(part) = text.get(range.clone()) else { return Vec::new() };
    let mut found = Vec::new();
    for (prefix, least) in PREFIXES {
        for (at, _) in part.match_indices(prefix) {
            let before = part.get(..at).and_then(|before| before.chars().next_back());
            // What follows a token's own characters is the middle of one, and is not looked through again.
            if before.is_some_and(is_of_token) {
                continue;
            }
            let rest = part.get(at..).unwrap_or_default();
            let length = rest.find(|each: char| !is_of_token(each)).unwrap_or(rest.len());
            let varies = rest
                .get(prefix.len()..length)
                .is_some_and(|token| token.bytes().any(|byte| Some(byte) != token.bytes().next()));
            if varies && length >= least {
                found.push(range.start + at..range.start + at + length);
            }
        }
    }
    found.extend(
        part.match_indices("://")
            .filter_map(|(at, _)| password(part, at + 3))
            .map(|at| range.start + at.start..range.start + at.end),
    );
    found
}

fn is_of_token(each: char) -> bool {
    each.is_ascii_alphanumeric() || matches!(each, '_' | '-')
}

/// The password of `user:password@host`, which begins at `start`.
fn password(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = text.get(start..)?;
    let end = rest
        .find(|each: char| each.is_whitespace() || matches!(each, '/' | '"' | '\'' | '?' | '#'))
        .unwrap_or(rest.len());
    let (account, _) = rest.get(..end)?.rsplit_once('@')?;
    let (user, password) = account.split_once(':')?;
    let range = start + user.len() + 1..start + account.len();
    (is_value(password) && !password.contains(['$', '{', '<', '*'])).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_told_from_names_about_them() {
        for secret in ["DB_PASSWORD", "github_token", "AWS_SECRET_ACCESS_KEY", "API_KEY", "APIKEY", "PASSWORD_1"] {
            assert!(name(secret), "{secret}");
        }
        for other in [
            "PASSWORD_FILE",
            "TOKENIZER",
            "AWS_ACCESS_KEY_ID",
            "PWD",
            "SECRET_NAME",
            "PUBLIC_API_KEY",
            "KEYS",
            "TOKENIZERS_PARALLELISM",
        ] {
            assert!(!name(other), "{other}");
        }
    }

    #[test]
    fn tokens_and_passwords_in_addresses_are_found() {
        let token = format!("ghp_{}", "a1B2".repeat(9));
        // sdlc: allow(address-with-password) -- made up, what is to be found
        let text = format!("clone https://x:{token}@example.com/a https://user:s3cr3t@example.com");
        assert_eq!(tokens(&text, 0..text.len()).len(), 3);
    }

    #[test]
    fn prefixes_without_end_are_looked_through_once() {
        let text = "ghp_".repeat(500_000);
        assert!(tokens(&text, 0..text.len()).len() <= 1);
    }

    #[test]
    fn references_and_names_are_not() {
        for text in [
            "https://x:$TOKEN@example.com",
            "https://x:${TOKEN}@example.com",
            "npm_config_x",
            "https://example.com:80/a@b",
            "AKIAx",
        ] {
            assert!(tokens(text, 0..text.len()).is_empty(), "{text}");
        }
    }
}

//! npm's `semver`, which the registry applies, and the looser way of reading that `npm` has for what is older than that:
//! `1.2.3beta`, `01.2.3`.

use super::semantic;

pub(super) fn parse(text: &str) -> Option<semver::Version> {
    semantic::parse(text).or_else(|| loose(text))
}

fn loose(text: &str) -> Option<semver::Version> {
    let text = text.trim_start_matches(|char: char| char == 'v' || char == '=' || char.is_whitespace()).trim_end();
    let (version, build) = text.split_once('+').map_or((text, None), |(version, build)| (version, Some(build)));
    let (major, rest) = number(version)?;
    let (minor, rest) = number(rest.strip_prefix('.')?)?;
    let (patch, rest) = number(rest.strip_prefix('.')?)?;
    // A hyphen that nothing follows is itself the identifier.
    let rest = rest.strip_prefix('-').filter(|rest| !rest.is_empty() && !rest.starts_with('.')).unwrap_or(rest);
    let mut plain = format!("{major}.{minor}.{patch}");
    for (index, identifier) in rest.split('.').filter(|_| !rest.is_empty()).enumerate() {
        plain.push(if index == 0 { '-' } else { '.' });
        plain.push_str(without_zeros(identifier));
    }
    if let Some(build) = build {
        plain.push('+');
        plain.push_str(build);
    }
    semver::Version::parse(&plain).ok()
}

/// Digits without zeros before them, and what is behind.
fn number(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    (!digits.is_empty()).then(|| (without_zeros(digits), rest))
}

fn without_zeros(identifier: &str) -> &str {
    if !identifier.bytes().all(|byte| byte.is_ascii_digit()) || identifier.is_empty() {
        return identifier;
    }
    let short = identifier.trim_start_matches('0');
    if short.is_empty() { "0" } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_older_than_the_rules_is_read_as_npm_reads_it() {
        for (text, read) in [
            ("1.2.3beta", "1.2.3-beta"),
            ("01.02.03", "1.2.3"),
            ("= v1.2.3-01.x", "1.2.3-1.x"),
            ("1.2.3-", "1.2.3--"),
            ("1.2.3-.1", "1.2.3--.1"),
            ("1.2.3-rc.1+001", "1.2.3-rc.1+001"),
        ] {
            assert_eq!(parse(text).map(|version| version.to_string()).as_deref(), Some(read), "{text}");
        }
        for text in ["1.2.3.4", "1.2.3..x", "1.2.x", "1.2.3beta_1", "", "x"] {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}

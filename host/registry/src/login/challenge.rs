//! [`Challenge`]: how a registry wants one to log in, from its header `WWW-Authenticate`.

use std::collections::HashMap;

/// How a registry wants one to log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// With name and password.
    Basic,
    /// With a token, that is to be had at another server.
    Bearer {
        /// The address of the other server.
        realm: String,
        /// What it calls the registry.
        service: Option<String>,
        /// What the token has to be good for.
        scope: Option<String>,
    },
}

impl Challenge {
    /// Reads a header; [`None`] for what is not known, or makes no sense.
    pub(crate) fn parse(header: &str) -> Option<Self> {
        let (scheme, rest) = header.trim().split_once(' ').unwrap_or((header.trim(), ""));
        if scheme.eq_ignore_ascii_case("basic") {
            return Some(Self::Basic);
        }
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let mut parameters = parameters(rest)?;
        let mut take = |name| parameters.remove(name);
        Some(Self::Bearer { realm: take("realm")?, service: take("service"), scope: take("scope") })
    }
}

/// `a="x",b=y`
fn parameters(text: &str) -> Option<HashMap<String, String>> {
    let mut all = HashMap::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=')?;
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => quoted_string(quoted)?,
            None => {
                let end = after.find(',').unwrap_or(after.len());
                let (value, after) = after.split_at_checked(end)?;
                (value.trim().to_owned(), after)
            }
        };
        all.insert(name.trim().to_ascii_lowercase(), value);
        rest = after.trim_start().trim_start_matches(',').trim_start();
    }
    Some(all)
}

/// Up to the closing quote, and what is after it.
fn quoted_string(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.chars();
    loop {
        match characters.next()? {
            '"' => return Some((value, characters.as_str())),
            '\\' => value.push(characters.next()?),
            other => value.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_read_as_registries_write_it() {
        assert_eq!(Challenge::parse("Basic realm=\"x\""), Some(Challenge::Basic));
        assert_eq!(Challenge::parse("basic"), Some(Challenge::Basic));
        let bearer = "Bearer realm=\"https://a.example/t?x=1,2\", service=r ,scope=\"repository:a/b:pull,push\"";
        assert_eq!(
            Challenge::parse(bearer),
            Some(Challenge::Bearer {
                realm: "https://a.example/t?x=1,2".into(),
                service: Some("r".into()),
                scope: Some("repository:a/b:pull,push".into())
            })
        );
    }

    #[test]
    fn a_challenge_that_makes_no_sense_is_none() {
        for header in
            ["", "Negotiate", "Bearer", "Bearer realm", "Bearer realm=\"x", "Bearer service=\"x\"", "Bearer a=\"\\"]
        {
            assert_eq!(Challenge::parse(header), None, "{header}");
        }
    }
}

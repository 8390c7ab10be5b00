//! What stands behind `uses:` and `image:`: [`Reference`].
//!
//! Does not resolve anything.

/// Where an action comes from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reference<'a> {
    /// `./path`
    Local,
    /// `docker://image`
    Image(&'a str),
    /// `owner/name/path@version`
    Repository { action: &'a str, version: &'a str },
    /// No version, or an expression.
    Unknown,
}

impl<'a> Reference<'a> {
    pub(crate) fn parse(uses: &'a str) -> Self {
        if uses.starts_with("./") || uses.starts_with("../") {
            return Self::Local;
        }
        if let Some(image) = uses.strip_prefix("docker://") {
            return Self::Image(image);
        }
        match uses.split_once('@') {
            Some((action, version)) if action.contains('/') && !version.is_empty() => {
                Self::Repository { action, version }
            }
            _ => Self::Unknown,
        }
    }
}

/// A commit in full, which cannot be moved.
pub(crate) fn is_commit(version: &str) -> bool {
    matches!(version.len(), 40 | 64) && version.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// An image by digest.
pub(crate) fn has_digest(image: &str) -> bool {
    image.split_once('@').is_some_and(|(_, digest)| digest.strip_prefix("sha256:").is_some_and(is_commit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_told_apart() {
        assert_eq!(Reference::parse("./.github/actions/x"), Reference::Local);
        assert_eq!(Reference::parse("docker://alpine:3"), Reference::Image("alpine:3"));
        assert_eq!(Reference::parse("a/b/c@v1"), Reference::Repository { action: "a/b/c", version: "v1" });
        assert_eq!(Reference::parse("checkout"), Reference::Unknown);
    }

    #[test]
    fn only_a_whole_digest_is_one() {
        assert!(is_commit(&"a1".repeat(20)) && !is_commit("a1b2c3d") && !is_commit(&"z".repeat(40)));
        assert!(has_digest(&format!("a:1@sha256:{}", "0".repeat(64))) && !has_digest("a:1"));
    }
}

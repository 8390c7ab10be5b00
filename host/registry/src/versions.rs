//! [`newest_compatible`]: which of the tags of a repository is an update.

use semver::Version;

/// The newest of the tags that is newer than the current one and that Cargo would call compatible with it: the same
/// first number that is not zero. Pre-releases only follow pre-releases. [`None`] where there is none, or where the
/// current one is no version.
#[must_use]
pub fn newest_compatible<'a>(current: &str, tags: &'a [String]) -> Option<&'a str> {
    let current = version(current)?;
    tags.iter()
        .filter_map(|tag| Some((version(tag)?, tag.as_str())))
        .filter(|(version, _)| *version > current && compatible(&current, version))
        .filter(|(version, _)| version.pre.is_empty() || !current.pre.is_empty())
        .max_by(|(a, _), (b, _)| a.cmp(b))
        .map(|(_, tag)| tag)
}

/// A tag cannot hold the `+` of build metadata, and many write a `v` before the version.
fn version(tag: &str) -> Option<Version> {
    Version::parse(tag.strip_prefix('v').unwrap_or(tag)).ok()
}

fn compatible(a: &Version, b: &Version) -> bool {
    let key = |version: &Version| match (version.major, version.minor) {
        (0, 0) => (0, 0, version.patch),
        (0, minor) => (0, minor, 0),
        (major, _) => (major, 0, 0),
    };
    key(a) == key(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_compatible_version_is_chosen_by_number_and_not_by_letter() {
        for (current, tags, expected) in [
            ("1.4.0", "1.4.0 1.9.0 1.10.0 2.0.0 latest", Some("1.10.0")),
            ("1.4.0", "1.4.0 1.3.0 2.0.0", None),
            ("v1.4.0", "v1.4.1 1.4.0", Some("v1.4.1")),
            ("0.2.1", "0.2.2 0.3.0 1.0.0", Some("0.2.2")),
            ("0.0.1", "0.0.2", None),
            ("1.0.0", "1.1.0-rc.1", None),
            ("1.1.0-rc.1", "1.1.0-rc.2 1.1.0", Some("1.1.0")),
            ("latest", "1.0.0", None),
            ("1.0.0", "sha256-0000.sig 1.1 1.0.x", None),
        ] {
            let tags: Vec<_> = tags.split(' ').map(str::to_owned).collect();
            assert_eq!(newest_compatible(current, &tags), expected, "{current}");
        }
    }
}

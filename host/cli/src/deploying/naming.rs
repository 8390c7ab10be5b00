//! What a release is called among others: by its version, which may have been deployed several times with other content.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use sdlc_model::service::Release;

/// Of a digest: enough for the images of one machine.
const DIGITS: usize = 12;

/// The beginning of the digest of an image.
pub(crate) fn short(image: &str) -> &str {
    let digest = image.strip_prefix("sha256:").unwrap_or(image);
    digest.get(..DIGITS).unwrap_or(digest)
}

/// Its version, and `@` with the beginning of its image's digest where others of that version have another one.
pub(crate) fn name<'a>(version: &str, image: &str, all: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let others = all.into_iter().any(|(other, others)| other == version && others != image);
    if others { format!("{version}@{}", short(image)) } else { version.to_owned() }
}

/// The same of releases.
pub(crate) fn of(release: &Release, all: &[&Release]) -> String {
    name(&release.version, &release.image, all.iter().map(|other| (other.version.as_str(), other.image.as_str())))
}

/// Those that are meant by `VERSION`, or `VERSION@` and the beginning of the digest or the whole name of the release. Those
/// that share a version and an image are one and the same.
///
/// # Errors
/// Where several images are meant.
pub(crate) fn find<'r>(text: &str, kept: &'r [Release]) -> Result<Option<&'r Release>> {
    let exact = kept.iter().filter(|release| release.version == text);
    let found: Vec<_> = match text.rsplit_once('@') {
        Some((version, digest)) if !digest.is_empty() => {
            let meant = |release: &&Release| {
                let begins = release.image.trim_start_matches("sha256:").starts_with(digest);
                release.version == version && (begins || release.id == digest)
            };
            kept.iter().filter(meant).collect()
        }
        _ => exact.collect(),
    };
    let images: BTreeSet<_> = found.iter().map(|release| (release.version.as_str(), release.image.as_str())).collect();
    if images.len() > 1 {
        let names: Vec<_> = images.iter().map(|(version, image)| format!("`{version}@{}`", short(image))).collect();
        bail!("`{text}` was live with {} images; hint: say which: {}", images.len(), names.join(" or "));
    }
    Ok(found.first().copied())
}

/// Such as `a`, `a` and `b`, `a`, `b` and `c`, each in backticks.
pub(crate) fn list(names: &[String]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "sha256:aaaaaaaaaaaaaaaa";
    const B: &str = "sha256:bbbbbbbbbbbbbbbb";

    #[test]
    fn the_digest_is_said_only_where_a_version_had_several_images() {
        let all = [("1", A), ("1", B), ("2", A)];
        assert_eq!(name("1", A, all), "1@aaaaaaaaaaaa");
        assert_eq!(name("2", A, all), "2");
        assert_eq!(name("1", A, [("1", A), ("1", A)]), "1");
    }

    #[test]
    fn names_are_listed_as_people_do() {
        let list = |names: &[&str]| list(&names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
        assert_eq!((list(&["2"]), list(&["2", "1"])), ("`2`".to_owned(), "`2` and `1`".to_owned()));
        assert_eq!(list(&["3", "2", "1"]), "`3`, `2` and `1`");
    }
}

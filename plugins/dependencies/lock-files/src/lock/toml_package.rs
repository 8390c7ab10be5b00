//! Reading lock files in TOML.

use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;

/// A version, and where it stands between its quotes.
pub(super) fn version(version: Option<&Spanned<String>>) -> Option<(&str, Range<usize>)> {
    let version = version?;
    Some((version.get_ref(), unquoted(version.span())))
}

fn unquoted(range: Range<usize>) -> Range<usize> {
    if range.len() < 2 { range } else { range.start + 1..range.end - 1 }
}

pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    toml::from_str(text).map_err(|error| error.message().to_owned())
}

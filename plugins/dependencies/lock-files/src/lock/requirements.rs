//! `requirements.txt` of pip: one requirement a line, with options, markers, hashes and comments.

use std::ops::Range;

use super::{Entry, What};

/// Options of pip that name something to install by where it is.
const EDITABLE: [&str; 2] = ["-e", "--editable"];

pub(super) fn parse(text: &str) -> Vec<Entry> {
    let text = text.strip_prefix('\u{feff}').map_or((text, 0), |rest| (rest, '\u{feff}'.len_utf8()));
    let (text, mut at) = text;
    let (mut entries, mut continued) = (Vec::new(), false);
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let is_continuation = std::mem::replace(&mut continued, line.trim_end_matches(['\r', '\n']).ends_with('\\'));
        // Behind the requirement itself there are only its hashes and options.
        if !is_continuation {
            entries.extend(entry(without_comment(line), start));
        }
    }
    entries
}

/// A `#` begins a comment at the beginning of a line or behind a blank.
fn without_comment(line: &str) -> &str {
    let comment = line.match_indices('#').find(|(at, _)| {
        line.get(..*at).is_some_and(|before| before.is_empty() || before.ends_with(char::is_whitespace))
    });
    let line = comment.and_then(|(at, _)| line.get(..at)).unwrap_or(line);
    line.trim_end().trim_end_matches('\\').trim_end()
}

fn entry(line: &str, start: usize) -> Option<Entry> {
    let start = start + line.len() - line.trim_start().len();
    let line = line.trim_start();
    let all = start..start + line.len();
    let option = line.split([' ', '=', '\t']).next().unwrap_or(line);
    if EDITABLE.contains(&option) {
        return Some(Entry::new(line, What::Elsewhere("a path"), all));
    }
    // Other options, such as `-r`, `-c` and `--index-url`: files that they name are looked at by their own names.
    if line.is_empty() || line.starts_with('-') {
        return None;
    }
    let end =
        line.find(|char: char| !(char.is_alphanumeric() || matches!(char, '-' | '_' | '.'))).unwrap_or(line.len());
    let (name, rest) = line.split_at_checked(end)?;
    let is_place = name.is_empty() || rest.starts_with(['/', ':', '\\', '+']) || name.starts_with('.');
    if is_place || is_archive(line) {
        return Some(Entry::new(
            line,
            What::Elsewhere(if line.contains("://") { "an address" } else { "a path" }),
            all,
        ));
    }
    let rest = rest.trim_start();
    let specifiers = match rest.strip_prefix('[') {
        Some(extras) => extras.split_once(']').map_or("", |(_, specifiers)| specifiers),
        None => rest,
    };
    let specifiers = specifiers.trim_start();
    if specifiers.starts_with('@') {
        return Some(Entry::new(name, What::Elsewhere("an address"), all));
    }
    // Markers and hashes come behind.
    let specifiers = specifiers.split(';').next().unwrap_or(specifiers);
    let specifiers = specifiers.split(" --").next().unwrap_or(specifiers);
    Some(match pin(specifiers.trim().trim_matches(['(', ')'])) {
        Some(version) => Entry::pinned(name, version, place(line, start, version)),
        None => Entry::new(name, What::Unpinned, all),
    })
}

/// The version of `==1.0` or `===1.0`, also beside others, which can only say the same or nothing at all.
fn pin(specifiers: &str) -> Option<&str> {
    let mut versions = specifiers.split(',').map(str::trim).filter_map(|specifier| {
        let version = specifier.strip_prefix("===").or_else(|| specifier.strip_prefix("=="))?.trim();
        (!version.is_empty() && !version.ends_with(".*")).then_some(version)
    });
    versions.next_back()
}

fn place(line: &str, start: usize, version: &str) -> Range<usize> {
    // Both are slices of one text, so the version is there; behind the comparison, so that no name is taken for it.
    let equals = line.find("==").unwrap_or(0);
    let at = line.get(equals..).and_then(|rest| rest.find(version)).unwrap_or(0);
    start + equals + at..start + equals + at + version.len()
}

fn is_archive(line: &str) -> bool {
    let path = line.split([' ', ';']).next().unwrap_or(line);
    [".whl", ".zip", ".tar.gz"].iter().any(|extension| path.ends_with(extension))
}

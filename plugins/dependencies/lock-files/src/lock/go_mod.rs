//! `go.mod`: since Go 1.17 it names every module that is used, with its version. Replacements count in place of what they
//! replace.

use std::{collections::HashMap, ops::Range};

use super::{Entry, What};

/// The words of a line, and where each is.
type Words<'a> = Vec<(&'a str, Range<usize>)>;

struct Required<'a> {
    module: &'a str,
    version: &'a str,
    range: Range<usize>,
}

pub(super) fn parse(text: &str) -> Result<Vec<Entry>, String> {
    let (mut required, mut replaced, mut block) = (Vec::new(), HashMap::new(), None::<&str>);
    let (mut at, mut has_module) = (0, false);
    for line in text.split_inclusive('\n') {
        let words = words(line, at);
        at += line.len();
        let texts: Vec<_> = words.iter().map(|(word, _)| *word).collect();
        match (block, texts.as_slice()) {
            (_, []) => {}
            (Some(_), [")"]) => block = None,
            (None, [directive, "("]) => block = Some(directive),
            (Some("require"), _) => required.push(require(&words)?),
            (None, ["require", ..]) => required.push(require(words.get(1..).unwrap_or_default())?),
            (Some("replace"), _) => replace(&words, &mut replaced)?,
            (None, ["replace", ..]) => replace(words.get(1..).unwrap_or_default(), &mut replaced)?,
            (None, ["module", _]) => has_module = true,
            _ => {}
        }
    }
    if !has_module {
        return Err("it names no module".to_owned());
    }
    Ok(required.into_iter().map(|required| entry(required, &replaced)).collect())
}

/// What something is replaced by: a module and a version, or a path.
type Replaced<'a> = HashMap<(&'a str, &'a str), (&'a str, Option<(&'a str, Range<usize>)>)>;

fn entry(required: Required<'_>, replaced: &Replaced<'_>) -> Entry {
    let Required { module, version, range } = required;
    // A replacement of one version counts more than one of all.
    match replaced.get(&(module, version)).or_else(|| replaced.get(&(module, ""))) {
        None => Entry::pinned(module, version, range),
        Some((by, Some((version, range)))) => Entry::pinned(by, version, range.clone()),
        Some((_, None)) => Entry::new(module, What::Elsewhere("a path"), range),
    }
}

fn require<'a>(words: &[(&'a str, Range<usize>)]) -> Result<Required<'a>, String> {
    match words {
        [(module, _), (version, range)] if version.starts_with('v') => {
            Ok(Required { module, version, range: range.clone() })
        }
        _ => Err(format!("`{}` is no module and version", said(words))),
    }
}

fn replace<'a>(words: &[(&'a str, Range<usize>)], replaced: &mut Replaced<'a>) -> Result<(), String> {
    let wrong = || format!("`{}` is no replacement", said(words));
    let arrow = words.iter().position(|(word, _)| *word == "=>").ok_or_else(wrong)?;
    let old = words.get(..arrow).unwrap_or_default();
    let new = words.get(arrow + 1..).unwrap_or_default();
    let old = match old {
        [(module, _)] => (*module, ""),
        [(module, _), (version, _)] => (*module, *version),
        _ => return Err(wrong()),
    };
    let new = match new {
        [(path, _)] => (*path, None),
        [(module, _), (version, range)] => (*module, Some((*version, range.clone()))),
        _ => return Err(wrong()),
    };
    replaced.insert(old, new);
    Ok(())
}

fn said(words: &[(&str, Range<usize>)]) -> String {
    words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(" ")
}

/// Without the comment, and without quotes.
fn words(line: &str, at: usize) -> Words<'_> {
    let content = line.find("//").and_then(|end| line.get(..end)).unwrap_or(line);
    let mut words = Vec::new();
    let mut rest = 0;
    while let Some(tail) = content.get(rest..) {
        let start = rest + tail.len() - tail.trim_start().len();
        let Some(word) = content.get(start..).and_then(|tail| tail.split_whitespace().next()) else { break };
        rest = start + word.len();
        let bare = word.trim_matches(['"', '`']);
        let from = at + start + word.find(bare).unwrap_or(0);
        words.push((bare, from..from + bare.len()));
    }
    words
}

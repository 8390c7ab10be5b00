//! One instruction: [`Instruction`], with its [`Flag`]s and [`Word`]s.

use std::ops::Range;

use super::lines::Logical;

/// A part between blanks, or an element of the JSON form.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    /// Without quotes around it.
    pub(crate) text: String,
    /// Of an element of the JSON form, the whole form.
    pub(crate) range: Range<usize>,
}

/// `--name=value`
#[derive(Clone, Debug)]
pub(crate) struct Flag {
    pub(crate) name: String,
    /// Empty where there is none.
    pub(crate) value: String,
    pub(crate) range: Range<usize>,
}

/// What follows `<<NAME`.
#[derive(Clone, Debug)]
pub(crate) struct Heredoc {
    pub(crate) body: Range<usize>,
}

#[derive(Clone, Debug)]
pub(crate) struct Instruction {
    /// In upper case.
    pub(crate) keyword: String,
    pub(crate) keyword_range: Range<usize>,
    pub(crate) flags: Vec<Flag>,
    /// What follows the flags.
    pub(crate) arguments: Range<usize>,
    pub(crate) words: Vec<Word>,
    /// Whether it is written as a JSON list.
    pub(crate) is_json: bool,
    pub(crate) heredocs: Vec<Heredoc>,
    /// Whether it is run by those who build upon the image.
    pub(crate) onbuild: bool,
    /// Without here-documents.
    pub(crate) range: Range<usize>,
    /// With here-documents.
    pub(crate) end: usize,
}

impl Instruction {
    pub(super) fn parse(text: &str, line: Logical, onbuild: bool) -> Option<Self> {
        let mut words = split(text, line.range.clone());
        let first = words.next()?;
        let keyword = text.get(first.clone())?.to_ascii_uppercase();
        let mut at = first.end;
        if keyword == "ONBUILD" && !onbuild {
            let start = words.next()?.start;
            return Self::parse(text, Logical { range: start..line.range.end, ..line }, true);
        }
        let mut flags = Vec::new();
        for word in words {
            let Some(flag) = text.get(word.clone()).and_then(|word| word.strip_prefix("--")) else { break };
            let (name, value) = flag.split_once('=').unwrap_or((flag, ""));
            at = word.end;
            flags.push(Flag { name: name.to_owned(), value: value.to_owned(), range: word });
        }
        let arguments = trim(text, at..line.range.end);
        let json = text
            .get(arguments.clone())
            .filter(|rest| rest.starts_with('['))
            .and_then(|rest| serde_json::from_str::<Vec<String>>(rest).ok());
        let is_json = json.is_some();
        let words = match json {
            Some(elements) => elements.into_iter().map(|text| Word { text, range: arguments.clone() }).collect(),
            None => split(text, arguments.clone())
                .filter_map(|range| Some(Word { text: unquoted(text.get(range.clone())?).to_owned(), range }))
                .collect(),
        };
        let range = line.range.start..arguments.end.max(first.end);
        Some(Self {
            keyword,
            keyword_range: first,
            flags,
            arguments,
            words,
            is_json,
            heredocs: line.heredocs,
            onbuild,
            range,
            end: line.end,
        })
    }

    pub(crate) fn flag(&self, name: &str) -> Option<&Flag> {
        self.flags.iter().find(|flag| flag.name == name)
    }

    /// `NAME=value` pairs of `ENV` and `ARG`, in the old form too; the value as written.
    pub(crate) fn variables<'a>(&self, text: &'a str) -> Vec<(&'a str, Option<&'a str>, Range<usize>)> {
        let words: Vec<_> = pairs(text, self.arguments.clone()).collect();
        let first = words.first().and_then(|range| text.get(range.clone()));
        if self.keyword == "ENV" && first.is_some_and(|first| !first.contains('=')) {
            // `ENV NAME the rest is the value`
            let name = words.first().cloned().unwrap_or_default();
            let value = trim(text, name.end..self.arguments.end);
            return vec![(text.get(name).unwrap_or_default(), text.get(value), self.arguments.clone())];
        }
        let read = words.into_iter().filter_map(|range| {
            let word = text.get(range.clone())?;
            Some(match word.split_once('=') {
                Some((name, value)) => (name, Some(value), range),
                None => (word, None, range),
            })
        });
        read.collect()
    }
}

fn unquoted(word: &str) -> &str {
    let inside = ['"', '\''].into_iter().find_map(|quote| word.strip_prefix(quote)?.strip_suffix(quote));
    inside.unwrap_or(word)
}

fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let part = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (part.len() - part.trim_start().len());
    start..start + part.trim().len()
}

/// Parts between blanks.
fn split(text: &str, range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let part = text.get(range.clone()).unwrap_or_default();
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = part.get(at..)?;
        let start = at + rest.find(|each: char| !each.is_whitespace())?;
        let word = part.get(start..)?;
        at = start + word.find(char::is_whitespace).unwrap_or(word.len());
        Some(range.start + start..range.start + at)
    })
}

/// Parts between blanks that are outside of quotes.
fn pairs(text: &str, range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let part = text.get(range.clone()).unwrap_or_default();
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = part.get(at..)?;
        let start = at + rest.find(|each: char| !each.is_whitespace())?;
        let mut quote = None;
        let end = part.get(start..)?.char_indices().find(|(_, each)| match quote {
            Some(open) => {
                if *each == open {
                    quote = None;
                }
                false
            }
            None if matches!(each, '"' | '\'') => {
                quote = Some(*each);
                false
            }
            None => each.is_whitespace(),
        });
        at = end.map_or(part.len(), |(length, _)| start + length);
        Some(range.start + start..range.start + at)
    })
}

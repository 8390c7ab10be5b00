//! From lines to logical lines: [`read`].
//!
//! Does not know instructions, but for those that can have here-documents.

use std::ops::Range;

use super::instruction::Heredoc;

/// A text whose continuations are blanks, and where its instructions are.
pub(super) struct Lines {
    pub(super) text: String,
    pub(super) logical: Vec<Logical>,
}

/// One instruction, with what follows it.
pub(super) struct Logical {
    pub(super) range: Range<usize>,
    pub(super) heredocs: Vec<Heredoc>,
    /// Behind the last here-document, or the end of `range`.
    pub(super) end: usize,
}

pub(super) fn read(text: &str) -> Lines {
    let escape = escape(text);
    let mut masked = text.as_bytes().to_vec();
    let mut lines = Physical { text, at: if text.starts_with('\u{feff}') { 3 } else { 0 } };
    let mut logical = Vec::new();
    while let Some(line) = lines.next() {
        let content = text.get(line.clone()).unwrap_or_default();
        if content.trim().is_empty() || content.trim_start().starts_with('#') {
            continue;
        }
        let start = line.start + (content.len() - content.trim_start().len());
        let end = continued(&mut lines, line, escape, &mut masked);
        let joined = String::from_utf8_lossy(masked.get(start..end).unwrap_or_default()).into_owned();
        let heredocs = delimiters(&joined).into_iter().map(|name| body(&mut lines, &name)).collect();
        logical.push(Logical { range: start..end, heredocs, end: lines.at.min(text.len()).max(end) });
    }
    Lines { text: String::from_utf8(masked).unwrap_or_else(|_| text.to_owned()), logical }
}

/// The end of an instruction whose first line is `line`. What joins its lines becomes blank.
fn continued(lines: &mut Physical<'_>, line: Range<usize>, escape: char, masked: &mut [u8]) -> usize {
    let mut end = line.end;
    let mut tail = continuation(lines.text, line, escape);
    while let Some(from) = tail {
        let Some(next) = lines.next() else {
            blank(masked, from..lines.text.len());
            break;
        };
        blank(masked, from..next.start);
        let content = lines.text.get(next.clone()).unwrap_or_default();
        if content.trim().is_empty() || content.trim_start().starts_with('#') {
            tail = Some(next.start);
            end = next.start;
            continue;
        }
        end = next.end;
        tail = continuation(lines.text, next, escape);
    }
    end
}

/// Where the escape character is that makes a line go on.
fn continuation(text: &str, line: Range<usize>, escape: char) -> Option<usize> {
    let content = text.get(line.clone())?.trim_end();
    content.ends_with(escape).then(|| line.start + content.len() - escape.len_utf8())
}

fn blank(masked: &mut [u8], range: Range<usize>) {
    masked.get_mut(range).into_iter().flatten().for_each(|byte| *byte = b' ');
}

/// The character of the directive `# escape=`, which has to be among the first lines.
fn escape(text: &str) -> char {
    for line in text.trim_start_matches('\u{feff}').lines() {
        let Some((key, value)) = line.trim().strip_prefix('#').and_then(|rest| rest.split_once('=')) else { break };
        match (key.trim().to_ascii_lowercase().as_str(), value.trim()) {
            ("escape", "`") => return '`',
            ("escape" | "syntax" | "check", _) => {}
            _ => break,
        }
    }
    '\\'
}

/// `<<NAME`, `<<-NAME` and `<<"NAME"` of the instructions that can have them.
fn delimiters(instruction: &str) -> Vec<String> {
    let mut words = instruction.split_whitespace().peekable();
    words.next_if(|word| word.eq_ignore_ascii_case("ONBUILD"));
    let keyword = words.next().unwrap_or_default().to_ascii_uppercase();
    if !matches!(keyword.as_str(), "RUN" | "COPY" | "ADD") {
        return Vec::new();
    }
    let named = words.filter_map(|word| {
        let word = word.trim_start_matches(|each: char| each.is_ascii_digit());
        let name = word.strip_prefix("<<")?;
        let name = name.strip_prefix('-').unwrap_or(name);
        let bare = name.trim_matches(['"', '\'']);
        let is_name =
            !bare.is_empty() && bare.chars().all(|each| each.is_alphanumeric() || matches!(each, '_' | '-' | '.'));
        is_name.then(|| bare.to_owned())
    });
    named.collect()
}

/// Lines up to the one that is the delimiter.
fn body(lines: &mut Physical<'_>, delimiter: &str) -> Heredoc {
    let start = lines.at.min(lines.text.len());
    let mut end = lines.text.len().max(start);
    while let Some(line) = lines.next() {
        let content = lines.text.get(line.clone()).unwrap_or_default();
        if content.trim_start_matches('\t').trim_end_matches('\r') == delimiter {
            end = line.start;
            break;
        }
    }
    Heredoc { body: start..end }
}

/// Lines as they are in the file, without their ends.
struct Physical<'a> {
    text: &'a str,
    at: usize,
}

impl Iterator for Physical<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = rest.find('\n').unwrap_or(rest.len());
        let line = self.at..self.at + length;
        self.at = (line.end + 1).min(self.text.len());
        Some(line)
    }
}

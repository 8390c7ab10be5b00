//! Go's cover profiles: `file:line.column,line.column statements count`, after a line with the mode.
//!
//! Blocks share lines: `if x {` ends one and begins the next. A line ran where any block that has it did.

use std::collections::HashMap;

use super::{Files, MOST_LINES, Malformed, Parsed, hits, line_number, path, shown};
use crate::measured::{Line, Measured};

pub(super) fn parse(report: &[u8]) -> Result<Parsed, Malformed> {
    let mut blocks: Vec<(&str, Vec<Block>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut has_mode = false;
    for (index, line) in report.split(|byte| *byte == b'\n').enumerate() {
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        if line.starts_with(b"mode:") {
            has_mode = true;
            continue;
        }
        let (path, block) = block(line).map_err(|what| Malformed::at_line(index + 1, what))?;
        let at = *places.entry(path).or_insert(blocks.len());
        match blocks.get_mut(at) {
            Some((_, known)) => known.push(block),
            None => blocks.push((path, vec![block])),
        }
    }
    if !has_mode {
        return Err(Malformed("there is no line `mode: ...` in it".to_owned()));
    }
    let (mut files, mut total) = (Files::default(), 0);
    for (path, blocks) in blocks {
        let lines = lines(blocks);
        total += lines.len();
        if total > MOST_LINES {
            return Err(Malformed(format!("its blocks have more than {MOST_LINES} lines")));
        }
        files.add(path, Measured { lines, of_regions: true, ..Measured::default() });
    }
    Ok(Parsed { files: files.files, ..Parsed::default() })
}

/// A range of lines, both of which are in it.
struct Block {
    first: u32,
    last: u32,
    hits: u64,
}

fn block(line: &[u8]) -> Result<(&str, Block), String> {
    let wrong = || format!("`{}` is no block", shown(line));
    // A path may have a colon, the rest has none.
    let colon = memchr::memrchr(b':', line).ok_or_else(wrong)?;
    let path = path(line.get(..colon).unwrap_or_default())?;
    let mut words = line.get(colon + 1..).unwrap_or_default().split(|byte| *byte == b' ');
    let (range, statements, count) = (words.next(), words.next(), words.next());
    let (Some(range), Some(statements), Some(count), None) = (range, statements, count, words.next()) else {
        return Err(wrong());
    };
    hits(statements)?;
    let comma = memchr::memchr(b',', range).ok_or_else(wrong)?;
    let point = |text: &[u8]| -> Result<u32, String> {
        let dot = memchr::memchr(b'.', text).ok_or_else(wrong)?;
        line_number(text.get(..dot).unwrap_or_default())
    };
    let first = point(range.get(..comma).unwrap_or_default())?;
    let last = point(range.get(comma + 1..).unwrap_or_default())?;
    if last < first { Err(wrong()) } else { Ok((path, Block { first, last, hits: hits(count)? })) }
}

/// Each line of the blocks once, with the hits of the block that ran most often.
fn lines(mut blocks: Vec<Block>) -> Vec<Line> {
    blocks.sort_by_key(|block| block.first);
    let mut lines: Vec<Line> = Vec::new();
    // Blocks that reach to the line at hand, by hits: few, as blocks hardly overlap.
    let mut open = std::collections::BinaryHeap::<(u64, u32)>::new();
    let mut blocks = blocks.into_iter().peekable();
    let mut number = 0;
    loop {
        while open.peek().is_some_and(|(_, last)| *last < number) {
            open.pop();
        }
        if open.is_empty() {
            let Some(next) = blocks.peek() else { return lines };
            number = number.max(next.first);
        }
        while let Some(block) = blocks.next_if(|block| block.first <= number) {
            open.push((block.hits, block.last));
        }
        while open.peek().is_some_and(|(_, last)| *last < number) {
            open.pop();
        }
        if let Some((hits, _)) = open.peek() {
            lines.push(Line { number, hits: *hits });
        }
        if lines.len() > MOST_LINES {
            return lines;
        }
        number += 1;
    }
}

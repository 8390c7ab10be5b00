//! LLVM's JSON (`llvm-cov export`, `cargo llvm-cov --json`), `llvm.coverage.json.export` 2 and 3.
//!
//! It has segments, from which lines are made as `LineCoverageStats` of LLVM's `CoverageMapping.cpp` does: a line is
//! mapped where a counted region begins on it or reaches into it, and runs as often as the one that ran most.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, SeqAccess, Visitor},
};

use super::{Files, LARGEST_LINE, MOST_LINES, Malformed, Parsed, path};
use crate::measured::{Branch, Function, Line, Measured, id};

pub(super) fn parse(report: &[u8]) -> Result<Parsed, Malformed> {
    let report: Report = serde_json::from_slice(report).map_err(|error| Malformed(error.to_string()))?;
    let (mut files, mut total) = (Files::default(), 0);
    for export in report.data {
        for file in export.files {
            path(file.filename.as_bytes()).map_err(Malformed)?;
            let measured = file.measured().map_err(|what| Malformed(format!("`{}`: {what}", file.filename)))?;
            total += measured.lines.len();
            if total > MOST_LINES {
                return Err(Malformed(format!("its segments have more than {MOST_LINES} lines")));
            }
            files.add(&file.filename, measured);
        }
        for function in export.functions {
            let Some(file) = function.filenames.first() else { continue };
            // Instances of a generic begin at the same place: one of them that ran is enough.
            let id = function.regions.first().map_or_else(|| id(&[function.name.as_bytes()]), Region::id);
            let functions = vec![Function { id, covered: function.count > 0 }];
            // One of a file that was filtered out.
            if files.by_path.contains_key(file) {
                files.add(file, Measured { functions, of_regions: true, ..Measured::default() });
            }
        }
    }
    Ok(Parsed { files: files.files, ..Parsed::default() })
}

#[derive(Deserialize)]
struct Report {
    data: Vec<Export>,
}

#[derive(Deserialize)]
struct Export {
    files: Vec<File>,
    /// Not there with `-skip-functions`.
    #[serde(default)]
    functions: Vec<Callable>,
}

#[derive(Deserialize)]
struct File {
    filename: String,
    /// Not there with `-summary-only`, which says nothing of lines.
    segments: Vec<Segment>,
    #[serde(default)]
    branches: Vec<Condition>,
}

#[derive(Deserialize)]
struct Callable {
    name: String,
    count: u64,
    filenames: Vec<String>,
    regions: Vec<Region>,
}

/// Where a count begins to hold: `[line, column, count, has-count, is-region-entry, is-gap-region]`.
#[derive(Clone, Copy)]
struct Segment {
    line: u32,
    count: u64,
    has_count: bool,
    entry: bool,
    gap: bool,
}

impl Segment {
    fn starts(&self) -> bool {
        !self.gap && self.has_count && self.entry
    }
}

/// `[line, column, end line, end column, count if true, count if false, ...]`
struct Condition {
    place: [u32; 4],
    ways: [u64; 2],
}

/// `[line, column, ...]`
struct Region(u32, u32);

impl Region {
    fn id(&self) -> u64 {
        id(&[&self.0.to_le_bytes(), &self.1.to_le_bytes()])
    }
}

impl File {
    fn measured(&self) -> Result<Measured, String> {
        let mut measured = Measured { lines: self.lines()?, of_regions: true, ..Measured::default() };
        for Condition { place, ways } in &self.branches {
            let [line, ..] = *place;
            let [first, column, last, end] = place.map(u32::to_le_bytes);
            for (way, count) in ways.iter().enumerate() {
                let id = id(&[&first, &column, &last, &end, &[way as u8]]);
                measured.branches.push(Branch { line, id, taken: *count > 0 });
            }
        }
        Ok(measured)
    }

    fn lines(&self) -> Result<Vec<Line>, String> {
        if !self.segments.is_sorted_by_key(|segment| segment.line) {
            return Err("its segments are not in order".to_owned());
        }
        if let Some(wrong) = self.segments.iter().find(|segment| !(1..=LARGEST_LINE).contains(&segment.line)) {
            return Err(format!("`{}` is no number of a line", wrong.line));
        }
        let mut lines = Vec::new();
        let mut wrapped: Option<Segment> = None;
        let mut next = 0;
        for here in self.segments.chunk_by(|one, other| one.line == other.line) {
            let Some(number) = here.first().map(|segment| segment.line) else { continue };
            if let Some(count) = wrapped.filter(|wrapped| wrapped.has_count).map(|wrapped| wrapped.count) {
                lines.extend((next..number).map(|number| Line { number, hits: count }));
            }
            if let Some(hits) = hits(here, wrapped) {
                lines.push(Line { number, hits });
            }
            wrapped = here.last().copied();
            next = number + 1;
        }
        Ok(lines)
    }
}

/// How often a line ran on which these segments begin; none: it has no code.
fn hits(here: &[Segment], wrapped: Option<Segment>) -> Option<u64> {
    let starts = here.iter().filter(|segment| segment.starts()).map(|segment| segment.count).max();
    let skipped = here.first().is_some_and(|segment| !segment.has_count && segment.entry);
    let reaches = wrapped.filter(|wrapped| wrapped.has_count).map(|wrapped| wrapped.count);
    if skipped && starts.is_none() { None } else { starts.max(reaches) }
}

macro_rules! from_array {
    ($type:ident, $what:literal, |$next:ident| $make:expr) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct ArrayVisitor;

                impl<'de> Visitor<'de> for ArrayVisitor {
                    type Value = $type;

                    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                        formatter.write_str($what)
                    }

                    fn visit_seq<A: SeqAccess<'de>>(self, mut $next: A) -> Result<$type, A::Error> {
                        let made = $make;
                        // Later versions add elements at the end.
                        while $next.next_element::<IgnoredAny>()?.is_some() {}
                        Ok(made)
                    }
                }

                deserializer.deserialize_seq(ArrayVisitor)
            }
        }
    };
}

fn element<'de, A: SeqAccess<'de>, T: Deserialize<'de>>(array: &mut A) -> Result<T, A::Error> {
    array.next_element()?.ok_or_else(|| serde::de::Error::custom("an array that is too short"))
}

from_array!(Segment, "a segment", |array| {
    let line = element(&mut array)?;
    let _column: u64 = element(&mut array)?;
    let (count, has_count, entry) = (element(&mut array)?, element(&mut array)?, element(&mut array)?);
    Segment { line, count, has_count, entry, gap: array.next_element()?.unwrap_or(false) }
});

from_array!(Condition, "a branch", |array| {
    let place = [element(&mut array)?, element(&mut array)?, element(&mut array)?, element(&mut array)?];
    Condition { place, ways: [element(&mut array)?, element(&mut array)?] }
});

from_array!(Region, "a region", |array| Region(element(&mut array)?, element(&mut array)?));

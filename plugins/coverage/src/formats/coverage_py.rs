//! coverage.py's JSON (`coverage json`), formats 2 and 3.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};

use super::{Files, LARGEST_LINE, Malformed, Parsed, path};
use crate::measured::{Branch, Function, Line, Measured, id};

pub(super) fn parse(report: &[u8]) -> Result<Parsed, Malformed> {
    let report: Report = serde_json::from_slice(report).map_err(|error| Malformed(error.to_string()))?;
    Ok(Parsed { files: report.files.0.files, ..Parsed::default() })
}

#[derive(Deserialize)]
struct Report {
    files: FileMap,
}

/// The files, each of which is made into what it measures before the next one is read.
struct FileMap(Files);

impl<'de> Deserialize<'de> for FileMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FileVisitor)
    }
}

struct FileVisitor;

impl<'de> Visitor<'de> for FileVisitor {
    type Value = FileMap;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("files by path")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FileMap, A::Error> {
        let mut files = Files::default();
        while let Some((name, file)) = map.next_entry::<String, File>()? {
            path(name.as_bytes()).map_err(serde::de::Error::custom)?;
            let measured = file.measured().map_err(|what| serde::de::Error::custom(format!("`{name}`: {what}")))?;
            files.add(&name, measured);
        }
        Ok(FileMap(files))
    }
}

#[derive(Deserialize)]
struct File {
    executed_lines: Vec<i64>,
    missing_lines: Vec<i64>,
    #[serde(default)]
    executed_branches: Vec<(i64, i64)>,
    #[serde(default)]
    missing_branches: Vec<(i64, i64)>,
    /// The code outside of functions is under the empty name.
    #[serde(default)]
    functions: BTreeMap<String, Region>,
}

#[derive(Deserialize)]
struct Region {
    executed_lines: Vec<i64>,
    missing_lines: Vec<i64>,
    start_line: Option<i64>,
}

impl File {
    fn measured(self) -> Result<Measured, String> {
        let mut measured = Measured::default();
        for (numbers, hits) in [(self.executed_lines, 1), (self.missing_lines, 0)] {
            for number in numbers {
                measured.lines.push(Line { number: line(number)?, hits });
            }
        }
        for (branches, taken) in [(self.executed_branches, true), (self.missing_branches, false)] {
            for (from, to) in branches {
                // A way out of a function goes to the negative of its first line.
                measured.branches.push(Branch { line: line(from)?, id: to as u64, taken });
            }
        }
        for (name, region) in self.functions {
            let has_code = !region.executed_lines.is_empty() || !region.missing_lines.is_empty();
            if !name.is_empty() && has_code {
                let start = region.start_line.unwrap_or_default().to_le_bytes();
                let covered = !region.executed_lines.is_empty();
                measured.functions.push(Function { id: id(&[&start, name.as_bytes()]), covered });
            }
        }
        Ok(measured)
    }
}

fn line(number: i64) -> Result<u32, String> {
    match u32::try_from(number) {
        Ok(number) if (1..=LARGEST_LINE).contains(&number) => Ok(number),
        _ => Err(format!("`{number}` is no number of a line")),
    }
}

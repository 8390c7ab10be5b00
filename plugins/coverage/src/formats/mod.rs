//! Reports as the tools write them, one file a format: from bytes to [`Parsed`].
//!
//! Does not know the workspace: paths stay as they were written.

mod clover;
mod cobertura;
mod coverage_py;
mod go;
mod jacoco;
mod lcov;
mod llvm;
mod xml;

use std::collections::HashMap;

use crate::measured::Measured;

/// No source file has more lines than this; what says so is no report.
const LARGEST_LINE: u32 = 2_000_000;
/// Most lines of all files of a report, where ranges make many of few bytes.
const MOST_LINES: usize = 10_000_000;

/// The formats of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Format {
    /// `coverage lcov`, `lcov`, `grcov`, `llvm-cov export -format=lcov`, `c8`, `nyc`.
    Lcov,
    /// `coverage xml`, `gcovr`, `coverlet`, `nyc`.
    Cobertura,
    /// `jacoco:report`.
    Jacoco,
    /// OpenClover, PHPUnit, `nyc`.
    Clover,
    /// `go test -coverprofile`.
    Go,
    /// `coverage json`.
    CoveragePy,
    /// `llvm-cov export`, `cargo llvm-cov --json`.
    Llvm,
}

impl Format {
    /// What a report begins with tells what it is.
    pub(crate) fn of(report: &[u8]) -> Option<Self> {
        let report = without_mark(report).trim_ascii_start();
        match report.first()? {
            b'<' => xml::format(report),
            b'{' if memchr::memmem::find(report, b"\"llvm.coverage.json.export\"").is_some() => Some(Self::Llvm),
            b'{' if memchr::memmem::find(report, b"\"executed_lines\"").is_some() => Some(Self::CoveragePy),
            _ if report.starts_with(b"mode:") => Some(Self::Go),
            _ if [&b"TN:"[..], b"SF:", b"VER:", b"#"].iter().any(|start| report.starts_with(start)) => Some(Self::Lcov),
            _ => None,
        }
    }

    /// How people call it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Lcov => "lcov",
            Self::Cobertura => "Cobertura",
            Self::Jacoco => "JaCoCo",
            Self::Clover => "Clover",
            Self::Go => "Go",
            Self::CoveragePy => "coverage.py",
            Self::Llvm => "LLVM",
        }
    }

    pub(crate) fn parse(self, report: &[u8]) -> Result<Parsed, Malformed> {
        let report = without_mark(report);
        let mut parsed = match self {
            Self::Lcov => lcov::parse(report),
            Self::Cobertura => cobertura::parse(report),
            Self::Jacoco => jacoco::parse(report),
            Self::Clover => clover::parse(report),
            Self::Go => go::parse(report),
            Self::CoveragePy => coverage_py::parse(report),
            Self::Llvm => llvm::parse(report),
        }?;
        parsed.files.iter_mut().for_each(|file| file.measured.settle());
        Ok(parsed)
    }
}

/// What a report says.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    /// Each path once.
    pub(crate) files: Vec<Reported>,
    /// Directories that paths may be relative to, on the machine where the report was made.
    pub(crate) roots: Vec<String>,
}

/// What a report says of a file.
#[derive(Debug)]
pub(crate) struct Reported {
    /// As it was written.
    pub(crate) path: String,
    pub(crate) measured: Measured,
}

/// Files of a report under construction, which may speak of the same one again and again.
#[derive(Default)]
struct Files {
    files: Vec<Reported>,
    by_path: HashMap<String, usize>,
}

impl Files {
    fn add(&mut self, path: &str, measured: Measured) {
        match self.by_path.get(path).and_then(|at| self.files.get_mut(*at)) {
            Some(known) => known.measured.merge(measured, false),
            None => {
                self.by_path.insert(path.to_owned(), self.files.len());
                self.files.push(Reported { path: path.to_owned(), measured });
            }
        }
    }
}

/// Why a report is none: what is wrong, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed(pub(crate) String);

impl Malformed {
    fn at_line(line: usize, what: impl std::fmt::Display) -> Self {
        Self(format!("line {line}: {what}"))
    }
}

/// A number of a line: 1 to two million.
fn line_number(text: &[u8]) -> Result<u32, String> {
    match decimal(text) {
        Some(number) if (1..=u64::from(LARGEST_LINE)).contains(&number) => Ok(number as u32),
        _ => Err(format!("`{}` is no number of a line", shown(text))),
    }
}

/// How often something ran. What does not fit is the most there is.
fn hits(text: &[u8]) -> Result<u64, String> {
    decimal(text).ok_or_else(|| format!("`{}` is no number of hits", shown(text)))
}

fn decimal(text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    let mut number = 0_u64;
    for byte in text {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        number = number.saturating_mul(10).saturating_add(u64::from(digit));
    }
    Some(number)
}

/// A path is text, and not an endless one.
fn path(text: &[u8]) -> Result<&str, String> {
    match std::str::from_utf8(text) {
        Ok(path) if path.trim().is_empty() => Err("a file without a path".to_owned()),
        Ok(path) if path.len() > 4096 => Err(format!("a path of {} bytes", path.len())),
        Ok(path) if path.contains('\0') => Err("a path with a zero byte".to_owned()),
        Ok(path) => Ok(path),
        Err(_) => Err(format!("a path that is not UTF-8: `{}`", shown(text))),
    }
}

/// Foreign text in a message.
fn shown(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push_str("...");
    }
    short
}

fn without_mark(report: &[u8]) -> &[u8] {
    report.strip_prefix(b"\xef\xbb\xbf").unwrap_or(report)
}

#[cfg(test)]
mod tests;

//! Clover's XML, as OpenClover, PHPUnit and Istanbul (nyc, c8, Jest, Vitest) write it.
//!
//! OpenClover counts how often a condition was true and how often false; Istanbul writes into the same attributes how
//! many branches of the line were taken, and how many not. The totals of the file tell which it is.

use super::{
    Files, Malformed, Parsed, hits, line_number, path,
    xml::{self, Element, Handler},
};
use crate::measured::{BranchCount, Function, Line, Measured, Share, id};

pub(super) fn parse(report: &[u8]) -> Result<Parsed, Malformed> {
    let mut reader = Clover::default();
    xml::read(report, &mut reader)?;
    xml::require_root(reader.root, "coverage")?;
    Ok(Parsed { files: reader.files.files, ..Parsed::default() })
}

#[derive(Default)]
struct Clover {
    root: bool,
    files: Files,
    file: Option<File>,
    /// Within `<class>`, whose totals are not those of the file.
    in_class: bool,
}

struct File {
    path: String,
    measured: Measured,
    /// Line, `truecount` and `falsecount`.
    conditions: Vec<(u32, u64, u64)>,
    conditionals: Option<Share>,
}

impl<'a> Handler<'a> for Clover {
    fn start(&mut self, element: &Element<'a>) -> Result<(), String> {
        match element.name() {
            b"line" => self.line(element),
            b"metrics" => self.metrics(element),
            b"file" => {
                // `name` alone is what it was before Clover 3, and all that PHPUnit writes.
                let name = match element.text("path")? {
                    Some(path) => path,
                    None => element.required("name")?,
                };
                path(name.as_bytes())?;
                let (measured, conditions) = (Measured::default(), Vec::new());
                self.file = Some(File { path: name, measured, conditions, conditionals: None });
                Ok(())
            }
            b"class" => {
                self.in_class = true;
                Ok(())
            }
            b"coverage" => {
                self.root = true;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn end(&mut self, name: &[u8]) -> Result<(), String> {
        match name {
            b"class" => self.in_class = false,
            b"file" => {
                if let Some(mut file) = self.file.take() {
                    let counts = file.branches();
                    file.measured.branch_counts = counts;
                    self.files.add(&file.path, file.measured);
                }
            }
            _ => {}
        }
        Ok(())
    }
}

impl Clover {
    fn line(&mut self, element: &Element<'_>) -> Result<(), String> {
        let (mut number, mut count, mut whether, mut not) = (None, None, 0, 0);
        let (mut method, mut condition) = (false, false);
        element.each(|name, value| {
            match name {
                b"num" => number = Some(line_number(value)?),
                b"count" => count = Some(hits(value)?),
                b"truecount" => whether = hits(value)?,
                b"falsecount" => not = hits(value)?,
                b"type" => (method, condition) = (value == b"method", value == b"cond"),
                _ => {}
            }
            Ok(())
        })?;
        let number = number.ok_or_else(|| element.lacks("num"))?;
        let file = self.file.as_mut().ok_or("`<line>` outside of a `<file>`")?;
        if method {
            let covered = count.ok_or_else(|| element.lacks("count"))? > 0;
            let name = element.text("name")?.or(element.text("signature")?).unwrap_or_default();
            let id = id(&[&number.to_le_bytes(), name.as_bytes()]);
            file.measured.functions.push(Function { id, covered });
            return Ok(());
        }
        if condition {
            file.conditions.push((number, whether, not));
        }
        // A condition of OpenClover says nothing of how often the line ran but in its two counts.
        let count = count.or(condition.then_some(whether.saturating_add(not))).ok_or_else(|| element.lacks("count"))?;
        file.measured.lines.push(Line { number, hits: count });
        Ok(())
    }

    fn metrics(&mut self, element: &Element<'_>) -> Result<(), String> {
        let (false, Some(file)) = (self.in_class, &mut self.file) else { return Ok(()) };
        let number = |name| element.raw(name).map_or(Ok(0), |value| hits(&value));
        let share = |total, covered| -> Result<Share, String> {
            let (covered, total) = (number(covered)?, number(total)?);
            if covered > total { Err("more is covered than there is".to_owned()) } else { Ok(Share { covered, total }) }
        };
        file.conditionals = Some(share("conditionals", "coveredconditionals")?);
        file.measured.function_count = share("methods", "coveredmethods")?;
        Ok(())
    }
}

impl File {
    fn branches(&self) -> Vec<BranchCount> {
        let of = |way: fn(u64, u64) -> Share| -> Vec<BranchCount> {
            let counts = self.conditions.iter().map(|(line, whether, not)| (*line, way(*whether, *not)));
            counts.map(|(line, share)| BranchCount { line, share }).collect()
        };
        let taken = of(|whether, not| Share { covered: whether, total: whether.saturating_add(not) });
        if self.conditionals.is_some_and(|said| said == sum(&taken)) {
            return taken;
        }
        of(|whether, not| Share { covered: u64::from(whether > 0) + u64::from(not > 0), total: 2 })
    }
}

fn sum(counts: &[BranchCount]) -> Share {
    let mut sum = Share::default();
    counts.iter().for_each(|count| sum.add(count.share));
    sum
}

//! JaCoCo's XML, `report.dtd`. Lines are those of source files, which have a package and a name, and no directory.

use super::{
    Files, Malformed, Parsed, hits, line_number, path,
    xml::{self, Element, Handler},
};
use crate::measured::{BranchCount, Function, Line, Measured, Share, id};

pub(super) fn parse(report: &[u8]) -> Result<Parsed, Malformed> {
    let mut reader = Jacoco::default();
    xml::read(report, &mut reader)?;
    xml::require_root(reader.root, "report")?;
    Ok(Parsed { files: reader.files.files, ..Parsed::default() })
}

#[derive(Default)]
struct Jacoco {
    root: bool,
    files: Files,
    package: String,
    /// Path of the class's source file, and the functions found in it.
    class: Option<(String, Measured)>,
    method: Option<u64>,
    source: Option<(String, Measured)>,
}

impl<'a> Handler<'a> for Jacoco {
    fn start(&mut self, element: &Element<'a>) -> Result<(), String> {
        match element.name() {
            b"line" => self.line(element),
            b"counter" => self.counter(element),
            b"method" => {
                let line = element.text("line")?.unwrap_or_default();
                let (name, types) = (element.required("name")?, element.required("desc")?);
                self.method = Some(id(&[line.as_bytes(), name.as_bytes(), types.as_bytes()]));
                Ok(())
            }
            b"class" => {
                // Classes without debug information name no file, and have no lines either.
                let name = element.text("sourcefilename")?;
                self.class = name.map(|name| self.path(&name)).transpose()?.map(|path| (path, Measured::default()));
                Ok(())
            }
            b"sourcefile" => {
                let name = element.required("name")?;
                self.source = Some((self.path(&name)?, Measured::default()));
                Ok(())
            }
            b"package" => {
                self.package = element.required("name")?;
                Ok(())
            }
            b"report" => {
                self.root = true;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn end(&mut self, name: &[u8]) -> Result<(), String> {
        match name {
            b"method" => self.method = None,
            b"class" | b"sourcefile" => {
                let done = if name == b"class" { self.class.take() } else { self.source.take() };
                if let Some((path, measured)) = done {
                    self.files.add(&path, measured);
                }
            }
            _ => {}
        }
        Ok(())
    }
}

impl Jacoco {
    fn path(&self, name: &str) -> Result<String, String> {
        let whole = if self.package.is_empty() { name.to_owned() } else { format!("{}/{name}", self.package) };
        path(whole.as_bytes())?;
        Ok(whole)
    }

    fn line(&mut self, element: &Element<'_>) -> Result<(), String> {
        let (mut number, mut instructions, mut missed, mut covered) = (None, None, 0, 0);
        element.each(|name, value| {
            match name {
                b"nr" => number = Some(line_number(value)?),
                b"ci" => instructions = Some(hits(value)?),
                b"mb" => missed = hits(value)?,
                b"cb" => covered = hits(value)?,
                _ => {}
            }
            Ok(())
        })?;
        let number = number.ok_or_else(|| element.lacks("nr"))?;
        let instructions = instructions.ok_or_else(|| element.lacks("ci"))?;
        let (_, measured) = self.source.as_mut().ok_or("`<line>` outside of a `<sourcefile>`")?;
        // JaCoCo knows whether a line ran, and not how often.
        measured.lines.push(Line { number, hits: u64::from(instructions > 0) });
        let share = Share { covered, total: covered.saturating_add(missed) };
        if share.total > 0 {
            measured.branch_counts.push(BranchCount { line: number, share });
        }
        Ok(())
    }

    fn counter(&mut self, element: &Element<'_>) -> Result<(), String> {
        let (Some(id), Some((_, measured))) = (self.method, &mut self.class) else { return Ok(()) };
        if element.raw("type").as_deref() == Some(b"METHOD") {
            let covered = element.raw("covered").ok_or_else(|| element.lacks("covered"))?;
            measured.functions.push(Function { id, covered: hits(&covered)? > 0 });
        }
        Ok(())
    }
}

//! Cobertura's XML, `coverage-04.dtd`, as coverage.py, gcovr, coverlet, nyc and others write it.

use super::{
    Files, LARGEST_LINE, Malformed, Parsed, hits, line_number, path,
    xml::{self, Element, Handler},
};
use crate::measured::{BranchCount, Function, Line, Measured, Share, id};

pub(super) fn parse(report: &[u8]) -> Result<Parsed, Malformed> {
    let mut reader = Cobertura::default();
    xml::read(report, &mut reader)?;
    xml::require_root(reader.root, "coverage")?;
    Ok(Parsed { files: reader.files.files, roots: reader.roots })
}

#[derive(Default)]
struct Cobertura {
    root: bool,
    files: Files,
    roots: Vec<String>,
    in_source: bool,
    class: Option<(String, Measured)>,
    method: Option<Method>,
}

struct Method {
    id: u64,
    covered: bool,
    has_lines: bool,
}

impl<'a> Handler<'a> for Cobertura {
    fn start(&mut self, element: &Element<'a>) -> Result<(), String> {
        match element.name() {
            b"line" => self.line(element),
            b"class" => {
                let name = element.required("filename")?;
                path(name.as_bytes())?;
                self.class = Some((name, Measured::default()));
                Ok(())
            }
            b"method" => self.method(element),
            b"source" => {
                self.in_source = true;
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
            b"class" => {
                if let Some((path, measured)) = self.class.take() {
                    self.files.add(&path, measured);
                }
            }
            b"method" => {
                if let (Some(method), Some((_, measured))) = (self.method.take(), &mut self.class)
                    && method.has_lines
                {
                    measured.functions.push(Function { id: method.id, covered: method.covered });
                }
            }
            b"source" => self.in_source = false,
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), String> {
        if self.in_source {
            let text = quick_xml::escape::unescape(text).map_err(|error| error.to_string())?;
            path(text.as_bytes())?;
            self.roots.push(text.into_owned());
        }
        Ok(())
    }
}

impl Cobertura {
    fn line(&mut self, element: &Element<'_>) -> Result<(), String> {
        let (mut number, mut count, mut branches) = (None, None, None);
        if let Some(line) = plain_line(element.written()) {
            return self.add(line, None);
        }
        element.each(|name, value| {
            match name {
                b"number" => number = Some(line_number(value)?),
                b"hits" => count = Some(hits(value)?),
                b"condition-coverage" => branches = Some(share(value)?),
                _ => {}
            }
            Ok(())
        })?;
        let number = number.ok_or_else(|| element.lacks("number"))?;
        let hits = count.ok_or_else(|| element.lacks("hits"))?;
        self.add(Line { number, hits }, branches.filter(|share| share.total > 0))
    }

    fn add(&mut self, line: Line, branches: Option<Share>) -> Result<(), String> {
        // The lines of methods come once more among those of the class.
        if let Some(method) = &mut self.method {
            method.has_lines = true;
            method.covered |= line.hits > 0;
            return Ok(());
        }
        let (_, measured) = self.class.as_mut().ok_or("`<line>` outside of a `<class>`")?;
        measured.lines.push(line);
        measured.branch_counts.extend(branches.map(|share| BranchCount { line: line.number, share }));
        Ok(())
    }

    fn method(&mut self, element: &Element<'_>) -> Result<(), String> {
        let name = element.required("name")?;
        let signature = element.text("signature")?.unwrap_or_default();
        let (class, _) = self.class.as_ref().ok_or("`<method>` outside of a `<class>`")?;
        // nyc gives a method one line, where it begins, and says here whether it ran.
        let covered = element.raw("hits").is_some_and(|count| hits(&count).is_ok_and(|hits| hits > 0));
        let id = id(&[class.as_bytes(), name.as_bytes(), signature.as_bytes()]);
        self.method = Some(Method { id, covered, has_lines: false });
        Ok(())
    }
}

/// `line number="1" hits="2"`, which is nearly all of a report. Whatever is out of the ordinary is none.
fn plain_line(written: &[u8]) -> Option<Line> {
    let rest = written.strip_prefix(b"line number=\"")?;
    let (number, rest) = digits(rest, 7)?;
    let (hits, rest) = digits(rest.strip_prefix(b"\" hits=\"")?, 17)?;
    ((1..=u64::from(LARGEST_LINE)).contains(&number) && rest == b"\"").then_some(Line { number: number as u32, hits })
}

/// At most so many, and what is behind them.
fn digits(text: &[u8], most: usize) -> Option<(u64, &[u8])> {
    let mut number = 0;
    for (at, byte) in text.iter().enumerate().take(most + 1) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return (at > 0).then_some((number, text.get(at..)?));
        }
        number = number * 10 + u64::from(digit);
    }
    None
}

/// `50% (1/2)`
fn share(value: &[u8]) -> Result<Share, String> {
    let wrong = || format!("`{}` is no coverage of conditions", super::shown(value));
    let text = std::str::from_utf8(value).map_err(|_| wrong())?;
    let Some((_, counts)) = text.split_once('(') else { return Ok(Share::default()) };
    let (covered, total) = counts.trim_end_matches(')').split_once('/').ok_or_else(wrong)?;
    let number = |text: &str| text.trim().parse::<u32>().map_err(|_| wrong());
    let (covered, total) = (u64::from(number(covered)?), u64::from(number(total)?));
    if covered > total { Err(wrong()) } else { Ok(Share { covered, total }) }
}

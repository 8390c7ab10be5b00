//! What the formats in XML share: elements with their attributes, one after the other.
//!
//! Entities of a document's own are not expanded, and a document that is nested deeper than any report is refused.

use std::borrow::Cow;

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{Format, Malformed, shown};

const DEEPEST: usize = 64;

/// What a report in XML does with its elements.
pub(super) trait Handler<'a> {
    /// An element begins.
    fn start(&mut self, element: &Element<'a>) -> Result<(), String>;
    /// An element of this name ends; also one without content.
    fn end(&mut self, name: &[u8]) -> Result<(), String>;
    /// Text, without white space at its ends; never empty.
    fn text(&mut self, _text: &str) -> Result<(), String> {
        Ok(())
    }
}

/// The beginning of an element.
pub(super) struct Element<'a>(BytesStart<'a>);

impl<'a> Element<'a> {
    pub(super) fn name(&self) -> &[u8] {
        self.0.local_name().into_inner()
    }

    /// Value of an attribute, as it was written.
    pub(super) fn raw(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        let mut attributes = self.0.attributes();
        let attributes = attributes.with_checks(false).flatten();
        attributes.into_iter().find(|attribute| attribute.key.into_inner() == name.as_bytes()).map(|found| found.value)
    }

    /// What stands between `<` and `>`, or `/>`.
    pub(super) fn written(&self) -> &[u8] {
        &self.0
    }

    /// Every attribute, as it was written, in one pass.
    pub(super) fn each(&self, mut take: impl FnMut(&[u8], &[u8]) -> Result<(), String>) -> Result<(), String> {
        let mut attributes = self.0.attributes();
        for attribute in attributes.with_checks(false) {
            let attribute = attribute.map_err(|error| error.to_string())?;
            take(attribute.key.into_inner(), &attribute.value)?;
        }
        Ok(())
    }

    /// Text of an attribute.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, String> {
        self.raw(name).map(|value| unescaped(&value)).transpose()
    }

    /// Text of an attribute that has to be there.
    pub(super) fn required(&self, name: &str) -> Result<String, String> {
        self.text(name)?.ok_or_else(|| self.lacks(name))
    }

    /// What is wrong where an attribute is not there.
    pub(super) fn lacks(&self, name: &str) -> String {
        format!("`<{}>` without `{name}`", shown(self.name()))
    }
}

/// Hands over all elements; the document has to end with its root.
pub(super) fn read<'a>(report: &'a [u8], handler: &mut impl Handler<'a>) -> Result<(), Malformed> {
    let mut reader = Reader::from_reader(report);
    let mut depth = 0_usize;
    loop {
        let before = reader.buffer_position();
        let done = match reader.read_event() {
            Ok(event) => handle(event, &mut depth, handler),
            Err(error) => Err(error.to_string()),
        };
        match done {
            Ok(false) => {}
            Ok(true) if depth == 0 => return Ok(()),
            Ok(true) => return Err(Malformed("it ends before its elements do".to_owned())),
            Err(what) => return Err(Malformed::at_line(line_of(report, before), what)),
        }
    }
}

/// Whether this was the end of the document.
fn handle<'a>(event: Event<'a>, depth: &mut usize, handler: &mut impl Handler<'a>) -> Result<bool, String> {
    match event {
        Event::Start(start) => {
            *depth += 1;
            if *depth > DEEPEST {
                return Err(format!("elements are nested deeper than {DEEPEST}"));
            }
            handler.start(&Element(start))?;
        }
        Event::Empty(start) => {
            let element = Element(start);
            handler.start(&element)?;
            handler.end(element.name())?;
        }
        Event::End(end) => {
            *depth = depth.saturating_sub(1);
            handler.end(end.local_name().into_inner())?;
        }
        Event::Text(text) => {
            let text = text.trim_ascii();
            if !text.is_empty() {
                handler.text(std::str::from_utf8(text).map_err(|_| "text that is not UTF-8".to_owned())?)?;
            }
        }
        Event::CData(text) => {
            handler.text(std::str::from_utf8(&text).map_err(|_| "text that is not UTF-8".to_owned())?)?;
        }
        Event::Eof => return Ok(true),
        _ => {}
    }
    Ok(false)
}

/// Only the entities that every document has.
fn unescaped(value: &[u8]) -> Result<String, String> {
    let text = std::str::from_utf8(value).map_err(|_| format!("text that is not UTF-8: `{}`", shown(value)))?;
    quick_xml::escape::unescape(text).map(Cow::into_owned).map_err(|error| error.to_string())
}

fn line_of(report: &[u8], position: u64) -> usize {
    let before = report.get(..usize::try_from(position).unwrap_or(usize::MAX)).unwrap_or(report);
    memchr::memchr_iter(b'\n', before).count() + 1
}

/// Which report the root element is of.
pub(super) fn format(report: &[u8]) -> Option<Format> {
    let mut reader = Reader::from_reader(report);
    // A prolog has a declaration, a document type, comments, and blanks between them.
    for _ in 0..32 {
        let element = match reader.read_event().ok()? {
            Event::Start(start) | Event::Empty(start) => Element(start),
            Event::Eof => return None,
            _ => continue,
        };
        return match element.name() {
            b"report" => Some(Format::Jacoco),
            b"coverage" if element.raw("clover").is_some() || element.raw("generated").is_some() => {
                Some(Format::Clover)
            }
            b"coverage" => Some(Format::Cobertura),
            _ => None,
        };
    }
    None
}

/// Whether the root element is that of the format.
pub(super) fn require_root(seen: bool, name: &str) -> Result<(), Malformed> {
    if seen { Ok(()) } else { Err(Malformed(format!("there is no `<{name}>` in it"))) }
}

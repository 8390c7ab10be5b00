//! `xml-syntax`: a file that is not XML but should be.
//!
//! Reads XML, unless it is plainly good, with the parser that prek's `check-xml` reads it with, which goes by events, so
//! that deep nesting takes no stack, and which bounds the expansion of entities. Does not load DTDs, nor validate.

use std::ops::Range;

use ::xml::common::{Position, TextPosition};
use ::xml::reader::{EventReader, ParserConfig, XmlEvent};
use sdlc_sdk::{Finding, Severity};

use crate::rule::{Doc, Id};
use crate::xml;

/// The parser's time grows with the square of this.
const DEEPEST: u32 = 5_000;

pub(crate) const DOC: Doc = Doc {
    id: Id::XmlSyntax,
    name: "xml-syntax",
    severity: Severity::Error,
    summary: "an XML file cannot be read",
    explanation: "\
## What it does
Finds files that are known as XML by their name (SVG and many project files are) and are not well-formed, including
those with a prefix or an entity that is not declared.

## Why is this bad?
Whatever reads the file fails, often much later; browsers show nothing of such an SVG.

## Example
```xml
<p>salt & pepper</p>
```

## How to fix
Correct what the message names: `<p>salt &amp; pepper</p>`.
",
    tags: &["correctness", "syntax"],
};

/// At most one finding.
pub(crate) fn check(path: &str, content: &[u8], findings: &mut Vec<Finding>) {
    if xml::is_plainly_good(content) {
        return;
    }
    let reader = ParserConfig::new().allow_multiple_root_elements(false).create_reader(content);
    if let Err((message, position)) = read(reader) {
        findings.push(DOC.finding(message).at(path, place(position, content)));
    }
}

/// The first error, or that elements are nested too deep.
fn read(mut reader: EventReader<&[u8]>) -> Result<(), (String, TextPosition)> {
    let mut depth = 0;
    loop {
        match reader.next() {
            Ok(XmlEvent::StartElement { .. }) if depth == DEEPEST => {
                return Err((format!("more than {DEEPEST} elements inside each other"), reader.position()));
            }
            Ok(XmlEvent::StartElement { .. }) => depth += 1,
            Ok(XmlEvent::EndElement { .. }) => depth -= 1,
            Ok(XmlEvent::EndDocument) => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err((error.msg().replace('\n', " "), error.position())),
        }
    }
}

/// The byte that a position of the parser, which counts from 0, stands for; in UTF-16 a near one.
fn place(position: TextPosition, content: &[u8]) -> Range<usize> {
    let row = usize::try_from(position.row).unwrap_or(usize::MAX);
    let line = match row.checked_sub(1) {
        Some(ends) => memchr::memchr_iter(b'\n', content).nth(ends).map_or(content.len(), |end| end + 1),
        None => 0,
    };
    let column = usize::try_from(position.column).unwrap_or(usize::MAX);
    let rest = content.get(line..).unwrap_or_default();
    let starts = rest.iter().enumerate().filter(|(_, byte)| **byte & 0xC0 != 0x80);
    let start = line + starts.map(|(at, _)| at).nth(column).unwrap_or(rest.len());
    start..(start + 1).min(content.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::found;

    #[track_caller]
    fn count(content: &[u8]) -> usize {
        found("xml-syntax", "a.xml", content).len()
    }

    #[test]
    fn good_xml_is_no_finding() {
        assert_eq!(
            count(b"<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY b 'c'>]>\n<a x:b='1' xmlns:x='y'>&b;</a>\n"),
            0
        );
    }

    #[test]
    fn bad_xml_is_one_finding() {
        for content in ["", "<a>", "<a></b>", "<a>&b;</a>", "<a/><b/>", "<a>&</a>", "<x:a/>", "<a b='1' b='2'/>"] {
            assert_eq!(count(content.as_bytes()), 1, "{content}");
        }
    }

    #[test]
    fn deep_nesting_takes_no_stack_and_entity_bombs_end_soon() {
        let deep = "<a>".repeat(50_000) + &"</a>".repeat(50_000);
        assert_eq!(count(deep.as_bytes()), 0);
        assert_eq!(count("<a>".repeat(50_000).as_bytes()), 1);
        let mut bomb = "<!DOCTYPE a [<!ENTITY e0 'xxxxxxxxxx'>".to_owned();
        for level in 1..12 {
            bomb += &format!("<!ENTITY e{level} '{}'>", format!("&e{};", level - 1).repeat(10));
        }
        assert_eq!(count((bomb + "]><a>&e11;</a>").as_bytes()), 1);
    }

    #[test]
    fn a_position_becomes_the_byte_that_it_stands_for() {
        let position = TextPosition { row: 1, column: 1 };
        assert_eq!(place(position, "a\näb".as_bytes()), 4..5);
        assert_eq!(place(TextPosition { row: 9, column: 1 }, b"a\n"), 2..2);
    }
}

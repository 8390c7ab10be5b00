//! [`Node`]: JSON or YAML, with the bytes of every value. What a lock file in either of them is read from.

use std::ops::Range;

use granit_parser::{Event, Parser};
use jsonc_parser::{
    ParseOptions,
    ast::{ObjectPropName, Value as Json},
    common::Ranged,
    parse_to_ast,
};

/// A value, and where it is. Quotes are part of where a text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) range: Range<usize>,
    pub(crate) value: Value,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// A text, number, `true`, `false` or null, as text.
    Scalar(String),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
}

impl Node {
    pub(crate) fn as_str(&self) -> Option<&str> {
        if let Value::Scalar(text) = &self.value { Some(text) } else { None }
    }

    /// Empty unless a map.
    pub(crate) fn entries(&self) -> &[(Self, Self)] {
        if let Value::Map(entries) = &self.value { entries } else { &[] }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(name, _)| name.as_str() == Some(key)).map(|(_, value)| value)
    }

    /// The scalar of an entry.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Self::as_str)
    }

    /// Whether an entry is there and `true`.
    pub(crate) fn is_true(&self, key: &str) -> bool {
        self.text(key) == Some("true")
    }
}

/// Where a part of a scalar is that stands in it as it is written; all of it where that cannot be told.
pub(crate) fn within(text: &str, node: &Node, part: &str) -> Range<usize> {
    let written = text.get(node.range.clone()).unwrap_or_default();
    match written.rfind(part).filter(|_| !part.is_empty()) {
        Some(at) => node.range.start + at..node.range.start + at + part.len(),
        None => node.range.clone(),
    }
}

/// Reads JSON.
pub(crate) fn json(text: &str) -> Result<Node, String> {
    let options = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let parsed = parse_to_ast(text, &Default::default(), &options).map_err(|error| error.to_string())?;
    parsed.value.map(of_json).ok_or_else(|| "it is empty".to_owned())
}

/// The parser bounds how deep it nests.
fn of_json(json: Json<'_>) -> Node {
    let range = json.range();
    let value = match json {
        Json::StringLit(text) => Value::Scalar(text.value.into_owned()),
        Json::NumberLit(number) => Value::Scalar(number.value.to_owned()),
        Json::BooleanLit(boolean) => Value::Scalar(boolean.value.to_string()),
        Json::NullKeyword(_) => Value::Scalar(String::new()),
        Json::Array(array) => Value::List(array.elements.into_iter().map(of_json).collect()),
        Json::Object(object) => {
            let entry = |name: ObjectPropName<'_>, value| {
                let range = name.range();
                let key = Value::Scalar(name.into_string());
                (Node { range: range.start..range.end, value: key }, of_json(value))
            };
            Value::Map(object.properties.into_iter().map(|property| entry(property.name, property.value)).collect())
        }
    };
    Node { range: range.start..range.end, value }
}

/// Reads the first document of a YAML. Lock files have no aliases: those are an error.
pub(crate) fn yaml(text: &str) -> Result<Node, String> {
    let mut open: Vec<(bool, usize, Vec<Node>)> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| error.info())?;
        let range = span.byte_range().unwrap_or_default();
        let node = match event {
            Event::Scalar(text, ..) => Node { range, value: Value::Scalar(text.into_owned()) },
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                open.push((matches!(event, Event::MappingStart(..)), range.start, Vec::new()));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some((is_map, start, children)) = open.pop() else { continue };
                let value = if is_map { Value::Map(pairs(children)) } else { Value::List(children) };
                Node { range: start..range.end.max(start), value }
            }
            Event::Alias(_) => return Err("it has an alias".to_owned()),
            _ => continue,
        };
        match open.last_mut() {
            Some((_, _, children)) => children.push(node),
            None => return Ok(node),
        }
    }
    Err("it is empty".to_owned())
}

fn pairs(children: Vec<Node>) -> Vec<(Node, Node)> {
    let mut children = children.into_iter();
    std::iter::from_fn(|| Some((children.next()?, children.next()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_know_where_a_text_is() {
        for (text, node) in [("{\"a\": \"1.0\"}", json as fn(&str) -> _), ("a: '1.0'", yaml)] {
            let node: Node = node(text).unwrap();
            let version = node.get("a").unwrap();
            assert_eq!(&text[within(text, version, "1.0")], "1.0");
        }
    }

    #[test]
    fn what_is_no_json_is_none() {
        for text in ["", "{", "{'a': 1}", "{\"a\": 1,}", "// x\n{}"] {
            assert!(json(text).is_err(), "{text}");
        }
        assert!(json(&"[".repeat(100_000)).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = (json(&text), yaml(&text));
        }
    }
}

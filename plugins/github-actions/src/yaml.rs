//! YAML with the bytes of every value: [`parse`] makes a [`Node`] of a text.
//!
//! Aliases are resolved, as GitHub does. Nesting is bounded by the parser, the number of nodes by [`MOST_NODES`]. Does
//! not know what a workflow is.

use std::{collections::HashMap, ops::Range};

use granit_parser::{Event, Parser, ScalarStyle, ScanError};

/// Of one file, those of aliases counted each time, and long texts by their length.
const MOST_NODES: usize = 100_000;
/// Bytes of a text that count as one node.
const NODE_BYTES: usize = 64;

/// A value, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    /// Of a scalar, its text as written: with the quotes, but of a block without `|` and the rest of that line. Of a
    /// mapping or a sequence, from its first child to its last.
    pub(crate) range: Range<usize>,
    /// Whether the text is in quotes.
    pub(crate) quoted: bool,
    pub(crate) value: Value,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Scalar(String),
    Sequence(Vec<Node>),
    Mapping(Vec<(Node, Node)>),
}

impl Node {
    pub(crate) fn as_str(&self) -> Option<&str> {
        if let Value::Scalar(text) = &self.value { Some(text) } else { None }
    }

    /// Empty unless a mapping.
    pub(crate) fn entries(&self) -> &[(Node, Node)] {
        if let Value::Mapping(entries) = &self.value { entries } else { &[] }
    }

    /// Empty unless a sequence.
    pub(crate) fn items(&self) -> &[Node] {
        if let Value::Sequence(items) = &self.value { items } else { &[] }
    }

    /// Key and value of an entry.
    pub(crate) fn entry(&self, key: &str) -> Option<&(Node, Node)> {
        self.entries().iter().find(|(name, _)| name.as_str() == Some(key))
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|(_, value)| value)
    }

    /// The scalar of an entry.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Self::as_str)
    }

    /// All scalars below, keys left out.
    pub(crate) fn scalars(&self) -> Vec<&Node> {
        let mut found = Vec::new();
        let mut open = vec![self];
        while let Some(node) = open.pop() {
            match &node.value {
                Value::Scalar(_) => found.push(node),
                Value::Sequence(items) => open.extend(items.iter().rev()),
                Value::Mapping(entries) => open.extend(entries.iter().rev().map(|(_, value)| value)),
            }
        }
        found
    }
}

/// Why a text is no YAML that can be judged.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) message: String,
    /// Byte.
    pub(crate) at: usize,
}

/// The first document; none where there is nothing but comments.
pub(crate) fn parse(text: &str) -> Result<Option<Node>, Problem> {
    let mut builder = Builder { nodes: 0, anchors: HashMap::new(), open: Vec::new(), root: None };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| of_scan(&error))?;
        if matches!(event, Event::DocumentEnd) && builder.root.is_some() {
            break;
        }
        let range = span.byte_range().unwrap_or_default();
        builder.take(event, range)?;
    }
    Ok(builder.root)
}

fn of_scan(error: &ScanError) -> Problem {
    Problem { message: error.info(), at: error.marker().byte_offset().unwrap_or(0) }
}

/// A mapping or sequence that has not ended.
struct Open {
    is_mapping: bool,
    anchor: usize,
    start: usize,
    children: Vec<Node>,
}

struct Builder {
    nodes: usize,
    anchors: HashMap<usize, (Node, usize)>,
    open: Vec<Open>,
    root: Option<Node>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, range: Range<usize>) -> Result<(), Problem> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
                let node = Node { range, quoted, value: Value::Scalar(text.into_owned()) };
                let size = count(&node);
                self.finish(node, anchor, size)
            }
            Event::SequenceStart(_, anchor, _) => self.start(false, anchor, range.start),
            Event::MappingStart(_, anchor, _) => self.start(true, anchor, range.start),
            Event::SequenceEnd | Event::MappingEnd => self.end(range.end),
            Event::Alias(anchor) => match self.anchors.get(&anchor).cloned() {
                Some((node, size)) => self.finish(node, 0, size),
                None => Err(Problem { message: "an alias within its own anchor".to_owned(), at: range.start }),
            },
            _ => Ok(()),
        }
    }

    fn start(&mut self, is_mapping: bool, anchor: usize, start: usize) -> Result<(), Problem> {
        self.open.push(Open { is_mapping, anchor, start, children: Vec::new() });
        Ok(())
    }

    fn end(&mut self, end: usize) -> Result<(), Problem> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let start = open.children.first().map_or(open.start, |child| child.range.start);
        let end = open.children.last().map_or(end, |child| child.range.end).max(start);
        let value = if open.is_mapping { Value::Mapping(pairs(open.children)) } else { Value::Sequence(open.children) };
        let node = Node { range: start..end, quoted: false, value };
        let size = if open.anchor == 0 { 1 } else { count(&node) };
        self.finish(node, open.anchor, size)
    }

    fn finish(&mut self, node: Node, anchor: usize, size: usize) -> Result<(), Problem> {
        self.nodes += size;
        if self.nodes > MOST_NODES {
            let message = format!("more than {MOST_NODES} values, aliases resolved");
            return Err(Problem { message, at: node.range.start });
        }
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), size));
        }
        match self.open.last_mut() {
            Some(open) => open.children.push(node),
            None => self.root = Some(node),
        }
        Ok(())
    }
}

fn pairs(children: Vec<Node>) -> Vec<(Node, Node)> {
    let mut children = children.into_iter();
    let mut pairs = Vec::new();
    while let (Some(key), Some(value)) = (children.next(), children.next()) {
        pairs.push((key, value));
    }
    pairs
}

/// What a node and all below it count.
fn count(node: &Node) -> usize {
    let mut open = vec![node];
    let mut all = 0;
    while let Some(node) = open.pop() {
        all += 1 + node.as_str().map_or(0, |text| text.len() / NODE_BYTES);
        open.extend(node.items());
        open.extend(node.entries().iter().flat_map(|(key, value)| [key, value]));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_scalar_knows_its_bytes() {
        let text = "a: 'b c'\nd:\n  - e # f\n  - |\n    g ${{ h }}\n    i\nj: {k: \"l\"}\n";
        let root = parse(text).unwrap().unwrap();
        let raw: Vec<_> = root.scalars().into_iter().map(|node| &text[node.range.clone()]).collect();
        assert_eq!(raw, ["'b c'", "e", "g ${{ h }}\n    i\n", "\"l\""]);
        assert_eq!(root.get("d").unwrap().items()[1].as_str(), Some("g ${{ h }}\ni\n"));
    }

    #[test]
    fn aliases_are_resolved_to_a_limit() {
        let root = parse("a: &x [1, 2]\nb: *x\n").unwrap().unwrap();
        assert_eq!(root.get("a").unwrap().value, root.get("b").unwrap().value);
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            bomb += &format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 9].join(", "));
        }
        assert!(parse(&bomb).unwrap_err().message.starts_with("more than"));
        let long = format!("a: &x '{}'\nb: [{}]\n", "y".repeat(1_000_000), vec!["*x"; 50].join(", "));
        assert!(parse(&long).unwrap_err().message.starts_with("more than"));
    }

    #[test]
    fn what_is_no_yaml_is_a_problem_at_its_place() {
        assert_eq!(parse("# nothing\n").unwrap(), None);
        for text in ["a: [", "a: *x", "a:\n\t- b", "a: &a [*a]"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse(&"[".repeat(10_000)).is_err());
    }

    proptest! {
        #[test]
        fn any_text_gives_nodes_within_it(text in "(\\PC|[\n :\\-&*|>'\"#{}\\[\\],]){0,80}") {
            if let Ok(Some(root)) = parse(&text) {
                for node in root.scalars() {
                    prop_assert!(text.get(node.range.clone()).is_some(), "{:?} {:?}", node, text);
                }
            }
        }
    }
}

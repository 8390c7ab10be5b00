//! GitHub's expressions, `${{ ... }}`: [`find`] finds them in a text, [`Expression`] is what one says.
//!
//! Does not evaluate: it answers which contexts can reach the value ([`Expression::sources`]), and which are looked at.

mod parse;

use std::ops::Range;

/// Nested deeper, an expression is taken as one that could be anything.
const DEEPEST: usize = 64;

/// One `${{ ... }}`.
#[derive(Debug)]
pub(crate) struct Embedded {
    /// From `$` to `}}`.
    pub(crate) range: Range<usize>,
    pub(crate) expression: Expression,
}

/// What an expression says. Names of contexts and functions are in lower case, since GitHub ignores case.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expression {
    /// A string, or the text of a number, a boolean or null.
    Literal(String),
    /// `github.event.commits[0].message` is `github.event.commits.*.message`; an index that is computed is `*` too.
    Context(String),
    Call(String, Vec<Expression>),
    /// `!`, and comparisons: whatever is looked at, the value is a boolean.
    Condition(Comparison, Vec<Expression>),
    And(Box<Expression>, Box<Expression>),
    Or(Box<Expression>, Box<Expression>),
    /// No expression as GitHub knows them.
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Other,
}

/// Functions that give a boolean or a digest.
const HARMLESS: [&str; 8] =
    ["contains", "startswith", "endswith", "hashfiles", "success", "failure", "always", "cancelled"];

impl Expression {
    /// The text between `${{` and `}}`.
    pub(crate) fn parse(text: &str) -> Self {
        parse::parse(text, DEEPEST).unwrap_or(Self::Unknown)
    }

    /// Contexts whose text can become part of the value.
    pub(crate) fn sources(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.collect_sources(&mut found);
        found
    }

    fn collect_sources<'a>(&'a self, found: &mut Vec<&'a str>) {
        match self {
            Self::Context(path) => found.push(path),
            Self::Call(name, _) if HARMLESS.contains(&name.as_str()) => {}
            Self::Call(_, arguments) => arguments.iter().for_each(|argument| argument.collect_sources(found)),
            // Where `a` decides the value of `a && b`, it is false, empty or null.
            Self::And(_, right) => right.collect_sources(found),
            Self::Or(left, right) => {
                left.collect_sources(found);
                right.collect_sources(found);
            }
            Self::Literal(_) | Self::Condition(..) | Self::Unknown => {}
        }
    }

    /// This expression and all below it.
    pub(crate) fn all(&self) -> Vec<&Self> {
        let mut all = Vec::new();
        let mut open = vec![self];
        while let Some(expression) = open.pop() {
            all.push(expression);
            match expression {
                Self::Call(_, inner) | Self::Condition(_, inner) => open.extend(inner),
                Self::And(left, right) | Self::Or(left, right) => open.extend([&**left, &**right]),
                Self::Literal(_) | Self::Context(_) | Self::Unknown => {}
            }
        }
        all
    }

    pub(crate) fn context(&self) -> Option<&str> {
        if let Self::Context(path) = self { Some(path) } else { None }
    }

    pub(crate) fn literal(&self) -> Option<&str> {
        if let Self::Literal(text) = self { Some(text) } else { None }
    }
}

/// Expressions in the part of `text` at `range`.
pub(crate) fn find(text: &str, range: Range<usize>) -> Vec<Embedded> {
    let mut found = Vec::new();
    let mut at = range.start;
    while let Some(rest) = text.get(at..range.end) {
        let Some(open) = rest.find("${{") else { break };
        let start = at + open;
        let Some(length) = closing(rest.get(open + 3..).unwrap_or_default()) else { break };
        let inside = start + 3..start + 3 + length;
        let expression = Expression::parse(text.get(inside.clone()).unwrap_or_default());
        at = inside.end + 2;
        found.push(Embedded { range: start..at, expression });
    }
    found
}

/// Where `}}` is, outside of strings.
fn closing(text: &str) -> Option<usize> {
    let mut quoted = false;
    let bytes = text.as_bytes();
    let end = bytes.windows(2).enumerate().find(|(_, pair)| {
        if pair.starts_with(b"'") {
            quoted = !quoted;
        }
        !quoted && *pair == b"}}"
    });
    // A string that never ends hides the rest of the file from nobody.
    end.map(|(at, _)| at).or_else(|| text.find("}}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn sources(text: &str) -> Vec<String> {
        Expression::parse(text).sources().into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn contexts_are_written_one_way() {
        for text in [
            "github.event.commits[0].message",
            "GitHub.Event['commits'].*.message",
            "github.event.commits[ env.N ].message",
        ] {
            assert_eq!(sources(text), ["github.event.commits.*.message"], "{text}");
        }
        assert_eq!(sources("steps.a-b_c.outputs.x"), ["steps.a-b_c.outputs.x"]);
    }

    #[test]
    fn only_what_reaches_the_value_is_a_source() {
        assert_eq!(sources("a.b || 'c'"), ["a.b"]);
        assert_eq!(sources("a.b && c.d || e.f"), ["c.d", "e.f"]);
        assert_eq!(sources("a.b == 'x' && 'y' || 'z'"), [""; 0]);
        assert_eq!(sources("!a.b"), [""; 0]);
        assert_eq!(sources("format('{0} }}', a.b, toJSON(c))"), ["a.b", "c"]);
        assert_eq!(sources("contains(a.b, 'x') && (c.d)"), ["c.d"]);
        assert_eq!(sources("fromJSON(a.b).c"), ["a.b"]);
        assert_eq!(Expression::parse("a ++ b"), Expression::Unknown);
    }

    #[test]
    fn expressions_are_found_with_their_bytes() {
        let text = "x ${{ a }} ${{ format('}}') }} ${{ b";
        let found = find(text, 0..text.len());
        let raw: Vec<_> = found.iter().map(|each| &text[each.range.clone()]).collect();
        assert_eq!(raw, ["${{ a }}", "${{ format('}}') }}"]);
    }

    #[test]
    fn nesting_without_end_is_no_expression() {
        assert_eq!(Expression::parse(&"(".repeat(100_000)), Expression::Unknown);
        assert_eq!(Expression::parse(&"!".repeat(100_000)), Expression::Unknown);
        let _ = Expression::parse(&"a||".repeat(20_000)).sources();
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(\\PC|[ ${}()'.!&|=<>,*\\[\\]]|github|\\$\\{\\{){0,60}") {
            for each in find(&text, 0..text.len()) {
                prop_assert!(text.get(each.range).is_some());
            }
        }
    }
}

//! From text to [`Expression`]: GitHub's grammar, by recursive descent with a limit on depth.

use super::{Comparison, Expression};

/// None where the text is no expression, or is nested deeper than `depth`.
pub(super) fn parse(text: &str, depth: usize) -> Option<Expression> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0 };
    let expression = parser.or(depth)?;
    (parser.at == tokens.len()).then_some(expression)
}

#[derive(Debug, PartialEq)]
enum Token<'a> {
    Name(&'a str),
    Text(String),
    Sign(&'a str),
}

const SIGNS: [&str; 16] = ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "(", ")", "[", "]", ".", ",", "*"];

fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length;
        if first == '\'' {
            let (value, taken) = string(rest)?;
            tokens.push(Token::Text(value));
            length = taken;
        } else if first.is_ascii_alphanumeric() || matches!(first, '_' | '-' | '+') {
            length = rest
                .find(|each: char| !(each.is_ascii_alphanumeric() || matches!(each, '_' | '-' | '+')))
                .unwrap_or(rest.len());
            tokens.push(Token::Name(rest.get(..length)?));
        } else {
            let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign))?;
            length = sign.len();
            tokens.push(Token::Sign(sign));
        }
        rest = rest.get(length..)?.trim_start();
    }
    Some(tokens)
}

/// A string in single quotes, of which two are one; and how many bytes it takes.
fn string(text: &str) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut each = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = each.next() {
        if character != '\'' {
            value.push(character);
        } else if each.next_if(|(_, next)| *next == '\'').is_some() {
            value.push('\'');
        } else {
            return Some((value, at + 1));
        }
    }
    None
}

struct Parser<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
}

impl Parser<'_> {
    fn next_is(&mut self, sign: &str) -> bool {
        let is_it = self.tokens.get(self.at) == Some(&Token::Sign(sign));
        self.at += usize::from(is_it);
        is_it
    }

    fn or(&mut self, depth: usize) -> Option<Expression> {
        let depth = depth.checked_sub(1)?;
        let mut terms = vec![self.and(depth)?];
        while self.next_is("||") {
            terms.push(self.and(depth)?);
        }
        balanced(terms, Expression::Or)
    }

    fn and(&mut self, depth: usize) -> Option<Expression> {
        let mut left = self.comparison(depth)?;
        let mut length = depth;
        while self.next_is("&&") {
            length = length.checked_sub(1)?;
            left = Expression::And(Box::new(left), Box::new(self.comparison(depth)?));
        }
        Some(left)
    }

    fn comparison(&mut self, depth: usize) -> Option<Expression> {
        let left = self.unary(depth)?;
        for (sign, comparison) in [
            ("==", Comparison::Equal),
            ("!=", Comparison::NotEqual),
            ("<=", Comparison::Other),
            (">=", Comparison::Other),
            ("<", Comparison::Other),
            (">", Comparison::Other),
        ] {
            if self.next_is(sign) {
                return Some(Expression::Condition(comparison, vec![left, self.unary(depth)?]));
            }
        }
        Some(left)
    }

    fn unary(&mut self, depth: usize) -> Option<Expression> {
        if self.next_is("!") {
            return Some(Expression::Condition(Comparison::Other, vec![self.unary(depth.checked_sub(1)?)?]));
        }
        let value = self.primary(depth)?;
        self.accesses(value, depth)
    }

    fn primary(&mut self, depth: usize) -> Option<Expression> {
        if self.next_is("(") {
            let inner = self.or(depth)?;
            return self.next_is(")").then_some(inner);
        }
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        match token {
            Token::Text(text) => Some(Expression::Literal(text.clone())),
            Token::Name(name)
                if name.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '-' | '+')) =>
            {
                // `1.5` has a sign in it.
                while self.next_is(".") {
                    self.at += 1;
                }
                Some(Expression::Literal((*name).to_owned()))
            }
            Token::Name(name @ ("true" | "false" | "null")) => Some(Expression::Literal((*name).to_owned())),
            Token::Name(name) if self.next_is("(") => {
                Some(Expression::Call(name.to_ascii_lowercase(), self.arguments(depth)?))
            }
            Token::Name(name) => Some(Expression::Context(name.to_ascii_lowercase())),
            Token::Sign(_) => None,
        }
    }

    fn arguments(&mut self, depth: usize) -> Option<Vec<Expression>> {
        let mut arguments = Vec::new();
        if self.next_is(")") {
            return Some(arguments);
        }
        loop {
            arguments.push(self.or(depth)?);
            if self.next_is(")") {
                return Some(arguments);
            }
            if !self.next_is(",") {
                return None;
            }
        }
    }

    /// `.name`, `.*` and `[...]` behind a value. Of a call, what is behind says nothing of its sources.
    fn accesses(&mut self, mut value: Expression, depth: usize) -> Option<Expression> {
        loop {
            let part = if self.next_is(".") {
                let token = self.tokens.get(self.at)?;
                self.at += 1;
                match token {
                    Token::Name(name) => name.to_ascii_lowercase(),
                    Token::Sign("*") => "*".to_owned(),
                    Token::Sign(_) | Token::Text(_) => return None,
                }
            } else if self.next_is("[") {
                let index = if self.next_is("*") { Expression::Unknown } else { self.or(depth)? };
                if !self.next_is("]") {
                    return None;
                }
                match index {
                    Expression::Literal(text) if !text.starts_with(|first: char| first.is_ascii_digit()) => {
                        text.to_ascii_lowercase()
                    }
                    _ => "*".to_owned(),
                }
            } else {
                return Some(value);
            };
            if let Expression::Context(path) = &mut value {
                path.push('.');
                path.push_str(&part);
            }
        }
    }
}

/// A long chain of `||` is no deep tree.
fn balanced(
    mut terms: Vec<Expression>,
    join: fn(Box<Expression>, Box<Expression>) -> Expression,
) -> Option<Expression> {
    while terms.len() > 1 {
        let mut joined = Vec::with_capacity(terms.len().div_ceil(2));
        let mut each = terms.into_iter();
        while let Some(left) = each.next() {
            joined.push(match each.next() {
                Some(right) => join(Box::new(left), Box::new(right)),
                None => left,
            });
        }
        terms = joined;
    }
    terms.pop()
}

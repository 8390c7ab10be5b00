//! [`Document`]: a TOML text that is parsed, with the place of every key and value.

use std::{collections::HashMap, ops::Range};

use serde_json::{Map, Value};
use toml::de::{DeTable, DeValue};

use crate::problem::{Place, Problem};

/// A parsed text. Paths are dotted, as in `gates.lint.require`.
#[derive(Clone, Debug, Default)]
pub struct Document {
    text: String,
    value: Value,
    keys: HashMap<String, Range<usize>>,
    values: HashMap<String, Range<usize>>,
}

impl Document {
    /// Parses a text; all that is wrong with its syntax comes along.
    pub(crate) fn parse(text: &str) -> (Self, Vec<Problem>) {
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut document = Self { text: text.to_owned(), ..Self::default() };
        let value = document.table("", table.get_ref());
        document.value = value;
        let problem = |error: &toml::de::Error| Problem {
            message: error.message().to_owned(),
            place: error.span().map(|span| document.place(span)),
        };
        let problems = errors.iter().map(problem).collect();
        (document, problems)
    }

    /// The whole as JSON.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// A problem with the value at a path, or else with the nearest thing above that stands in the text.
    pub fn problem_with_value(&self, path: &str, message: impl Into<String>) -> Problem {
        self.problem(path, message.into(), &self.values)
    }

    /// A problem with the key at a path, or else with the nearest thing above that stands in the text.
    pub fn problem_with_key(&self, path: &str, message: impl Into<String>) -> Problem {
        self.problem(path, message.into(), &self.keys)
    }

    fn problem(&self, path: &str, message: String, spans: &HashMap<String, Range<usize>>) -> Problem {
        let mut path = path;
        loop {
            if let Some(span) = spans.get(path).or_else(|| self.keys.get(path)) {
                return Problem { message, place: Some(self.place(span.clone())) };
            }
            match path.rsplit_once('.') {
                Some((above, _)) => path = above,
                None => return Problem { message, place: None },
            }
        }
    }

    fn place(&self, span: Range<usize>) -> Place {
        let before = self.text.get(..span.start).unwrap_or(&self.text);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let source = self.text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
        let column = self.text.get(start..span.start).unwrap_or_default().chars().count() + 1;
        let marked = self.text.get(span).unwrap_or_default().lines().next().unwrap_or_default();
        Place {
            line: before.matches('\n').count() + 1,
            column,
            width: marked.chars().count().max(1),
            source: source.to_owned(),
        }
    }

    fn table(&mut self, path: &str, table: &DeTable<'_>) -> Value {
        let mut map = Map::new();
        for (key, value) in table.iter() {
            let name = key.get_ref().to_string();
            let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            self.keys.insert(below.clone(), key.span());
            self.values.insert(below.clone(), value.span());
            map.insert(name, self.convert(&below, value.get_ref()));
        }
        Value::Object(map)
    }

    fn convert(&mut self, path: &str, value: &DeValue<'_>) -> Value {
        match value {
            DeValue::String(text) => Value::String(text.to_string()),
            DeValue::Boolean(value) => Value::Bool(*value),
            DeValue::Datetime(value) => Value::String(value.to_string()),
            DeValue::Integer(number) => {
                i64::from_str_radix(number.as_str(), number.radix()).map_or(Value::Null, Value::from)
            }
            DeValue::Float(number) => number.as_str().parse::<f64>().map_or(Value::Null, Value::from),
            DeValue::Table(table) => self.table(path, table),
            DeValue::Array(items) => {
                let items = items.iter().enumerate().map(|(index, item)| {
                    let below = format!("{path}.{index}");
                    self.values.insert(below.clone(), item.span());
                    self.convert(&below, item.get_ref())
                });
                Value::Array(items.collect())
            }
        }
    }
}

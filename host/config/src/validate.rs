//! Holds a [`Document`] against a JSON Schema of the kind that `schemars` makes of plain structs.
//!
//! Not a general validator: it knows objects, maps, arrays, alternatives and scalars, and it says what people can
//! act upon, with the place in the text.

use serde_json::{Map, Value};

use crate::{
    document::Document,
    problem::{Problem, hint},
};

/// All that is wrong with a document, and the part of it that is sound.
pub(crate) fn validate(document: &Document, schema: &Value) -> (Vec<Problem>, Value) {
    let mut validator = Validator { document, schema, depth: 0, problems: Vec::new() };
    let sound = validator.check("", document.value(), schema);
    (validator.problems, sound.unwrap_or_else(|| Value::Object(Map::new())))
}

/// All that is wrong with the settings of a gate by the schema of its plugin. What the schema says in ways that are
/// not known here is taken to be kept.
pub fn problems_of_settings(document: &Document, gate: &str, schema: &Value) -> Vec<Problem> {
    let empty = Value::Object(Map::new());
    let settings = ["gates", gate, "settings"].iter().try_fold(document.value(), |value, key| value.get(key));
    let mut validator = Validator { document, schema, depth: 0, problems: Vec::new() };
    validator.check(&format!("gates.{gate}.settings"), settings.unwrap_or(&empty), schema);
    validator.problems
}

/// A schema of a plugin may refer to itself for ever.
const DEEPEST: usize = 100;

struct Validator<'a> {
    document: &'a Document,
    schema: &'a Value,
    depth: usize,
    problems: Vec<Problem>,
}

impl<'a> Validator<'a> {
    /// What is sound of the value; none: nothing, or not enough.
    fn check(&mut self, path: &str, value: &Value, schema: &'a Value) -> Option<Value> {
        if self.depth == DEEPEST {
            return Some(value.clone());
        }
        self.depth += 1;
        let sound = self.check_within(path, value, schema);
        self.depth -= 1;
        sound
    }

    fn check_within(&mut self, path: &str, value: &Value, schema: &'a Value) -> Option<Value> {
        let schema = self.resolve(schema);
        if let Some(alternatives) = schema.get("anyOf").and_then(Value::as_array) {
            return self.check_any(path, value, alternatives);
        }
        if !types(schema).is_empty() && !types(schema).iter().any(|expected| is(value, expected)) {
            let expected = types(schema).into_iter().filter(|name| *name != "null").map(describe);
            let expected = expected.collect::<Vec<_>>().join(" or ");
            let message = format!("`{path}` is {}, but must be {expected}", describe(type_of(value)));
            self.problems.push(self.document.problem_with_value(path, message));
            return None;
        }
        match (value, schema.get("items")) {
            (Value::Object(map), _) => self.check_object(path, map, schema),
            // All or nothing: problems that are found later are told by the index.
            (Value::Array(items), Some(schema)) => {
                let sound =
                    items.iter().enumerate().map(|(index, item)| self.check(&format!("{path}.{index}"), item, schema));
                let sound: Vec<_> = sound.collect();
                sound.into_iter().collect::<Option<Vec<_>>>().map(Value::Array)
            }
            _ => Some(value.clone()),
        }
    }

    /// The alternative of the value's own type is what the user meant, so its problems are the ones to show.
    fn check_any(&mut self, path: &str, value: &Value, alternatives: &'a [Value]) -> Option<Value> {
        let fits = |schema: &&Value| {
            let types = types(self.resolve(schema));
            types.is_empty() || types.iter().any(|expected| is(value, expected))
        };
        if let Some(schema) = alternatives.iter().find(fits) {
            return self.check(path, value, schema);
        }
        let expected: Vec<_> = alternatives
            .iter()
            .flat_map(|schema| types(self.resolve(schema)))
            .filter(|name| *name != "null")
            .map(describe)
            .collect();
        let message = format!("`{path}` is {}, but must be {}", describe(type_of(value)), expected.join(" or "));
        self.problems.push(self.document.problem_with_value(path, message));
        None
    }

    fn check_object(&mut self, path: &str, map: &Map<String, Value>, schema: &'a Value) -> Option<Value> {
        let mut sound = Map::new();
        let empty = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object);
        let rest = schema.get("additionalProperties");
        for (name, value) in map {
            let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let kept = match (properties.and_then(|properties| properties.get(name)), rest) {
                (Some(schema), _) => self.check(&below, value, schema),
                (None, Some(schema)) if schema.is_object() => self.check(&below, value, schema),
                (None, Some(Value::Bool(false))) => {
                    let known = properties.unwrap_or(&empty).keys().map(String::as_str);
                    let message = format!("unknown key `{below}`{}", hint(name, known));
                    self.problems.push(self.document.problem_with_key(&below, message));
                    None
                }
                _ => Some(value.clone()),
            };
            sound.extend(kept.map(|value| (name.clone(), value)));
        }
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        let mut complete = true;
        for name in required.filter_map(Value::as_str) {
            complete &= sound.contains_key(name);
            if !map.contains_key(name) {
                let message = format!("`{path}` lacks the key `{name}`");
                self.problems.push(self.document.problem_with_key(path, message));
            }
        }
        complete.then_some(Value::Object(sound))
    }

    fn resolve(&self, schema: &'a Value) -> &'a Value {
        let target = schema.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix('#'));
        target.and_then(|pointer| self.schema.pointer(pointer)).unwrap_or(schema)
    }
}

fn types(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn is(value: &Value, expected: &str) -> bool {
    let found = type_of(value);
    found == expected || (found == "integer" && expected == "number")
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn describe(name: &str) -> &'static str {
    match name {
        "boolean" => "`true` or `false`",
        "number" => "a number",
        "integer" => "a whole number",
        "string" => "a text",
        "array" => "a list",
        "object" => "a table",
        _ => "nothing",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn messages(settings: &str, schema: &Value) -> Vec<String> {
        let (document, errors) = Document::parse(&format!("[gates.a.settings]\n{settings}\n"));
        assert!(errors.is_empty());
        problems_of_settings(&document, "a", schema).into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn settings_are_held_against_the_schema_of_the_plugin() {
        let schema = json!({"type": "object", "additionalProperties": false, "properties": {
            "max": {"type": "integer"}, "names": {"type": ["array", "null"], "items": {"type": "string"}}}});
        assert_eq!(messages("max = 3\nnames = [\"x\"]", &schema), [""; 0]);
        assert_eq!(
            messages("maxx = 3\nnames = [1]", &schema),
            [
                "unknown key `gates.a.settings.maxx`; hint: did you mean `max`?",
                "`gates.a.settings.names.0` is a whole number, but must be a text"
            ]
        );
    }

    #[test]
    fn a_schema_without_end_comes_to_one() {
        assert_eq!(messages("x = 1", &json!({"anyOf": [{"$ref": "#"}]})), [""; 0]);
    }
}

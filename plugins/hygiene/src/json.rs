//! A validating JSON reader: [`validate`] goes over the bytes once, with a stack of its own.
//!
//! Says of any input what `serde_json` does when it visits all values, numbers of any size among them, and refuses keys
//! that are given twice, but takes no call stack for nesting, which a guest has little of. Does not build values.

mod keys;
mod token;

use std::borrow::Cow;

use keys::Keys;
use token::Tokens;

/// Why an input is not JSON.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct JsonError {
    /// Bytes from the start of the input.
    pub(crate) at: usize,
    pub(crate) message: Cow<'static, str>,
}

impl JsonError {
    fn new(at: usize, message: impl Into<Cow<'static, str>>) -> Self {
        Self { at, message: message.into() }
    }
}

/// What is open around the value at hand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Array,
    Object,
}

/// Reads one value with white space around it, behind a byte order mark if there is one.
pub(crate) fn validate(content: &[u8]) -> Result<(), JsonError> {
    if let Err(error) = std::str::from_utf8(content) {
        return Err(JsonError::new(error.valid_up_to(), "not UTF-8"));
    }
    let mut tokens = Tokens::new(content);
    tokens.skip_mark();
    let mut open: Vec<Open> = Vec::new();
    let mut keys = Keys::default();
    loop {
        // A value is due.
        match tokens.peek() {
            Some(b'[') => {
                tokens.bump();
                if tokens.peek() != Some(b']') {
                    open.push(Open::Array);
                    continue;
                }
                tokens.bump();
            }
            Some(b'{') => {
                tokens.bump();
                if tokens.peek() != Some(b'}') {
                    open.push(Open::Object);
                    keys.open();
                    read_key(&mut tokens, &mut keys)?;
                    continue;
                }
                tokens.bump();
            }
            _ => tokens.scalar()?,
        }
        if !go_on(&mut tokens, &mut open, &mut keys)? {
            return tokens.end();
        }
    }
}

/// Behind a value: closes what ends here. Whether another value is due.
fn go_on<'a>(tokens: &mut Tokens<'a>, open: &mut Vec<Open>, keys: &mut Keys<'a>) -> Result<bool, JsonError> {
    while let Some(innermost) = open.last().copied() {
        match (innermost, tokens.peek()) {
            (Open::Array, Some(b',')) => {
                tokens.bump();
                return Ok(true);
            }
            (Open::Object, Some(b',')) => {
                tokens.bump();
                read_key(tokens, keys)?;
                return Ok(true);
            }
            (Open::Array, Some(b']')) => {}
            (Open::Object, Some(b'}')) => keys.close()?,
            (Open::Array, _) => return Err(tokens.error("expected `,` or `]`")),
            (Open::Object, _) => return Err(tokens.error("expected `,` or `}`")),
        }
        tokens.bump();
        open.pop();
    }
    Ok(false)
}

fn read_key<'a>(tokens: &mut Tokens<'a>, keys: &mut Keys<'a>) -> Result<(), JsonError> {
    if tokens.peek() != Some(b'"') {
        return Err(tokens.error("expected a key"));
    }
    let at = tokens.at();
    let (raw, escaped) = tokens.string()?;
    keys.add(at, raw, escaped);
    if tokens.peek() != Some(b':') {
        return Err(tokens.error("expected `:`"));
    }
    tokens.bump();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::reference_json;
    use proptest::prelude::*;

    #[track_caller]
    fn check(content: &str, expected: Result<(), (usize, &'static str)>) {
        let expected = expected.map_err(|(at, message)| JsonError::new(at, message));
        assert_eq!(validate(content.as_bytes()), expected, "{content}");
    }

    #[test]
    fn good_json_is_good() {
        for content in
            ["{}", "[]", " [1, -0.5e+3, \"\\u00e4\\ud83d\\ude00\", {\"a\": null}]\n", "\u{feff}true", "1e-999", "1e999"]
        {
            check(content, Ok(()));
        }
    }

    #[test]
    fn an_error_is_told_where_it_is() {
        check("", Err((0, "unexpected end")));
        check("[1,]", Err((3, "expected a value")));
        check("{\"a\": 1 // b\n}", Err((8, "expected `,` or `}`")));
        check("[NaN]", Err((1, "expected a value")));
        check("01", Err((1, "unexpected text behind the value")));
        check("\"\\ud800\"", Err((1, "lone surrogate")));
        check("\"a\tb\"", Err((2, "control character in a string")));
        check("{\"a\": 1, \"\\u0061\": 2}", Err((9, "key `a` is given twice")));
    }

    #[test]
    fn deep_nesting_takes_no_call_stack() {
        let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
        check(&deep, Ok(()));
    }

    #[test]
    fn the_same_key_in_another_object_is_no_duplicate() {
        check(r#"{"a": {"a": 1, "b": {"a": 2}}, "b": [{"a": 3}, {"a": 4}]}"#, Ok(()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn any_text_is_judged_as_serde_json_does(content in r#"[\[\]{},:"\\ud8Da0-1.9eE+tr-ue ]{0,12}"#) {
            prop_assert_eq!(validate(content.as_bytes()).is_ok(), reference_json(&content), "{}", content);
        }

        #[test]
        fn any_tokens_are_judged_as_serde_json_does(
            tokens in prop::collection::vec(prop::sample::select(vec![
                "[", "]", "{", "}", ",", ":", "\"a\"", "\"\\u0061\"", "\"b\"", "1", "-0.1e2", "null", " ", "\"a\":", "{\"a\":1}",
                "1e400", "\"\\uD800\\uDC00\"", "\"\\uDC00\"", "-", "123456789012345678901234567890", "\"a", "tru",
            ]), 0..12)
        ) {
            let content = tokens.concat();
            prop_assert_eq!(validate(content.as_bytes()).is_ok(), reference_json(&content), "{}", content);
        }
    }
}

//! JSON that machines read and that people's terminals and CI logs may get to see.
//!
//! The entry is [`text`]. Does not change what a reader of the JSON gets.

use std::fmt::Write;

use serde_json::Value;

use crate::text::acts;

/// A document on several lines. What would act on a terminal or mark a CI command only occurs in strings, and is
/// written there as `\uXXXX`.
pub fn text(document: &Value) -> String {
    let plain = format!("{document:#}");
    let mut safe = String::with_capacity(plain.len());
    let mut before = '\0';
    for char in plain.chars() {
        // The escapes below 0x20 were written by serde; what is left of them is the line ends between fields.
        let command = char == '#' && before == '#';
        before = char;
        if char != '\n' && (acts(char) || command) {
            before = '\0';
            for unit in char.encode_utf16(&mut [0; 2]) {
                // Writing to a string does not fail.
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(char);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nothing_acts_and_nothing_is_lost() {
        let document = json!({ "##vso[x]": "a\u{9b}31m\u{202e}\u{e0041}\r\n::x ###[y]\u{7f}", "b": [1, "ä"] });
        let text = text(&document);
        assert!(!text.contains("##") && !text.chars().any(|char| char != '\n' && acts(char)), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), document);
    }
}

//! Names and what is assigned to them, in whatever language or format.
//!
//! [`at`] reads `name = "value"`, `name: value`, `"name": "value"`, `name => 'value'`, `map["name"] = "value"`,
//! `name: Type = "value"`, `("name", "value")` and `<name>value</name>` round a keyword of the name. Does not judge
//! either.

use std::ops::Range;

/// Longest name, on either side of the keyword.
const NAME: usize = 64;
/// Longest value.
const VALUE: usize = 1024;
/// Most blanks between the parts.
const BLANKS: usize = 40;

/// Bytes that end a value without quotes: a table, since a text of assignments alone has one at every few bytes.
#[expect(clippy::indexing_slicing, reason = "evaluated when compiled, where 256 bytes have 256 places")]
const ENDS: [bool; 256] = {
    let mut table = [false; 256];
    let mut rest: &[u8] = b" \t\n\r\x0c\"'`,;)]}<>&|";
    while let [byte, others @ ..] = rest {
        table[*byte as usize] = true;
        rest = others;
    }
    table
};

/// A name and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Assignment {
    pub(super) name: Range<usize>,
    /// Without quotes.
    pub(super) value: Range<usize>,
}

/// What is assigned to the name that a keyword is in; a value without quotes only where that is said to be one.
pub(super) fn at(text: &[u8], keyword: &Range<usize>, bare: bool) -> Option<Assignment> {
    let name = name_around(text, keyword);
    let before = name.start.checked_sub(1).and_then(|at| text.get(at)).copied();
    let mut cursor = Cursor { text, at: name.end };
    cursor.eat(b'\\');
    let quoted = matches!(before, Some(b'"' | b'\'' | b'`')) && before.is_some_and(|quote| cursor.eat(quote));
    cursor.blanks();
    cursor.eat(b']');
    cursor.blanks();
    let operator = cursor.operator()?;
    let value = match operator {
        b">" if before == Some(b'<') => cursor.element(),
        b">" => None,
        b"," if quoted => cursor.quoted(),
        b"," => None,
        b":" => cursor.quoted().or_else(|| cursor.typed()).or_else(|| cursor.bare().filter(|_| bare)),
        _ => cursor.quoted().or_else(|| cursor.bare().filter(|_| bare)),
    };
    value.map(|value| Assignment { name, value })
}

/// Whether a name has a word of those that secrets have.
pub(super) fn speaks_of_a_secret(name: &[u8]) -> bool {
    const WORDS: [&[u8]; 8] = [b"key", b"token", b"secret", b"pass", b"auth", b"cred", b"pwd", b"webhook"];
    let lower = name.to_ascii_lowercase();
    WORDS.iter().any(|word| memchr::memmem::find(&lower, word).is_some()) || lower.ends_with(b"_pat")
}

/// Whether a name ends with the keyword that ends at `end`, but for what says how or where the value is used.
pub(super) fn ends_name(text: &[u8], end: usize, name: &Range<usize>) -> bool {
    const SUFFIXES: [&str; 19] = [
        "",
        "value",
        "base",
        "b",
        "hex",
        "prod",
        "production",
        "staging",
        "dev",
        "live",
        "string",
        "default",
        "str",
        "raw",
        "plain",
        "text",
        "old",
        "new",
        "key",
    ];
    let suffix = text.get(end..name.end).unwrap_or_default();
    let letters: Vec<u8> =
        suffix.iter().filter(|byte| byte.is_ascii_alphabetic()).map(u8::to_ascii_lowercase).collect();
    SUFFIXES.iter().any(|known| known.as_bytes() == letters)
}

/// The part of a keyword's line that is at most so far from it.
pub(super) fn line_around(text: &[u8], keyword: &Range<usize>, most: usize) -> Range<usize> {
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let before = text.get(keyword.start.saturating_sub(most)..keyword.start).unwrap_or_default();
    let start = before.iter().rev().position(is_end).unwrap_or(before.len());
    let after = text.get(keyword.end..text.len().min(keyword.end + most)).unwrap_or_default();
    let end = after.iter().position(is_end).unwrap_or(after.len());
    keyword.start - start..keyword.end + end
}

fn name_around(text: &[u8], keyword: &Range<usize>) -> Range<usize> {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let before = text.get(keyword.start.saturating_sub(NAME)..keyword.start).unwrap_or_default();
    let after = text.get(keyword.end..text.len().min(keyword.end + NAME)).unwrap_or_default();
    let start = keyword.start - before.iter().rev().take_while(is_name).count();
    start..keyword.end + after.iter().take_while(is_name).count()
}

struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn rest(&self, most: usize) -> &'a [u8] {
        self.text.get(self.at..self.text.len().min(self.at + most)).unwrap_or_default()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let eaten = self.peek() == Some(byte);
        self.at += usize::from(eaten);
        eaten
    }

    fn blanks(&mut self) {
        self.at += self.rest(BLANKS).iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    }

    /// `=`, `:`, `:=`, `=>`, `==`, `||=`, `>`, `,`, and the blanks behind.
    fn operator(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest(4);
        let length = rest.iter().take_while(|byte| b"=:>?|,".contains(byte)).count();
        let operator = rest.get(..length).filter(|operator| {
            matches!(*operator, b"=" | b":" | b":=" | b"=>" | b"==" | b"===" | b"||=" | b"?=" | b"??=" | b">" | b",")
        })?;
        self.at += length;
        self.blanks();
        Some(operator)
    }

    /// What stands in quotes here, up to the same quote on the same line. Not what is filled in, nor part of a sum.
    fn quoted(&mut self) -> Option<Range<usize>> {
        let prefix = self.rest(2).iter().take_while(|byte| b"bBrRuUlL@".contains(byte)).count();
        let mut start = self.at + prefix;
        let escaped = self.text.get(start) == Some(&b'\\');
        start += usize::from(escaped);
        let quote = self.text.get(start).copied().filter(|byte| matches!(byte, b'"' | b'\'' | b'`'))?;
        start += 1;
        let inside = self.text.get(start..self.text.len().min(start + VALUE))?;
        let mut length = 0;
        loop {
            match inside.get(length..)? {
                [b'\n' | b'\r', ..] => return None,
                [b'\\', next, ..] if escaped && *next == quote => break,
                [b'\\', ..] if !escaped => length += 2,
                [byte, ..] if *byte == quote => break,
                [_, ..] => length += 1,
                [] => return None,
            }
        }
        Some(start..start + length)
    }

    /// The value behind a type: `: &str = "value"`.
    fn typed(&mut self) -> Option<Range<usize>> {
        let is_type = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_&<>[]|?., ':".contains(byte);
        let length = self.rest(BLANKS).iter().take_while(is_type).count();
        let mut behind = Cursor { text: self.text, at: self.at + length };
        if length == 0 || !behind.eat(b'=') {
            return None;
        }
        behind.blanks();
        behind.quoted()
    }

    /// What stands without quotes, up to a blank or a sign that ends values.
    fn bare(&mut self) -> Option<Range<usize>> {
        let rest = self.rest(VALUE + 1);
        let ends = |byte: &u8| ENDS.get(usize::from(*byte)).is_some_and(|ends| *ends);
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        // A call, or a part of a text in quotes.
        let cut = rest.get(length).is_some_and(|byte| b"\"'`".contains(byte));
        (length > 0 && length <= VALUE && !(cut && length < 4)).then(|| self.at..self.at + length)
    }

    /// The text of an element of XML.
    fn element(&mut self) -> Option<Range<usize>> {
        let rest = self.rest(VALUE);
        let length = rest.iter().position(|byte| matches!(byte, b'<' | b'\n'))?;
        (length > 0 && rest.get(length) == Some(&b'<')).then(|| self.at..self.at + length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, &str)>) {
        let start = text.find("token").unwrap();
        let found = at(text.as_bytes(), &(start..start + 5), true);
        assert_eq!(found.map(|found| (&text[found.name], &text[found.value])), expected, "{text}");
    }

    #[test]
    fn assignments_of_many_languages_are_read() {
        let texts = [
            r#"my_token = "abc""#,
            r#"my_token="abc""#,
            r#""my_token": "abc","#,
            r#"\"my_token\": \"abc\","#,
            r#"'my_token' => 'abc',"#,
            r#"my_token := `abc`"#,
            r#"config["my_token"] = b'abc'"#,
            r#"const my_token: &'static str = "abc";"#,
            r#"my_token: str = 'abc'"#,
            r#"set("my_token", "abc")"#,
            "export my_token=abc",
            "my_token: abc\n",
            "<my_token>abc</my_token>",
            r#"if my_token == "abc":"#,
        ];
        for text in texts {
            check(text, Some(("my_token", "abc")));
        }
    }

    #[test]
    fn what_is_no_assignment_is_left() {
        for text in
            ["the token", "token, \"abc\"", "token > 5", "token != \"abc\"", "token = \"abc\n\"", "token = f\"abc"]
        {
            let start = text.find("token").unwrap();
            assert_eq!(at(text.as_bytes(), &(start..start + 5), false), None, "{text}");
        }
    }

    #[test]
    fn a_value_without_quotes_is_one_only_where_that_is_said() {
        assert_eq!(at(b"token = abc", &(0..5), false), None);
        assert_eq!(at(b"token = abc", &(0..5), true).map(|found| found.value), Some(8..11));
    }

    #[test]
    fn a_name_ends_with_its_keyword_or_with_how_it_is_used() {
        let ends = |name: &str| ends_name(name.as_bytes(), 5, &(0..name.len()));
        assert!(ends("token") && ends("token_prod") && ends("token2") && ends("TOKEN_B64"));
        assert!(!ends("token_type") && !ends("tokenizer") && !ends("token_id"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(text in proptest::collection::vec(any::<u8>(), 0..120), at_byte in 0..120usize) {
            let start = at_byte.min(text.len());
            let end = (start + 5).min(text.len());
            if let Some(found) = at(&text, &(start..end), true) {
                prop_assert!(found.value.end <= text.len() && found.name.end <= found.value.start);
            }
        }

        #[test]
        fn any_line_like_text_is_read(text in r#"[a-z"'`:=>, \\<\n\]]{0,60}"#) {
            let text = text.as_bytes();
            for start in 0..text.len() {
                at(text, &(start..start + 1), true);
            }
        }
    }
}

//! The words of JSON: [`Tokens`] walks over strings, numbers and literals, and checks them.
//!
//! Does not know how they nest.

use super::JsonError;

const MARK: &[u8] = b"\xEF\xBB\xBF";

/// A place in a text that is UTF-8.
pub(super) struct Tokens<'a> {
    content: &'a [u8],
    at: usize,
}

impl<'a> Tokens<'a> {
    pub(super) const fn new(content: &'a [u8]) -> Self {
        Self { content, at: 0 }
    }

    pub(super) fn skip_mark(&mut self) {
        if self.content.starts_with(MARK) {
            self.at = MARK.len();
        }
    }

    pub(super) const fn at(&self) -> usize {
        self.at
    }

    pub(super) const fn bump(&mut self) {
        self.at += 1;
    }

    /// The next byte that is no white space, which it goes to.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    /// At the place where it stands.
    pub(super) fn error(&self, message: &'static str) -> JsonError {
        JsonError::new(self.at, if self.at < self.content.len() { message } else { "unexpected end" })
    }

    /// Nothing but white space is left.
    pub(super) fn end(&mut self) -> Result<(), JsonError> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.error("unexpected text behind the value")),
        }
    }

    /// A string, a number or a literal.
    pub(super) fn scalar(&mut self) -> Result<(), JsonError> {
        match self.byte() {
            Some(b'"') => self.string().map(drop),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'n') => self.literal(b"null"),
            Some(b't') => self.literal(b"true"),
            Some(b'f') => self.literal(b"false"),
            _ => Err(self.error("expected a value")),
        }
    }

    /// What stands between the quotes of a string, and whether it has escapes.
    pub(super) fn string(&mut self) -> Result<(&'a [u8], bool), JsonError> {
        self.at += 1;
        let start = self.at;
        let mut escaped = false;
        loop {
            match self.byte() {
                Some(b'"') => {
                    let text = self.content.get(start..self.at).unwrap_or_default();
                    self.at += 1;
                    return Ok((text, escaped));
                }
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                Some(0..0x20) => return Err(self.error("control character in a string")),
                Some(_) => self.at += 1,
                None => return Err(self.error("")),
            }
        }
    }

    fn escape(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        self.at += 2;
        match self.content.get(start + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(()),
            Some(b'u') => self.unicode_escape(start),
            _ => Err(JsonError::new(start, "unknown escape")),
        }
    }

    /// Four digits, and for the first half of a pair the second.
    fn unicode_escape(&mut self, start: usize) -> Result<(), JsonError> {
        match self.unit(start)? {
            0xDC00..=0xDFFF => Err(JsonError::new(start, "lone surrogate")),
            0xD800..=0xDBFF => {
                let second = self.at;
                if !self.rest().starts_with(b"\\u") {
                    return Err(JsonError::new(start, "lone surrogate"));
                }
                self.at += 2;
                match self.unit(second)? {
                    0xDC00..=0xDFFF => Ok(()),
                    _ => Err(JsonError::new(start, "lone surrogate")),
                }
            }
            _ => Ok(()),
        }
    }

    fn unit(&mut self, start: usize) -> Result<u16, JsonError> {
        let unit = self.rest().get(..4).and_then(hex).ok_or_else(|| JsonError::new(start, "unknown escape"))?;
        self.at += 4;
        Ok(unit)
    }

    fn literal(&mut self, literal: &[u8]) -> Result<(), JsonError> {
        if !self.rest().starts_with(literal) {
            return Err(self.error("expected a value"));
        }
        self.at += literal.len();
        Ok(())
    }

    /// Of any size: prek reads numbers as text, too.
    fn number(&mut self) -> Result<(), JsonError> {
        self.skip(b"-");
        if self.skip(b"0") == 0 && self.digits() == 0 {
            return Err(self.error("expected a digit"));
        }
        if self.skip(b".") == 1 && self.digits() == 0 {
            return Err(self.error("expected a digit"));
        }
        if self.skip(b"eE") == 1 {
            self.skip(b"+-");
            if self.digits() == 0 {
                return Err(self.error("expected a digit"));
            }
        }
        Ok(())
    }

    /// Goes over one of these bytes, if it stands here.
    fn skip(&mut self, any: &[u8]) -> usize {
        let skipped = usize::from(self.byte().is_some_and(|byte| any.contains(&byte)));
        self.at += skipped;
        skipped
    }

    fn digits(&mut self) -> usize {
        let count = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        count
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.content.get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.content.get(self.at..).unwrap_or_default()
    }
}

/// Four hexadecimal digits.
pub(super) fn hex(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0, |unit: u16, digit| {
        let digit = char::from(*digit).to_digit(16).and_then(|digit| u16::try_from(digit).ok())?;
        Some(unit << 4 | digit)
    })
}

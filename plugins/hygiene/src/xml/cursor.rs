//! The pieces of plain XML: [`Cursor`] walks over names, values, texts and comments.
//!
//! Each step is `None` where the piece is bad or rare. Does not know how elements nest.

/// A longer name is left to the parser, which has a limit.
const LONGEST_NAME: usize = 1000;

/// A place in a file.
pub(super) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(content: &'a [u8]) -> Self {
        Self { rest: content }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// What is left.
    pub(super) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// Goes over exactly this.
    pub(super) fn take(&mut self, what: &[u8]) -> Option<()> {
        self.rest = self.rest.strip_prefix(what)?;
        Some(())
    }

    /// Goes over white space; how many bytes it was.
    pub(super) fn skip_space(&mut self) -> usize {
        let before = self.rest.len();
        while let Some((b' ' | b'\n' | b'\t' | b'\r', rest)) = self.rest.split_first() {
            self.rest = rest;
        }
        before - self.rest.len()
    }

    /// A name of ASCII letters and digits, with at most one colon inside.
    pub(super) fn name(&mut self) -> Option<&'a [u8]> {
        let length = self.rest.iter().take_while(|byte| is_name_byte(**byte)).count();
        let (name, rest) = self.rest.split_at_checked(length)?;
        let mut parts = name.splitn(2, |byte| *byte == b':');
        let starts = |part: &[u8]| part.first().is_some_and(|first| first.is_ascii_alphabetic() || *first == b'_');
        let colons = name.iter().filter(|byte| **byte == b':').count();
        if length > LONGEST_NAME || colons > 1 || !parts.all(starts) {
            return None;
        }
        self.rest = rest;
        Some(name)
    }

    /// An equals sign and what is between the quotes behind it.
    pub(super) fn value(&mut self) -> Option<&'a [u8]> {
        self.skip_space();
        self.take(b"=")?;
        self.skip_space();
        self.quoted()
    }

    /// What is between two quotes.
    pub(super) fn quoted(&mut self) -> Option<&'a [u8]> {
        let quote = self.peek().filter(|quote| matches!(quote, b'"' | b'\''))?;
        self.take(&[quote])?;
        let from = self.rest;
        self.skip_text(quote)?;
        let value = from.get(..from.len() - self.rest.len())?;
        self.take(&[quote])?;
        Some(value)
    }

    /// Goes up to this byte, over text without `<` and `>`, with such references as need no declaration.
    pub(super) fn skip_text(&mut self, end: u8) -> Option<()> {
        let length = memchr::memchr(end, self.rest)?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        if memchr::memchr3(b'<', b'>', b'&', text).is_some() && !is_plain_text(text) {
            return None;
        }
        self.rest = rest;
        Some(())
    }

    /// From behind the `<` to behind the `>`.
    pub(super) fn skip_comment(&mut self) -> Option<()> {
        self.take(b"!--")?;
        let length = memchr::memmem::find(self.rest, b"--")?;
        self.rest = self.rest.get(length..)?;
        self.take(b"-->")
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':')
}

fn is_plain_text(text: &[u8]) -> bool {
    memchr::memchr2(b'<', b'>', text).is_none()
        && memchr::memchr_iter(b'&', text).all(|at| text.get(at + 1..).is_some_and(starts_with_reference))
}

fn starts_with_reference(text: &[u8]) -> bool {
    let known: [&[u8]; 5] = [b"amp;", b"lt;", b"gt;", b"quot;", b"apos;"];
    known.iter().any(|known| text.starts_with(known)) || is_hexadecimal_reference(text)
}

/// To a character beyond the controls, up to U+D7FF or in the private use area, where the glyphs of fonts are.
fn is_hexadecimal_reference(text: &[u8]) -> bool {
    let Some(digits) = text.strip_prefix(b"#x").and_then(|text| text.get(..memchr::memchr(b';', text)?)) else {
        return false;
    };
    let number = std::str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let number = number.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    matches!(number, Some(0x20..=0x7E | 0xA0..=0xD7FF | 0xE000..=0xF8FF))
}

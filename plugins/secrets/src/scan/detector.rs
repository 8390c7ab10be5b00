//! A rule made ready for work.
//!
//! [`Detector::look`] judges the text round one keyword. Its expression is compiled when the first of its keywords
//! occurs: most never do. Does not know other rules.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use regex::bytes::{Regex, RegexBuilder};
use sdlc_sdk::{Confidence, Error, Severity};

use super::Place;
use super::assignment::{self, Assignment};
use super::keywords::Keyword;
use crate::judge::{Proof, entropy, placeholder, words};
use crate::rule::{Form, Rule};

/// Most bytes of a line that are looked at on either side of a keyword, for [`Form::Around`].
const AROUND: usize = 256;
/// Most bytes from one such search to the next, in a line of keywords.
const STRIDE: usize = 128;
/// The part of the least entropy that hexadecimal digits are to have, where only the name tells.
const HEXADECIMAL: f64 = 0.85;
/// Bytes of a compiled expression.
const SIZE: usize = 4 << 20;

/// What one rule looks for.
pub(crate) struct Detector {
    pub(crate) id: Cow<'static, str>,
    pub(crate) what: Cow<'static, str>,
    pub(crate) severity: Severity,
    confidence: Confidence,
    form: Form,
    keywords: Vec<Cow<'static, str>>,
    expression: Cow<'static, str>,
    regex: OnceCell<Result<Regex, String>>,
    entropy: f64,
    check: Option<fn(&[u8]) -> Proof>,
}

/// Where a detector saw a secret.
pub(super) struct Sighting {
    pub(super) range: Range<usize>,
    pub(super) proven: bool,
    pub(super) confidence: Confidence,
}

impl Detector {
    /// Of a rule; values that only their name tells are to have this entropy, in bits a character.
    pub(crate) fn of(rule: &'static Rule, named_entropy: f64) -> Self {
        let entropy = if rule.form == Form::Named && rule.entropy > 0.0 { named_entropy } else { rule.entropy };
        Self {
            id: rule.id.into(),
            what: rule.what.into(),
            severity: rule.severity,
            confidence: rule.confidence,
            form: rule.form,
            keywords: rule.keywords.iter().map(|keyword| Cow::Borrowed(*keyword)).collect(),
            expression: rule.expression.into(),
            regex: OnceCell::new(),
            entropy,
            check: rule.check,
        }
    }

    /// Of a rule of the user's own.
    pub(crate) fn custom(id: String, what: String, keywords: Vec<String>, expression: String, entropy: f64) -> Self {
        Self {
            id: id.into(),
            what: what.into(),
            severity: Severity::Error,
            confidence: Confidence::High,
            form: Form::Around,
            keywords: keywords.into_iter().map(Cow::Owned).collect(),
            expression: expression.into(),
            regex: OnceCell::new(),
            entropy,
            check: None,
        }
    }

    pub(super) fn keywords(&self) -> impl Iterator<Item = &str> {
        self.keywords.iter().map(AsRef::as_ref)
    }

    /// Whether a keyword in another case is none.
    pub(super) fn wants_case(&self) -> bool {
        matches!(self.form, Form::Token { .. } | Form::Around)
    }

    /// The secret at a keyword. Up to `done`, this detector need not look again.
    pub(super) fn look(
        &self,
        text: &[u8],
        keyword: &Keyword,
        place: Place,
        done: &mut usize,
    ) -> Result<Option<Sighting>, Error> {
        let seen = match self.form {
            Form::Token { reach, lines } => self.token(text, keyword, reach, lines)?,
            Form::Around => self.around(text, keyword, done)?,
            Form::Assigned => self.assigned(text, keyword)?,
            Form::Named if place.generated => None,
            Form::Named => self.named(text, keyword, place)?,
        };
        if let Some((_, end)) = &seen {
            *done = *end;
        }
        Ok(seen.and_then(|(range, _)| self.judge(text, range)))
    }

    fn judge(&self, text: &[u8], range: Range<usize>) -> Option<Sighting> {
        let secret = text.get(range.clone())?;
        if secret.is_empty()
            || placeholder::is_placeholder(secret)
            || entropy::bits_a_byte(secret) < self.least_entropy(secret)
        {
            return None;
        }
        let proof = self.check.map_or(Proof::Possible, |check| check(secret));
        let sighting = Sighting { range, proven: proof == Proof::Proven, confidence: self.confidence };
        (proof != Proof::Refuted).then_some(sighting)
    }

    /// Of 16 digits, 32 by chance have 3.6 bits each, of 62 they have 4.6.
    fn least_entropy(&self, secret: &[u8]) -> f64 {
        let hexadecimal = self.form == Form::Named && secret.iter().all(u8::is_ascii_hexdigit);
        if hexadecimal { self.entropy * HEXADECIMAL } else { self.entropy }
    }

    fn token(&self, text: &[u8], keyword: &Keyword, reach: usize, lines: bool) -> Result<Option<Seen>, Error> {
        if !opens_a_word(text, keyword.start) {
            return Ok(None);
        }
        let window = text.get(keyword.start..text.len().min(keyword.start + reach)).unwrap_or_default();
        let window = if lines { window } else { line_of(window) };
        let Some((secret, all)) = captures(self.regex()?, window, keyword.start) else { return Ok(None) };
        let edge = text.get(all.end.saturating_sub(1)..all.end + 1).unwrap_or_default();
        let closes = !matches!(edge, [last, next] if is_of_word(*last) && is_of_word(*next));
        Ok(closes.then_some((secret, all.end)))
    }

    /// A text of keywords alone would be searched once for each of them: where nothing was found, the next ones that
    /// see no more than this search did are passed over.
    fn around(&self, text: &[u8], keyword: &Keyword, done: &mut usize) -> Result<Option<Seen>, Error> {
        let range = assignment::line_around(text, &keyword.range(), AROUND + STRIDE);
        let window = text.get(range.clone()).unwrap_or_default();
        let place = |found: regex::bytes::Match<'_>| range.start + found.start()..range.start + found.end();
        let seen = self.regex()?.captures_iter(window).find_map(|found| {
            let all = found.get(0).map(place).filter(|all| all.end >= keyword.end)?;
            Some((found.get(1).map_or_else(|| all.clone(), place), all.end))
        });
        *done = seen.as_ref().map_or(range.end.min(keyword.start + STRIDE), |(_, end)| *end);
        Ok(seen)
    }

    fn assigned(&self, text: &[u8], keyword: &Keyword) -> Result<Option<Seen>, Error> {
        let Some(Assignment { name, value, .. }) = assignment::at(text, &keyword.range(), true) else {
            return Ok(None);
        };
        if !text.get(name).is_some_and(assignment::speaks_of_a_secret) {
            return Ok(None);
        }
        let seen = self.whole(text, &value)?;
        let secret = text.get(value).unwrap_or_default();
        let digits = secret.iter().filter(|byte| byte.is_ascii_digit()).count();
        Ok(seen.filter(|_| digits > 2 || !words::are_words(secret)))
    }

    fn named(&self, text: &[u8], keyword: &Keyword, place: Place) -> Result<Option<Seen>, Error> {
        let Some(assignment) = assignment::at(text, &keyword.range(), place.bare) else { return Ok(None) };
        if !assignment::ends_name(text, keyword.end, &assignment.name) {
            return Ok(None);
        }
        self.whole(text, &assignment.value)
    }

    /// The value, if the expression takes all of it.
    fn whole(&self, text: &[u8], value: &Range<usize>) -> Result<Option<Seen>, Error> {
        let window = text.get(value.clone()).unwrap_or_default();
        Ok(captures(self.regex()?, window, value.start).map(|(secret, all)| (secret, all.end)))
    }

    fn regex(&self) -> Result<&Regex, Error> {
        let built = self.regex.get_or_init(|| match self.form {
            Form::Around => compile(&self.expression),
            Form::Token { .. } => compile(&format!("^(?:{})", self.expression)),
            Form::Assigned | Form::Named => compile(&format!("^(?:{})$", self.expression)),
        });
        built.as_ref().map_err(|error| Error::Other(format!("the expression of `{}`: {error}", self.id)))
    }
}

/// The secret, and where all that was looked at ends.
type Seen = (Range<usize>, usize);

/// Compiles an expression over bytes.
pub(crate) fn compile(expression: &str) -> Result<Regex, String> {
    RegexBuilder::new(expression).unicode(false).size_limit(SIZE).build().map_err(|error| error.to_string())
}

/// Group 1 or else the match, and the match, in a text whose window starts at `offset`.
fn captures(regex: &Regex, window: &[u8], offset: usize) -> Option<(Range<usize>, Range<usize>)> {
    let found = regex.captures(window)?;
    let all = found.get(0)?;
    let secret = found.get(1).unwrap_or(all);
    Some((offset + secret.start()..offset + secret.end(), offset + all.start()..offset + all.end()))
}

fn line_of(window: &[u8]) -> &[u8] {
    memchr::memchr2(b'\n', b'\r', window).and_then(|end| window.get(..end)).unwrap_or(window)
}

/// Whether no word goes on here: `\n` in the source of a string ends one, as `%3D` does in an address.
fn opens_a_word(text: &[u8], start: usize) -> bool {
    match text.get(start.saturating_sub(3)..start) {
        Some([.., b'\\', b'n' | b'r' | b't']) => true,
        Some([b'%', high, low]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => true,
        Some([.., before]) => !is_of_word(*before),
        _ => true,
    }
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

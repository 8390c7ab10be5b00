//! [`Secrets`]: values that must not be shown, and finding them in text.

use std::{fmt, ops::Range};

use crate::encodings::Needle;

/// What stands for a value.
const MARK: &[u8] = b"***";

/// Values that must not be shown.
///
/// A program that wants to show them finds a way to write them that nobody foresees; this is against accidents.
#[derive(Clone, Default)]
pub struct Secrets {
    needles: Vec<Needle>,
}

impl Secrets {
    /// Bytes of the shortest value that is redacted. Shorter ones are words such as `true` or `debug`, which would maul
    /// the text, and no secrets.
    pub const SHORTEST: usize = 6;

    /// Of these values, without those that are too short.
    pub fn new(values: impl IntoIterator<Item = String>) -> Self {
        let long = values.into_iter().filter(|value| value.len() >= Self::SHORTEST);
        Self { needles: long.map(Needle::new).collect() }
    }

    /// Nothing is ever redacted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.needles.is_empty()
    }

    /// With `***` for each value: as it is, in base64, and escaped for URLs or JSON.
    #[must_use]
    pub fn redact(&self, bytes: &[u8]) -> Vec<u8> {
        self.redact_first(bytes, bytes.len())
    }

    /// The same, of a text.
    #[must_use]
    pub fn redact_str(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.redact(text.as_bytes())).into_owned()
    }

    /// Of the first `length` bytes only; what begins in them and ends after them is found too.
    pub(crate) fn redact_first(&self, bytes: &[u8], length: usize) -> Vec<u8> {
        let mut redacted = Vec::new();
        let mut done = 0;
        for span in self.spans(bytes).into_iter().take_while(|span| span.start < length) {
            redacted.extend_from_slice(bytes.get(done..span.start).unwrap_or_default());
            redacted.extend_from_slice(MARK);
            done = span.end;
        }
        redacted.extend_from_slice(bytes.get(done..length).unwrap_or_default());
        redacted
    }

    /// How far behind an end one has to look to see what begins before it.
    pub(crate) fn longest(&self) -> usize {
        self.needles.iter().map(Needle::longest).max().unwrap_or_default()
    }

    /// Where they are: in order, and apart from each other.
    fn spans(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        let mut spans: Vec<Range<usize>> = self.needles.iter().flat_map(|needle| needle.spans(bytes)).collect();
        spans.sort_by_key(|span| span.start);
        spans.dedup_by(|next, span| {
            let together = next.start <= span.end;
            if together {
                span.end = span.end.max(next.end);
            }
            together
        });
        spans
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} secrets", self.needles.len())
    }
}

#[cfg(test)]
mod tests {
    use base64::{
        Engine as _,
        engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
    };
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(secret: &str, text: &str, expected: &str) {
        assert_eq!(Secrets::new([secret.to_owned()]).redact_str(text), expected);
    }

    #[test]
    fn a_value_is_redacted_as_it_is() {
        check("hunter22", "a hunter22 b hunter22", "a *** b ***");
        check("hunter22", "hunter2", "hunter2");
        check("hunter22", "hunter22hunter22", "***");
    }

    #[test]
    fn a_value_is_redacted_in_escapes_of_urls() {
        check("p@ss w/rd", "x=p%40ss%20w%2Frd&", "x=***&");
        check("p@ss w/rd", "x=p%40ss+w%2frd&", "x=***&");
        check("p@ss w/rd", "x=p@ss%20w/rd&", "x=***&");
        check("%25abcdef", "%25abcdef %2525abcdef", "*** ***");
    }

    #[test]
    fn a_value_is_redacted_in_escapes_of_json() {
        check("a\"b\\c\nd/é", r#"{"x":"a\"b\\c\nd\/\u00e9"}"#, r#"{"x":"***"}"#);
        check("key-\u{1f600}-x", r"key-\ud83d\ude00-x.", "***.");
        check(r"a\nbcdef", r"a\nbcdef", "***");
    }

    #[test]
    fn a_value_is_redacted_in_base64_that_is_wrapped() {
        let secret = "correct horse battery staple";
        let encoded = STANDARD.encode(format!("user:{secret}"));
        let wrapped = format!("{}\n{}", &encoded[..20], &encoded[20..]);
        let redacted = Secrets::new([secret.to_owned()]).redact_str(&wrapped);
        assert_eq!(redacted, "dXNlcj***");
    }

    #[test]
    fn short_values_are_left() {
        check("true", "true", "true");
        assert!(Secrets::new(["debug".to_owned()]).is_empty());
    }

    #[test]
    fn a_value_that_the_end_cuts_is_redacted() {
        let secrets = Secrets::new(["hunter22".to_owned()]);
        assert_eq!(secrets.redact_first(b"abc hunter22", 8), b"abc ***");
        assert_eq!(secrets.redact_first(b"abc hunter22", 4), b"abc ");
    }

    #[test]
    fn values_are_not_in_the_debug_output() {
        assert_eq!(format!("{:?}", Secrets::new(["hunter22".to_owned()])), "1 secrets");
    }

    proptest! {
        #[test]
        fn base64_of_anything_around_it_is_found(secret in "[a-zA-Z0-9/+=!]{6,20}", before in ".{0,9}", after in ".{0,9}") {
            let text = format!("{before}{secret}{after}");
            let secrets = Secrets::new([secret.clone()]);
            for encoded in [STANDARD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
                let redacted = secrets.redact_str(&encoded);
                prop_assert!(redacted.contains("***"), "{encoded}");
                let left = redacted.split("***").map(str::len).sum::<usize>();
                prop_assert!(left <= (before.len() + after.len()) * 4 / 3 + 4, "{encoded} {redacted}");
            }
        }

        #[test]
        fn what_has_no_value_in_it_is_left(text in "[a-f]{0,40}") {
            prop_assert_eq!(Secrets::new(["secret-value".to_owned()]).redact_str(&text), text);
        }

        #[test]
        fn nothing_of_it_is_left_in_any_text(secret in "\\PC{6,12}", text in ".{0,12}") {
            prop_assume!(!secret.contains('*') && !text.contains('*'));
            let redacted = Secrets::new([secret.clone()]).redact_str(&format!("{text}{secret}{text}"));
            prop_assert!(!redacted.contains(&secret));
        }

        #[test]
        fn json_of_it_is_found(secret in ".{6,12}") {
            prop_assume!(secret.len() >= Secrets::SHORTEST);
            let json = format!("\"{}\"", secret.chars().map(|char| format!("{}", EscapedJson(char))).collect::<String>());
            prop_assert_eq!(Secrets::new([secret]).redact_str(&json), "\"***\"");
        }
    }

    struct EscapedJson(char);

    impl fmt::Display for EscapedJson {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            let mut units = [0; 2];
            self.0.encode_utf16(&mut units).iter().try_for_each(|unit| write!(f, "\\u{unit:04x}"))
        }
    }
}

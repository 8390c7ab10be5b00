//! [`Selector`]: which samples of a Prometheus endpoint are meant.

use std::{fmt, str::FromStr};

/// Name of a metric, and labels that a sample has to have, such as `queue_length{queue="mail"}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// Of the metric.
    pub name: String,
    /// Label and value.
    pub labels: Vec<(String, String)>,
}

impl Selector {
    /// Whether a sample with that name and these labels is meant.
    pub fn matches(&self, name: &str, labels: &[(String, String)]) -> bool {
        self.name == name && self.labels.iter().all(|label| labels.contains(label))
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        let escaped = |text: &str| text.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n");
        for (index, (label, value)) in self.labels.iter().enumerate() {
            let before = if index == 0 { '{' } else { ',' };
            write!(f, "{before}{label}=\"{}\"", escaped(value))?;
        }
        if self.labels.is_empty() { Ok(()) } else { f.write_str("}") }
    }
}

impl FromStr for Selector {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match series(text.trim()) {
            Some((name, labels, "")) => Ok(Self { name: name.to_owned(), labels }),
            _ => Err(format!(
                "`{text}` selects no metric; hint: such as `queue_length` or `queue_length{{queue=\"mail\"}}`"
            )),
        }
    }
}

/// A series: its name, its labels, and what comes after it.
pub type Series<'a> = (&'a str, Vec<(String, String)>, &'a str);

/// Name and labels at the beginning of a text, as in the text format of Prometheus, version 0.0.4. None: there are none.
pub fn series(text: &str) -> Option<Series<'_>> {
    let is_name = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | ':');
    let (name, rest) = word(text, is_name)?;
    let Some(mut rest) = rest.strip_prefix('{') else { return Some((name, Vec::new(), rest)) };
    let mut labels = Vec::new();
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        if let Some(after) = rest.strip_prefix('}') {
            return Some((name, labels, after));
        }
        let (label, after) = word(rest, |char| is_name(char) && char != ':')?;
        let after = after.trim_start_matches([' ', '\t']).strip_prefix('=')?;
        let (value, after) = quoted(after.trim_start_matches([' ', '\t']).strip_prefix('"')?)?;
        labels.push((label.to_owned(), value));
        let after = after.trim_start_matches([' ', '\t']);
        rest = match after.strip_prefix(',') {
            Some(after) => after,
            None => after.starts_with('}').then_some(after)?,
        };
    }
}

fn word(text: &str, part: impl Fn(char) -> bool) -> Option<(&str, &str)> {
    let end = text.find(|char| !part(char)).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    (!word.is_empty() && !word.starts_with(|char: char| char.is_ascii_digit())).then_some((word, rest))
}

/// What is before the next quotation mark, and what comes after that.
fn quoted(text: &str) -> Option<(String, &str)> {
    let (mut value, mut chars) = (String::new(), text.char_indices());
    loop {
        match chars.next()? {
            (at, '"') => return Some((value, text.get(at + 1..)?)),
            (_, '\\') => value.push(match chars.next()?.1 {
                'n' => '\n',
                char @ ('\\' | '"') => char,
                _ => return None,
            }),
            (_, char) => value.push(char),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_selector_has_a_name_and_labels_that_have_to_be_there() {
        let selector: Selector = r#"up{job="a b", path="\"x\\y\"",}"#.parse().unwrap();
        assert_eq!(selector.name, "up");
        let label = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(selector.labels, [label("job", "a b"), label("path", r#""x\y""#)]);
        let sample = [label("job", "a b"), label("more", ""), label("path", r#""x\y""#)];
        assert!(selector.matches("up", &sample));
        assert!(!selector.matches("up", &sample[..2]) && !selector.matches("down", &sample));
    }

    #[test]
    fn what_is_no_selector_says_what_one_is() {
        for text in
            ["", "1up", "up{", "up{a}", "up{a=b}", "up{a=\"b}", "up{a=\"b\"} 3", "up down", "up{a=\"b\" c=\"d\"}"]
        {
            let error = text.parse::<Selector>().unwrap_err();
            assert!(error.contains("hint: such as `queue_length`"), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn whatever_the_labels_hold_a_selector_is_read_as_it_was_written(
            name in "[a-zA-Z_:][a-zA-Z0-9_:]{0,8}",
            labels in prop::collection::vec(("[a-zA-Z_][a-zA-Z0-9_]{0,8}", any::<String>()), 0..4),
        ) {
            let selector = Selector { name, labels };
            prop_assert_eq!(selector.to_string().parse::<Selector>(), Ok(selector));
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = text.parse::<Selector>();
            let _ = series(&text);
        }
    }
}

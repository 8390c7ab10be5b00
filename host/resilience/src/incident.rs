//! [`Incident`]: something failed, and maybe what helped. [`pattern`] says which are of one kind.

use std::sync::{Arc, Mutex, PoisonError};

/// Something failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// What was done, such as `deploy production` or `gate lint`.
    pub source: String,
    /// Who says so, in a word, such as `engine`, `proxy` or `plugin`.
    pub kind: String,
    /// What was said.
    pub message: String,
    /// What helped; none: nothing yet.
    pub helped: Option<String>,
}

/// Incidents of one process. Clones are of the same ones.
#[derive(Clone, Debug, Default)]
pub struct Recorder(Arc<Mutex<Vec<Incident>>>);

impl Recorder {
    /// Notes one.
    pub fn note(&self, incident: Incident) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(incident);
    }

    /// All that were noted since the last time.
    pub fn take(&self) -> Vec<Incident> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A message without what differs from time to time: digits and what stands between backticks or is a hexadecimal number
/// become `#`.
pub fn pattern(message: &str) -> String {
    let mut pattern = String::new();
    let mut quoted = false;
    for word in message.split_inclusive(|char: char| !char.is_ascii_alphanumeric()) {
        let (text, end) = match word.char_indices().next_back() {
            Some((index, char)) if !char.is_ascii_alphanumeric() => word.split_at(index),
            _ => (word, ""),
        };
        let number = text.contains(|char: char| char.is_ascii_digit());
        match (quoted, number) {
            (true, _) => {}
            (false, true) => pattern.push('#'),
            (false, false) => pattern.push_str(text),
        }
        if end == "`" {
            pattern.push_str(if quoted { "#`" } else { "`" });
            quoted = !quoted;
        } else if !quoted {
            pattern.push_str(end);
        }
    }
    while pattern.contains("#.#") || pattern.contains("##") {
        pattern = pattern.replace("#.#", "#").replace("##", "#");
    }
    pattern
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn messages_that_differ_in_names_and_numbers_have_one_pattern() {
        let first =
            pattern("asking the engine to start the container `shop-production-1a2b-0` failed: port 8080 is taken");
        let other = pattern("asking the engine to start the container `shop-production-77-1` failed: port 80 is taken");
        assert_eq!(first, other);
        assert_eq!(first, "asking the engine to start the container `#` failed: port # is taken");
        assert_eq!(pattern("8 of 120 requests failed (6.7 %)"), pattern("61 of 900 requests failed (6.8 %)"));
        assert_ne!(pattern("it is full"), pattern("it is late"));
    }

    #[test]
    fn what_was_noted_is_taken_once() {
        let recorder = Recorder::default();
        let (source, kind, message) = ("a".to_owned(), "b".to_owned(), "c".to_owned());
        recorder.clone().note(Incident { source, kind, message, helped: None });
        assert_eq!((recorder.take().len(), recorder.take().len()), (1, 0));
    }

    proptest! {
        #[test]
        fn a_pattern_of_a_pattern_is_itself(message in "[a-c0-2`. é\n]{0,20}") {
            let once = pattern(&message);
            prop_assert_eq!(pattern(&once), once.clone());
        }
    }
}

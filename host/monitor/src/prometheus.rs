//! [`Exposition`]: what an endpoint says in the text format of Prometheus, version 0.0.4, and what of it is wanted.

use std::{collections::HashMap, time::Duration};

use sdlc_model::selector::{Selector, series};

/// A line that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is no sample of Prometheus: `{text}`")]
pub struct NotASample {
    /// From 1.
    pub line: usize,
    /// The beginning of it. Untrusted.
    pub text: String,
}

/// What one answer comes to for some selectors.
#[derive(Clone, Debug, PartialEq)]
pub struct Exposition {
    /// By selector: the sum of what it means, and whether that only ever counts up; none: it is not there.
    pub values: Vec<Option<(f64, bool)>>,
}

impl Exposition {
    /// Reads an answer. A timestamp is ignored.
    ///
    /// # Errors
    /// The first line that is neither a sample nor a comment.
    pub fn parse(text: &str, selectors: &[Selector]) -> Result<Self, NotASample> {
        let mut kinds = HashMap::new();
        let mut values = vec![None; selectors.len()];
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if let Some(comment) = line.strip_prefix('#') {
                let mut words = comment.split_whitespace();
                if let (Some("TYPE"), Some(name), Some(kind)) = (words.next(), words.next(), words.next()) {
                    kinds.insert(name, kind);
                }
                continue;
            }
            if line.is_empty() {
                continue;
            }
            let wrong = || NotASample { line: index + 1, text: line.chars().take(80).collect() };
            let (name, labels, value) = sample(line).ok_or_else(wrong)?;
            // What is no number says nothing.
            for (slot, _) in values.iter_mut().zip(selectors).filter(|(_, wanted)| wanted.matches(name, &labels)) {
                if value.is_finite() {
                    let (sum, _) = slot.unwrap_or((0.0, false));
                    *slot = Some((sum + value, counts(name, &kinds)));
                }
            }
        }
        Ok(Self { values })
    }
}

/// What only counts up is told a second.
fn counts(name: &str, kinds: &HashMap<&str, &str>) -> bool {
    let part = |suffix| name.strip_suffix(suffix).and_then(|family| kinds.get(family).copied());
    match kinds.get(name).copied() {
        Some(kind) => kind == "counter",
        None => ["_sum", "_count", "_bucket"]
            .into_iter()
            .any(|suffix| part(suffix).is_some_and(|kind| matches!(kind, "histogram" | "summary"))),
    }
}

/// Names and values.
type Labels = Vec<(String, String)>;

fn sample(line: &str) -> Option<(&str, Labels, f64)> {
    let (name, labels, rest) = series(line)?;
    let mut words = rest.split_whitespace();
    let value = number(words.next()?)?;
    let time = words.next().is_none_or(|time| time.parse::<i64>().is_ok());
    (time && words.next().is_none() && (rest.starts_with([' ', '\t']) || line.contains('}')))
        .then_some((name, labels, value))
}

fn number(text: &str) -> Option<f64> {
    match text {
        "+Inf" | "Inf" => Some(f64::INFINITY),
        "-Inf" => Some(f64::NEG_INFINITY),
        "NaN" => Some(f64::NAN),
        // Which Rust reads as well, and Prometheus does not.
        _ if text.contains(['i', 'I', 'n', 'N']) => None,
        _ => text.parse().ok(),
    }
}

/// Makes rates of what only counts up.
#[derive(Clone, Debug, Default)]
pub struct Rates {
    last: Vec<Option<f64>>,
    at: Duration,
}

impl Rates {
    /// The value of each selector at that time of a clock that never goes back; what only counts up a second. None: it is not
    /// there, or was not the last time.
    pub fn read(&mut self, clock: Duration, exposition: &Exposition) -> Vec<Option<f64>> {
        let time = clock.saturating_sub(self.at).as_secs_f64();
        let before = std::mem::take(&mut self.last);
        let rate = |(index, value): (usize, &Option<(f64, bool)>)| match *value {
            Some((now, true)) => {
                let before = before.get(index).copied().flatten()?;
                // Less than before: it began anew.
                let between = if now >= before { now - before } else { now };
                (time > 0.0).then_some(between / time)
            }
            other => other.map(|(value, _)| value),
        };
        let values = exposition.values.iter().enumerate().map(rate).collect();
        self.last = exposition.values.iter().map(|value| value.map(|(value, _)| value)).collect();
        self.at = clock;
        values
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Of the documentation of the format, but for the names.
    const TEXT: &str = r#"
# HELP requests_total The total number of HTTP requests.
# TYPE requests_total counter
requests_total{method="post",code="200"} 1027 1395066363000
requests_total{method="post",code="400"}    3 1395066363000

# Escaping in label values:
files{path="C:\\DIR\\FILE.TXT",error="Cannot find file:\n\"FILE.TXT\""} 1.458255915e9
bare 12.47
odd{problem="division by zero"} +Inf -3982045
# TYPE took histogram
took_bucket{le="+Inf"} 144320
took_sum 53423
took_count 144320
"#;

    fn selectors(texts: &[&str]) -> Vec<Selector> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn values(text: &str, wanted: &[&str]) -> Vec<Option<(f64, bool)>> {
        Exposition::parse(text, &selectors(wanted)).unwrap().values
    }

    #[test]
    fn what_is_wanted_is_summed_and_what_counts_up_is_known() {
        assert_eq!(
            values(TEXT, &["requests_total", "requests_total{code=\"400\"}", "bare", "took_sum", "odd", "missing"]),
            [Some((1030.0, true)), Some((3.0, true)), Some((12.47, false)), Some((53423.0, true)), None, None]
        );
    }

    #[test]
    fn what_is_no_sample_is_told_with_its_line() {
        for text in ["<html>", "a b", "a 1 2 3", "a 1 soon", "a infinity", "a{b=\"c} 1", "a"] {
            let error = Exposition::parse(&format!("fine 1\n{text}\n"), &[]).unwrap_err();
            assert_eq!((error.line, error.text.as_str()), (2, text));
        }
    }

    #[test]
    fn a_counter_becomes_a_rate_and_one_that_began_anew_loses_nothing() {
        let mut rates = Rates::default();
        let mut read = |seconds, text| {
            let wanted = selectors(&["n", "g"]);
            rates.read(Duration::from_secs(seconds), &Exposition::parse(text, &wanted).unwrap())
        };
        assert_eq!(read(10, "# TYPE n counter\nn 100\ng 7\n"), [None, Some(7.0)]);
        assert_eq!(read(12, "# TYPE n counter\nn 150\ng 6\n"), [Some(25.0), Some(6.0)]);
        assert_eq!(read(14, "# TYPE n counter\nn 8\n"), [Some(4.0), None]);
    }

    proptest! {
        #[test]
        fn any_answer_is_read_or_refused(text in any::<String>()) {
            let _ = Exposition::parse(&text, &selectors(&["a"]));
        }

        #[test]
        fn a_sample_is_found_whatever_stands_beside_it(
            value in -1e12_f64..1e12,
            label in any::<String>(),
            others in prop::collection::vec("[b-z]{1,5} [0-9]{1,4}", 0..20),
        ) {
            let wanted = Selector { name: "a".to_owned(), labels: vec![("l".to_owned(), label)] };
            let text = format!("{}\n{wanted} {value}\n", others.join("\n"));
            let read = Exposition::parse(&text, std::slice::from_ref(&wanted)).unwrap();
            prop_assert_eq!(read.values, vec![Some((value, false))]);
        }
    }
}

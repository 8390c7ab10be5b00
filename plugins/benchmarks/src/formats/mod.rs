//! [`Series`]: the values of a benchmark, whatever tool measured them; a file a format.

mod criterion;
mod go;
mod hyperfine;
mod k6;
mod pytest;

use sdlc_sdk::Error;
use serde_json::Value;

/// Durations in seconds, or whatever is better when it is less.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Series {
    /// Single measurements, in their order.
    pub(crate) values: Vec<f64>,
    /// The file gives only sums (a mean, a percentile): there is nothing to tell a difference by.
    pub(crate) summary: bool,
}

impl Series {
    fn of(values: Vec<f64>) -> Self {
        Self { values, summary: false }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.values.extend(other.values);
        self.summary |= other.summary;
    }

    /// The value in the middle.
    pub(crate) fn median(&self) -> Option<f64> {
        let mut sorted = self.values.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied()
    }
}

type Found = Vec<(String, Series)>;

/// All series of a file.
///
/// # Errors
/// Where it is of no known format, has no results, or a number is none.
pub(crate) fn parse(path: &str, content: &[u8]) -> Result<Found, Error> {
    let wrong = |reason: &str| Error::InvalidInput(format!("`{path}` {reason}"));
    let text = std::str::from_utf8(content).map_err(|_| wrong("is not UTF-8"))?;
    let found = if text.trim_start().starts_with('{') {
        let document: Value = serde_json::from_str(text).map_err(|error| wrong(&format!("is broken JSON: {error}")))?;
        let formats = [criterion::parse, hyperfine::parse, pytest::parse, k6::parse];
        formats.iter().find_map(|parse| parse(path, &document))
    } else {
        go::parse(text)
    };
    let known = "criterion's `sample.json`, pytest-benchmark, hyperfine or k6 in JSON, or `go test -bench`";
    let found = found.ok_or_else(|| wrong(&format!("is none of the results that are known: {known}")))?;
    if found.iter().all(|(_, series)| series.values.is_empty()) {
        return Err(wrong("has no results; hint: did the benchmarks run?"));
    }
    if found.iter().flat_map(|(_, series)| &series.values).any(|value| !(value.is_finite() && *value >= 0.0)) {
        return Err(wrong("has a value that is no duration"));
    }
    Ok(found)
}

/// All numbers of a list.
fn numbers(value: &Value) -> Option<Vec<f64>> {
    value.as_array()?.iter().map(Value::as_f64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_result_is_an_error() {
        for text in ["", "{", "{}", "hello", "{\"results\": []}", "{\"benchmarks\": []}", "[1]"] {
            assert!(parse("x", text.as_bytes()).is_err(), "{text}");
        }
        assert!(parse("x", b"\xff").is_err());
        assert!(parse("x", br#"{"results": [{"command": "a", "times": [-1.0]}]}"#).is_err());
    }
}

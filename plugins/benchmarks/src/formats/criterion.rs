//! criterion's `sample.json`: iterations and nanoseconds of each sample, of one benchmark a file, which its path names:
//! `target/criterion/GROUP/NAME/new/sample.json`.

use serde_json::Value;

use super::{Found, Series, numbers};

pub(super) fn parse(path: &str, document: &Value) -> Option<Found> {
    let (iterations, times) = (numbers(document.get("iters")?)?, numbers(document.get("times")?)?);
    let seconds = iterations.iter().zip(&times).map(|(iterations, nanoseconds)| nanoseconds / iterations / 1e9);
    Some(vec![(name(path), Series::of(seconds.collect()))])
}

/// Without the directories that are the same for all, and which of the runs it is.
fn name(path: &str) -> String {
    let below = path.rsplit_once("criterion/").map_or(path, |(_, below)| below);
    let parts: Vec<&str> = below.split('/').collect();
    let name = parts.get(..parts.len().saturating_sub(2)).unwrap_or_default().join("/");
    if name.is_empty() { path.to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    #[test]
    fn a_sample_is_time_by_iterations() {
        let text = include_bytes!("../../tests/criterion.json");
        let found = parse("target/criterion/sum/fold/new/sample.json", text).unwrap();
        let [(name, series)] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((name.as_str(), series.values.len(), series.summary), ("sum/fold", 100, false));
        assert!(series.values.iter().all(|value| (1e-10..1e-3).contains(value)), "{series:?}");
    }
}

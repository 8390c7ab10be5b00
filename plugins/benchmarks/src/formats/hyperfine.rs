//! hyperfine's `--export-json`: seconds of each run of each command.

use serde_json::Value;

use super::{Found, Series, numbers};

pub(super) fn parse(_path: &str, document: &Value) -> Option<Found> {
    let results = document.get("results")?.as_array()?;
    let result = |result: &Value| {
        let name = result.get("command")?.as_str()?.to_owned();
        Some((name, Series::of(numbers(result.get("times")?)?)))
    };
    results.iter().map(result).collect()
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    #[test]
    fn each_run_is_a_value() {
        let found = parse("x.json", include_bytes!("../../tests/hyperfine.json")).unwrap();
        let names: Vec<_> = found.iter().map(|(name, series)| (name.as_str(), series.values.len())).collect();
        assert_eq!(names, [("sleep 0.01", 12), ("sleep 0.02", 12)]);
    }
}

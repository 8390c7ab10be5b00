//! pytest-benchmark's `--benchmark-json`: seconds of each round, which are there with `--benchmark-save-data`; else only sums.

use serde_json::Value;

use super::{Found, Series, numbers};

pub(super) fn parse(_path: &str, document: &Value) -> Option<Found> {
    let benchmarks = document.get("benchmarks")?.as_array()?;
    let benchmark = |benchmark: &Value| {
        let name = benchmark.get("fullname")?.as_str()?.to_owned();
        let stats = benchmark.get("stats")?;
        let series = match stats.get("data").and_then(numbers) {
            Some(values) => Series::of(values),
            None => Series { values: vec![stats.get("median")?.as_f64()?], summary: true },
        };
        Some((name, series))
    };
    benchmarks.iter().map(benchmark).collect()
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    #[test]
    fn each_round_is_a_value_where_they_are_there() {
        let found = parse("x.json", include_bytes!("../../tests/pytest.json")).unwrap();
        let [(name, series)] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(name, "test_bench.py::test_sum");
        assert!(series.values.len() > 5 && !series.summary, "{series:?}");
    }

    #[test]
    fn sums_alone_are_a_summary() {
        let text = br#"{"benchmarks": [{"fullname": "t.py::a", "stats": {"median": 0.5, "mean": 0.6}}]}"#;
        let found = parse("x.json", text).unwrap();
        assert!(found[0].1.summary);
        assert_eq!(found[0].1.values, [0.5]);
    }
}

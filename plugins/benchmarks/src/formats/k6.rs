//! k6's `--summary-export`: sums of each metric, of which those of durations count (milliseconds).

use serde_json::Value;

use super::{Found, Series};

pub(super) fn parse(_path: &str, document: &Value) -> Option<Found> {
    let metrics = document.get("metrics")?.as_object()?;
    let mut found = Vec::new();
    for (name, metric) in metrics.iter().filter(|(name, _)| name.starts_with("http_req_duration")) {
        // Newer versions have them a level deeper.
        let values = metric.get("values").unwrap_or(metric);
        for quantile in ["med", "p(90)", "p(95)", "p(99)"] {
            if let Some(milliseconds) = values.get(quantile).and_then(Value::as_f64) {
                let series = Series { values: vec![milliseconds / 1000.0], summary: true };
                found.push((format!("{name} {quantile}"), series));
            }
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    #[test]
    fn quantiles_of_durations_are_summaries() {
        // In the shape that k6's documentation gives: the program cannot be had here.
        let old = br#"{"metrics": {"http_req_duration": {"avg": 1.5, "med": 1.0, "p(95)": 2.5}, "vus": {"value": 1}}}"#;
        let new = br#"{"metrics": {"http_req_duration": {"type": "trend", "values": {"med": 1.0, "p(95)": 2.5}}}}"#;
        for text in [old.as_slice(), new] {
            let found = parse("x.json", text).unwrap();
            let names: Vec<_> = found.iter().map(|(name, series)| (name.as_str(), series.values[0])).collect();
            assert_eq!(names, [("http_req_duration med", 0.001), ("http_req_duration p(95)", 0.0025)]);
            assert!(found.iter().all(|(_, series)| series.summary));
        }
    }
}

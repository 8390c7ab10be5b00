//! `sdlc-baseline.json`: what was known when it was written. An entry a line, so that changes can be reviewed and merged.

use sdlc_model::baseline::{Baseline, Known, KnownMetric};
use serde::{Deserialize, Serialize};

/// Beside `sdlc.toml`.
pub const FILE_NAME: &str = "sdlc-baseline.json";
/// Version of the format.
const VERSION: u32 = 1;

/// Why a text is no baseline.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It is broken.
    #[error("`{FILE_NAME}` is broken: {0}; hint: take it from git again, or write it anew with `sdlc baseline write`")]
    Syntax(#[from] serde_json::Error),
    /// It was written by a newer version.
    #[error("`{FILE_NAME}` has version {0}, this `sdlc` knows {VERSION}; hint: update `sdlc`")]
    Version(u32),
    /// A fingerprint is none.
    #[error(
        "`{FILE_NAME}` has `{0}` for a fingerprint, which is not one; hint: write it anew with `sdlc baseline write`"
    )]
    Fingerprint(String),
}

#[derive(Deserialize)]
struct RawBaseline {
    version: u32,
    #[serde(default)]
    findings: Vec<RawKnown>,
    #[serde(default)]
    metrics: Vec<RawMetric>,
}

#[derive(Serialize, Deserialize)]
struct RawKnown {
    gate: String,
    path: String,
    rule: String,
    fingerprint: String,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    count: u32,
    message: String,
}

#[derive(Serialize, Deserialize)]
struct RawMetric {
    gate: String,
    metric: String,
    value: f64,
}

fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_one(count: &u32) -> bool {
    *count == 1
}

/// Reads a baseline.
///
/// # Errors
/// Where it is broken, or of a newer version.
pub fn parse(text: &[u8]) -> Result<Baseline, BaselineError> {
    let raw: RawBaseline = serde_json::from_slice(text)?;
    if raw.version != VERSION {
        return Err(BaselineError::Version(raw.version));
    }
    let known = |raw: RawKnown| {
        let RawKnown { gate, path, rule, fingerprint, count, message } = raw;
        match u64::from_str_radix(&fingerprint, 16) {
            Ok(fingerprint) => Ok(Known { gate, path, rule, fingerprint, count, message }),
            Err(_) => Err(BaselineError::Fingerprint(fingerprint)),
        }
    };
    let metric = |RawMetric { gate, metric, value }: RawMetric| KnownMetric { gate, metric, value };
    Ok(Baseline {
        findings: raw.findings.into_iter().map(known).collect::<Result<_, _>>()?,
        metrics: raw.metrics.into_iter().map(metric).collect(),
    })
}

/// The text of a baseline.
pub fn render(baseline: &Baseline) -> String {
    let findings = baseline.findings.iter().map(|known| RawKnown {
        gate: known.gate.clone(),
        path: known.path.clone(),
        rule: known.rule.clone(),
        fingerprint: format!("{:016x}", known.fingerprint),
        count: known.count,
        message: known.message.clone(),
    });
    let metrics = baseline.metrics.iter().map(|known| RawMetric {
        gate: known.gate.clone(),
        metric: known.metric.clone(),
        value: known.value,
    });
    let (findings, metrics) = (lines(findings), lines(metrics));
    format!("{{\n  \"version\": {VERSION},\n  \"findings\": [{findings}],\n  \"metrics\": [{metrics}]\n}}\n")
}

fn lines(entries: impl Iterator<Item = impl Serialize>) -> String {
    // Texts and numbers can always be written.
    let lines: Vec<_> = entries.filter_map(|entry| serde_json::to_string(&entry).ok()).collect();
    if lines.is_empty() { String::new() } else { format!("\n    {}\n  ", lines.join(",\n    ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        let known = |count| Known {
            gate: "lint".to_owned(),
            path: "a b.py".to_owned(),
            rule: "F401".to_owned(),
            fingerprint: 0xabc,
            count,
            message: "`os` is \"unused\"\n".to_owned(),
        };
        let metrics = vec![KnownMetric { gate: "c".to_owned(), metric: "lines".to_owned(), value: 81.3 }];
        let baseline = Baseline { findings: vec![known(1), known(3)], metrics };
        let text = render(&baseline);
        assert_eq!(parse(text.as_bytes()).unwrap(), baseline);
        assert_eq!(text.lines().count(), 9 + 1, "{text}");
        assert_eq!(parse(render(&Baseline::default()).as_bytes()).unwrap(), Baseline::default());
    }

    #[test]
    fn what_is_no_baseline_is_an_error_with_what_mends_it() {
        for (text, words) in [
            ("{", "broken"),
            ("{\"version\": 2}", "update `sdlc`"),
            (
                r#"{"version": 1, "findings": [{"gate":"a","path":"b","rule":"c","fingerprint":"x","message":""}]}"#,
                "`x`",
            ),
        ] {
            let error = parse(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(words) && error.contains("hint: "), "{error}");
        }
    }
}

//! From two sets of series to findings and metrics.

use std::collections::BTreeMap;

use sdlc_sdk::{Finding, Metric, Report, Rule, Severity};
use sdlc_statistics::compare::{Verdict, compare};

use crate::{formats::Series, settings::Settings};

type All = BTreeMap<String, Series>;

/// Judges results against earlier ones.
pub(crate) fn judge(results: &All, before: &All, settings: &Settings) -> Report {
    let mut findings = Vec::new();
    let mut counts: BTreeMap<&str, u32> = ["slower", "faster", "same", "cannot-tell"].map(|name| (name, 0)).into();
    for (name, earlier) in before {
        let (count, finding) = match results.get(name) {
            None => ("cannot-tell", Some(gone(name))),
            Some(now) => compared(name, earlier, now, settings.floor),
        };
        *counts.entry(count).or_default() += 1;
        findings.extend(finding);
    }
    let mut metrics = vec![metric("benchmarks", results.len() as f64)];
    if !before.is_empty() {
        metrics.extend(counts.into_iter().map(|(name, count)| metric(name, f64::from(count))));
    }
    Report { findings, metrics }
}

fn compared(name: &str, before: &Series, now: &Series, floor: f64) -> (&'static str, Option<Finding>) {
    if before.summary || now.summary {
        let message = format!(
            "`{name}`: {} before and {} now, but its file has sums only, so a difference cannot be told from noise; hint: \
             keep single values (`--benchmark-save-data` of pytest-benchmark)",
            time(before.median()),
            time(now.median())
        );
        return ("cannot-tell", Some(Finding::new("cannot-tell", Severity::Note, message)));
    }
    let comparison = compare(&before.values, &now.values, floor / 100.0);
    let figures = match (comparison.ratio, comparison.interval) {
        (Some(ratio), Some((low, high))) => {
            format!("{ratio:.3}x, between {low:.3}x and {high:.3}x with 99 % confidence")
        }
        _ => format!("only {} and {} values", before.values.len(), now.values.len()),
    };
    let medians = format!("{} before, {} now", time(before.median()), time(now.median()));
    let finding = |rule, severity, hint: &str| {
        Some(Finding::new(rule, severity, format!("`{name}`: {figures}; {medians}{hint}")))
    };
    match comparison.verdict {
        Verdict::Slower => ("slower", finding("slower", Severity::Error, "")),
        Verdict::Faster => ("faster", None),
        Verdict::Same => ("same", None),
        Verdict::CannotTell => {
            let hint = "; hint: more values, measured in turns on one machine (`sdlc bench compare`)";
            ("cannot-tell", finding("cannot-tell", Severity::Note, hint))
        }
    }
}

fn gone(name: &str) -> Finding {
    let message = format!("`{name}` has no results now; hint: was it renamed, or did it not run?");
    Finding::new("cannot-tell", Severity::Warning, message)
}

fn time(seconds: Option<f64>) -> String {
    let Some(seconds) = seconds else { return "nothing".to_owned() };
    match seconds {
        seconds if seconds < 1e-6 => format!("{:.1} ns", seconds * 1e9),
        seconds if seconds < 1e-3 => format!("{:.1} us", seconds * 1e6),
        seconds if seconds < 1.0 => format!("{:.1} ms", seconds * 1e3),
        seconds => format!("{seconds:.2} s"),
    }
}

fn metric(name: &str, value: f64) -> Metric {
    Metric { name: name.to_owned(), value, unit: None }
}

pub(crate) fn rules() -> Vec<Rule> {
    vec![
        Rule::new("slower", Severity::Error, "a benchmark takes longer than before").explained(
            "The interval of 99 % of the ratio (Hodges and Lehmann, by the test of Mann and Whitney) lies above 1, and the \
             ratio is at least the `floor`, 5 % by default. Results of two machines, or of one machine at two times, differ \
             by more than code does: `sdlc bench compare` measures both sides in turns.",
        ),
        Rule::new("cannot-tell", Severity::Note, "whether a benchmark takes longer cannot be told").explained(
            "The values scatter too much or are too few, or the file has sums only. A benchmark that has no results any more \
             is a warning.",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(series: &[(&str, f64, u32)]) -> All {
        let values =
            |value: f64, count: u32| (0..count).map(move |index| value + f64::from(index % 5) * value / 1000.0);
        let one = |(name, value, count): &(&str, f64, u32)| {
            (name.to_string(), Series { values: values(*value, *count).collect(), summary: false })
        };
        series.iter().map(one).collect()
    }

    fn judged(results: &All, before: &All) -> (Vec<String>, Vec<(String, f64)>) {
        let Report { findings, metrics } = judge(results, before, &Settings::default());
        let rules = findings.into_iter().map(|finding| finding.rule).collect();
        (rules, metrics.into_iter().map(|metric| (metric.name, metric.value)).collect())
    }

    #[test]
    fn each_benchmark_is_slower_faster_the_same_or_not_to_be_told() {
        let before = all(&[("a", 1.0, 30), ("b", 1.0, 30), ("c", 1.0, 30), ("d", 1.0, 3), ("e", 1.0, 30)]);
        let now = all(&[("a", 1.2, 30), ("b", 0.8, 30), ("c", 1.001, 30), ("d", 2.0, 3), ("new", 1.0, 30)]);
        let (rules, metrics) = judged(&now, &before);
        assert_eq!(rules, ["slower", "cannot-tell", "cannot-tell"]);
        let expected = [("benchmarks", 5.0), ("cannot-tell", 2.0), ("faster", 1.0), ("same", 1.0), ("slower", 1.0)];
        assert_eq!(metrics, expected.map(|(name, value)| (name.to_owned(), value)));
    }

    #[test]
    fn without_earlier_results_nothing_is_compared() {
        let (rules, metrics) = judged(&all(&[("a", 1.0, 3)]), &All::new());
        assert_eq!((rules.len(), metrics), (0, vec![("benchmarks".to_owned(), 1.0)]));
    }
}

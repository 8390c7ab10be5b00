//! Load that comes at the same time each day.

use super::{Advice, Evidence};
use crate::{quantile::median, report::figure::Figure};

/// Correlation with the day before.
const ALIKE: f64 = 0.5;
/// Times what is usual in the middle of all.
const HIGH: f64 = 1.5;
/// Policies that know times of day.
const FORESEEING: [&str; 2] = ["builtin:predictive", "builtin:schedule"];

pub(crate) fn advice(evidence: &Evidence<'_>) -> Option<Advice> {
    let setting = evidence.setting;
    if setting.scale.as_ref().is_some_and(|policy| FORESEEING.contains(&policy.plugin.as_str())) {
        return None;
    }
    let daily = evidence.figure(Figure::Requests)?.daily.filter(|daily| *daily >= ALIKE)?;
    if !evidence.usual.is_known() {
        return None;
    }
    let (hour, peak) = evidence.usual.peak()?;
    let middle = median(evidence.usual.values().into_iter().flatten().collect())?;
    if peak.value < HIGH * middle.max(f64::MIN_POSITIVE) || median(evidence.load.known())? <= 0.0 {
        return None;
    }
    let time = format!("{:02}:{:02}", hour as u32, if hour.fract() > 0.0 { 30 } else { 0 });
    let instead = match &setting.scale {
        Some(policy) => format!("`plugin = \"builtin:predictive\"` instead of `{}`, or", policy.plugin),
        None => "a policy, such as `plugin = \"builtin:predictive\"`, or".to_owned(),
    };
    Some(Advice {
        kind: "daily-peak",
        target: evidence.key("scale"),
        proposal: format!("{instead} `builtin:schedule` with more replicas from {time} on"),
        evidence: format!(
            "each day from {time} on there are about {:.0} requests/s, {:.1} times as many as usual (correlation with the day before: {daily:.2})",
            peak.value,
            peak.value / middle.max(0.1)
        ),
        effect: "the replicas that the peak needs are there when it begins, and not some time after".to_owned(),
    })
}

//! [`compare`] and [`compare_pairs`]: slower, faster, the same, or not to be told.

use crate::shift::{Shift, paired_shift, shift};

/// Quantile of the normal distribution for an interval of 99 %.
const Z: f64 = 2.575_829_303_548_9;
/// Fewer values a series than this cannot be told apart, whatever they are.
const FEWEST: usize = 8;
/// Most values of a series that are looked at: the interval needs all pairs.
const MOST: usize = 1000;

/// What came of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The second series takes longer, by at least the floor.
    Slower,
    /// It takes less, by at least the floor.
    Faster,
    /// Whatever the difference is, it is below the floor.
    Same,
    /// The values scatter too much, or are too few.
    CannotTell,
}

impl Verdict {
    /// As written in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Slower => "slower",
            Self::Faster => "faster",
            Self::Same => "same",
            Self::CannotTell => "cannot tell",
        }
    }
}

/// What two series come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// What it means.
    pub verdict: Verdict,
    /// How many times the first series the second takes; none: too few values.
    pub ratio: Option<f64>,
    /// Both ends of its interval of 99 %.
    pub interval: Option<(f64, f64)>,
}

/// Compares durations, or whatever is better when it is less. `floor` is the least ratio above 1 that matters, such as
/// 0.05 for 5 %. Values that are not positive and finite are left out.
///
/// The second series is slower if the interval of the ratio lies above 1 and the estimate is at least `1 + floor`; it is the
/// same if the whole interval lies within the floor.
pub fn compare(before: &[f64], after: &[f64], floor: f64) -> Comparison {
    let usable = |series: &[f64]| -> Vec<f64> { thin(series.iter().copied().filter(|value| is_usable(*value))) };
    judged(&usable(before), &usable(after), floor, shift)
}

/// The same of values that were measured in turns, so that what the machine does meanwhile hits both of a pair.
pub fn compare_pairs(before: &[f64], after: &[f64], floor: f64) -> Comparison {
    let pairs = before.iter().copied().zip(after.iter().copied());
    let pairs = thin(pairs.filter(|(before, after)| is_usable(*before) && is_usable(*after)));
    let (before, after): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
    judged(&before, &after, floor, paired_shift)
}

fn is_usable(value: f64) -> bool {
    value.is_finite() && value > 0.0
}

/// Every so manieth of too many.
fn thin<T>(values: impl Iterator<Item = T>) -> Vec<T> {
    let values: Vec<T> = values.collect();
    let step = values.len().div_ceil(MOST).max(1);
    values.into_iter().step_by(step).collect()
}

fn judged(before: &[f64], after: &[f64], floor: f64, shift: fn(&[f64], &[f64], f64) -> Option<Shift>) -> Comparison {
    let too_few = Comparison { verdict: Verdict::CannotTell, ratio: None, interval: None };
    if before.len() < FEWEST || after.len() < FEWEST {
        return too_few;
    }
    // A ratio is a difference of logarithms.
    let logarithms = |values: &[f64]| values.iter().map(|value| value.ln()).collect::<Vec<_>>();
    let Some(shift) = shift(&logarithms(before), &logarithms(after), Z) else { return too_few };
    let (ratio, low, high) = (shift.estimate.exp(), shift.low.exp(), shift.high.exp());
    let (most, least) = (1.0 + floor, 1.0 / (1.0 + floor));
    let verdict = if low > 1.0 && ratio >= most {
        Verdict::Slower
    } else if high < 1.0 && ratio <= least {
        Verdict::Faster
    } else if high < most && low > least {
        Verdict::Same
    } else {
        Verdict::CannotTell
    };
    Comparison { verdict, ratio: Some(ratio), interval: Some((low, high)) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// As `sdlc bench compare` has it.
    const PAIRS: usize = 100;

    /// Values of a series from one place on, taken in turns as an interleaved run measures them.
    fn interleaved(series: &[f64], from: usize, factor: f64) -> (Vec<f64>, Vec<f64>) {
        let window = &series[from..from + 2 * PAIRS];
        let nth = |start: usize| window.iter().skip(start).step_by(2).copied();
        (nth(0).collect(), nth(1).map(|value| value * factor).collect())
    }

    /// Real programs, timed on a virtual machine that others share; microseconds.
    fn recorded() -> BTreeMap<String, Vec<f64>> {
        serde_json::from_str(include_str!("../tests/recorded.json")).unwrap()
    }

    fn share(factor: f64, verdict: Verdict) -> f64 {
        let (mut found, mut all) = (0, 0);
        for series in recorded().values() {
            for from in (0..series.len() - 2 * PAIRS).step_by(7) {
                let (before, after) = interleaved(series, from, factor);
                found += u32::from(compare_pairs(&before, &after, 0.05).verdict == verdict);
                all += 1;
            }
        }
        assert!(all > 400, "{all}");
        f64::from(found) / f64::from(all)
    }

    #[test]
    fn on_recorded_noise_equal_code_gives_less_than_one_false_alarm_in_a_hundred() {
        let alarms = share(1.0, Verdict::Slower);
        assert!(alarms < 0.01, "{alarms}");
    }

    #[test]
    fn on_recorded_noise_more_than_95_of_100_slow_downs_by_a_tenth_are_found() {
        let found = share(1.1, Verdict::Slower);
        assert!(found > 0.95, "{found}");
    }

    #[test]
    fn what_is_the_same_is_told_and_what_scatters_is_not() {
        let steady = |value: f64| (0..30).map(|index| value + f64::from(index % 3) * 0.01).collect::<Vec<_>>();
        assert_eq!(compare(&steady(10.0), &steady(10.0), 0.05).verdict, Verdict::Same);
        assert_eq!(compare(&steady(10.0), &steady(9.0), 0.05).verdict, Verdict::Faster);
        // A difference that can be told, and does not matter.
        assert_eq!(compare(&steady(10.0), &steady(10.2), 0.05).verdict, Verdict::Same);
        let wild: Vec<f64> = (0..30).map(|index| f64::from(1 + index * 7 % 13)).collect();
        assert_eq!(compare(&wild, &wild, 0.05).verdict, Verdict::CannotTell);
        assert_eq!(compare(&[1.0; 7], &[2.0; 7], 0.05).verdict, Verdict::CannotTell);
    }

    proptest! {
        #[test]
        fn any_numbers_can_be_compared_and_turning_them_round_turns_the_verdict_round(
            a in prop::collection::vec(any::<f64>(), 0..40),
            b in prop::collection::vec(0.1_f64..10.0, 8..40),
            c in prop::collection::vec(0.1_f64..10.0, 8..40),
        ) {
            compare(&a, &b, 0.05);
            compare_pairs(&a, &b, 0.05);
            let (there, back) = (compare(&b, &c, 0.05).verdict, compare(&c, &b, 0.05).verdict);
            prop_assert_eq!(there == Verdict::Slower, back == Verdict::Faster);
            prop_assert_eq!(there == Verdict::Same, back == Verdict::Same);
        }
    }
}

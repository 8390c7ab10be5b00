//! [`anomalies`]: what was far from what is usual.

use super::{
    profile::{Profile, Usual, usual},
    series::Series,
};

/// Deviations from what is usual.
const FAR: f64 = 6.0;
/// Values that have to be there where times of day are not known.
const FEWEST: usize = 60;

/// What was far from what is usual, from one moment to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Anomaly {
    /// When it began, in milliseconds since 1970.
    pub from: u64,
    /// When it ended.
    pub to: u64,
    /// The value that was farthest.
    pub value: f64,
    /// What is usual there.
    pub usual: f64,
    /// How many times its scatter the value lies above that, or below where it is negative.
    pub deviations: f64,
    /// Whether that is what is usual at that time of day, or else at all times.
    pub time_of_day: bool,
}

/// In the order of their moments. `least`: a difference below this does not matter. `below`: also what is less than usual.
pub fn anomalies(series: &Series, profile: &Profile, least: f64, below: bool) -> Vec<Anomaly> {
    let all = Some(series.known()).filter(|known| known.len() >= FEWEST).and_then(|known| usual(&known));
    let mut found: Vec<Anomaly> = Vec::new();
    for (at, value) in series.points() {
        let at_that_time = profile.at(at);
        let Some(Usual { value: middle, scatter }) = at_that_time.or(all) else { continue };
        let deviations = (value - middle) / scatter.max(f64::MIN_POSITIVE);
        let far = deviations.abs() >= FAR && (value - middle).abs() >= least && (below || deviations > 0.0);
        if !far {
            continue;
        }
        let from = at - series.step;
        match found.last_mut() {
            // One value that is as usual does not make it two.
            Some(last) if from <= last.to + series.step && (last.deviations > 0.0) == (deviations > 0.0) => {
                last.to = at;
                if deviations.abs() > last.deviations.abs() {
                    (last.value, last.usual, last.deviations) = (value, middle, deviations);
                }
            }
            _ => found.push(Anomaly {
                from,
                to: at,
                value,
                usual: middle,
                deviations,
                time_of_day: at_that_time.is_some(),
            }),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{
        super::{made::noise, series::DAY},
        *,
    };

    const STEP: u64 = 300_000;

    fn days(seed: u32) -> Series {
        let value = |(index, noise): (usize, f64)| Some(if index % 288 / 12 == 9 { 100.0 } else { 10.0 } + noise);
        Series { start: 1000 * DAY, step: STEP, values: (0..5 * 288).zip(noise(seed)).map(value).collect() }
    }

    fn found(series: &Series) -> Vec<Anomaly> {
        anomalies(series, &Profile::of(series, 0), 1.0, true)
    }

    #[test]
    fn what_is_usual_at_one_time_is_not_at_another() {
        let mut series = days(1);
        // Three o'clock of the third day.
        for index in 2 * 288 + 36..2 * 288 + 40 {
            series.values[index] = Some(100.0);
        }
        let found = found(&series);
        let [only] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((only.from, only.to), (series.start + (2 * 288 + 36) * STEP, series.start + (2 * 288 + 40) * STEP));
        assert!(only.time_of_day && (only.usual - 10.0).abs() < 1.0 && only.deviations > FAR, "{only:?}");
    }

    #[test]
    fn what_is_missing_at_its_time_is_one_too() {
        let mut series = days(2);
        for index in 3 * 288 + 108..3 * 288 + 120 {
            series.values[index] = Some(10.0);
        }
        let found = found(&series);
        assert!(matches!(found.as_slice(), [only] if only.deviations < -FAR), "{found:?}");
        assert_eq!(anomalies(&series, &Profile::of(&series, 0), 1.0, false), []);
    }

    #[test]
    fn noise_has_none() {
        for seed in 1..100 {
            assert_eq!(found(&days(seed)), [], "{seed}");
        }
    }
}

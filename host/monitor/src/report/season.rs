//! [`autocorrelation`]: how much values resemble those of one period before.

use super::series::Series;

/// Periods that have to be there.
const FEWEST: u64 = 3;

/// Correlation of values with those that lie `period` milliseconds before them, -1 to 1 (Box and Jenkins, but for values that
/// are missing). None: fewer than three periods, or too few values.
pub fn autocorrelation(series: &Series, period: u64) -> Option<f64> {
    let lag = usize::try_from(period / series.step.max(1)).ok().filter(|lag| *lag > 0)?;
    // An hour that is missing does not make a period one less.
    if (series.values.len() as u64 + 3_600_000 / series.step.max(1)) * series.step < FEWEST * period {
        return None;
    }
    let known = series.known();
    let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
    let pairs: Vec<_> = series
        .values
        .iter()
        .zip(series.values.iter().skip(lag))
        .filter_map(|(a, b)| Some(((*a)? - mean, (*b)? - mean)))
        .collect();
    if pairs.len() < 2 * known.len() / 5 || pairs.len() < 20 {
        return None;
    }
    let (mut both, mut first, mut second) = (0.0, 0.0, 0.0);
    for (a, b) in pairs {
        (both, first, second) = (both + a * b, first + a * a, second + b * b);
    }
    let scale = (first * second).sqrt();
    (scale > 0.0).then(|| both / scale)
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            made::noise,
            series::{DAY, Series},
        },
        *,
    };

    fn hours(count: usize, value: impl Fn(usize) -> f64) -> Series {
        let values = (0..count).zip(noise(3)).map(|(hour, noise)| Some(value(hour) + noise)).collect();
        Series { start: 0, step: 3_600_000, values }
    }

    #[test]
    fn what_comes_back_each_day_is_found_through_noise_and_holes() {
        let mut series = hours(24 * 7, |hour| if hour % 24 == 9 { 20.0 } else { 10.0 });
        series.values[40..50].fill(None);
        assert!(autocorrelation(&series, DAY).unwrap() > 0.6);
        let at = |period| autocorrelation(&series, period).unwrap();
        assert!(at(DAY / 2) < 0.3);
    }

    #[test]
    fn noise_does_not_come_back_and_two_days_are_too_few() {
        let found = autocorrelation(&hours(24 * 7, |_| 10.0), DAY).unwrap();
        assert!(found.abs() < 0.3, "{found}");
        assert_eq!(autocorrelation(&hours(48, |hour| (hour % 24) as f64), DAY), None);
        let flat = Series { start: 0, step: 3_600_000, values: vec![Some(1.0); 24 * 7] };
        assert_eq!(autocorrelation(&flat, DAY), None);
    }
}

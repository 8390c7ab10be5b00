//! Robust slopes: the median of the slopes of all pairs (Theil 1950, Sen 1968), and how much pairs agree (Kendall 1938).

/// Units a millisecond; none: there are no two moments.
pub(super) fn slope(samples: &[(u64, u64)]) -> Option<f64> {
    let mut slopes: Vec<_> = pairs(samples).filter(|(time, _)| *time > 0.0).map(|(time, grown)| grown / time).collect();
    slopes.sort_by(f64::total_cmp);
    slopes.get(slopes.len() / 2).copied()
}

/// From -1, where each later sample is below each earlier one, to 1; around 0 without a trend.
pub(super) fn agreement(samples: &[(u64, u64)]) -> f64 {
    let (sum, count) = pairs(samples).fold((0.0, 0.0), |(sum, count), (_, grown)| {
        let sign = if grown > 0.0 {
            1.0
        } else if grown < 0.0 {
            -1.0
        } else {
            0.0
        };
        (sum + sign, count + 1.0)
    });
    if count > 0.0 { sum / count } else { 0.0 }
}

/// Of all pairs, the time between them and what lies between.
#[expect(clippy::cast_precision_loss, reason = "times between samples and bytes of a machine are below 2^53")]
fn pairs(samples: &[(u64, u64)]) -> impl Iterator<Item = (f64, f64)> + '_ {
    samples.iter().enumerate().flat_map(move |(index, (then, before))| {
        let later = samples.iter().skip(index + 1);
        later.map(move |(now, after)| (now.saturating_sub(*then) as f64, *after as f64 - *before as f64))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slope_of_a_line_is_found_whatever_a_quarter_of_the_samples_does() {
        let line = |at: u64| (at, if at.is_multiple_of(4) { 999_999 } else { 1000 + 3 * at });
        let samples: Vec<_> = (1..60).map(line).collect();
        assert!((slope(&samples).unwrap() - 3.0).abs() < 0.5, "{:?}", slope(&samples));
        assert_eq!(slope(&[(1, 1)]), None);
    }

    #[test]
    fn agreement_tells_a_trend_from_a_saw() {
        let rising: Vec<_> = (0..50).map(|at| (at, 10 + at)).collect();
        let saw: Vec<_> = (0..50).map(|at| (at, 10 + at % 5)).collect();
        assert!((agreement(&rising) - 1.0).abs() < 1e-9);
        assert!(agreement(&saw).abs() < 0.2);
    }
}

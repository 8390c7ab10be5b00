//! Order statistics: what lies in the middle of values, or above a part of them, and how far they scatter.

/// None: there are no values.
pub(crate) fn median(values: Vec<f64>) -> Option<f64> {
    quantile(values, 0.5)
}

/// Between the two values that are next to that part of them. None: there are none.
pub(crate) fn quantile(mut values: Vec<f64>, part: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let rank = part * values.len().checked_sub(1)? as f64;
    let (low, high) = (values.get(rank.floor() as usize)?, values.get(rank.ceil() as usize)?);
    Some(low + (high - low) * rank.fract())
}

/// How far values scatter about a median, as a standard deviation: 1.4826 times the median of their distances from it
/// (Rousseeuw and Croux, 1993), which is that of the normal distribution.
pub(crate) fn scatter(values: &[f64], median_of_them: f64) -> f64 {
    1.4826 * median(values.iter().map(|value| (value - median_of_them).abs()).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_values() {
        assert_eq!(quantile(vec![4.0, 1.0, 2.0], 0.75), Some(3.0));
        assert_eq!(median(vec![]), None);
        assert!((scatter(&[1.0, 2.0, 3.0, 4.0, 100.0], 3.0) - 1.4826).abs() < 1e-9);
    }
}

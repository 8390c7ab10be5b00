//! How far one sample lies from another: the estimate of Hodges and Lehmann, and its interval by the test of Mann and
//! Whitney (Hollander, Wolfe, Chicken: Nonparametric Statistical Methods, 3rd edition, 4.2 and 4.3). Neither asks for a
//! distribution, and outliers move them little.

/// A shift and its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shift {
    pub(crate) estimate: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// Of `b` against `a`. `z` is the quantile of the normal distribution for the interval. None: too few values for it.
pub(crate) fn shift(a: &[f64], b: &[f64], z: f64) -> Option<Shift> {
    let mut differences: Vec<f64> = b.iter().flat_map(|b| a.iter().map(move |a| b - a)).collect();
    differences.sort_by(f64::total_cmp);
    let (m, n) = (a.len() as f64, b.len() as f64);
    // Rank of the lower end, by the normal approximation of the statistic's distribution.
    let rank = (m * n / 2.0 - z * (m * n * (m + n + 1.0) / 12.0).sqrt()).floor();
    between(&differences, rank)
}

/// Of values that were measured in pairs, `b` against `a`: what drifts hits both of a pair. The estimate of Hodges and Lehmann
/// for one sample, and its interval by the signed-rank test of Wilcoxon (there, 3.2 and 3.3).
pub(crate) fn paired_shift(a: &[f64], b: &[f64], z: f64) -> Option<Shift> {
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| b - a).collect();
    let behind = |(index, first): (usize, &f64)| {
        let first = *first;
        differences.get(index..).unwrap_or_default().iter().map(move |second| f64::midpoint(first, *second))
    };
    let mut averages: Vec<f64> = differences.iter().enumerate().flat_map(behind).collect();
    averages.sort_by(f64::total_cmp);
    let n = differences.len() as f64;
    let rank = (averages.len() as f64 / 2.0 - z * (n * (n + 1.0) * (2.0 * n + 1.0) / 24.0).sqrt()).floor();
    between(&averages, rank)
}

/// The median of values in order, and those of a rank from both ends. None: there are too few.
fn between(sorted: &[f64], rank: f64) -> Option<Shift> {
    if rank < 1.0 {
        return None;
    }
    let rank = rank as usize;
    let low = *sorted.get(rank - 1)?;
    let high = *sorted.get(sorted.len().checked_sub(rank)?)?;
    Some(Shift { estimate: median(sorted)?, low, high })
}

/// Of values in order.
fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 { Some(upper) } else { Some(f64::midpoint(*sorted.get(middle.checked_sub(1)?)?, upper)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_example_of_hollander_and_wolfe_comes_out() {
        // Table 4.1, permeability of membranes at term and between 12 and 26 weeks; 4.2 gives -0.305.
        let term = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
        let weeks = [1.15, 0.88, 0.90, 0.74, 1.21];
        let shift = shift(&term, &weeks, 1.96).unwrap();
        assert!((shift.estimate + 0.305).abs() < 1e-9, "{shift:?}");
        assert!(shift.low < shift.estimate && shift.estimate < shift.high, "{shift:?}");
    }

    #[test]
    #[expect(clippy::approx_constant, reason = "a score of the book's table")]
    fn of_pairs_the_worked_example_comes_out_too() {
        // Table 3.1, Hamilton's depression scale before and after tranquillizers; 3.2 gives -0.46.
        let before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30];
        let after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
        let shift = paired_shift(&before, &after, 1.96).unwrap();
        assert!((shift.estimate + 0.46).abs() < 1e-9, "{shift:?}");
        assert!(shift.low < shift.estimate && shift.estimate < shift.high, "{shift:?}");
    }

    #[test]
    fn too_few_values_have_no_interval() {
        assert_eq!(shift(&[1.0, 2.0], &[1.0, 2.0], 2.58), None);
        assert_eq!(paired_shift(&[1.0, 2.0], &[1.0, 2.0], 2.58), None);
        assert_eq!(shift(&[], &[], 2.58), None);
    }
}

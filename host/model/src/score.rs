//! The score: 0 to 10, from the weight of the findings relative to the size of what was checked.
//!
//! The formula is pylint's (`10 - 10 x (5 x errors + warnings + ...) / statements`), with a tenth of the
//! lines for the statements, since lines are what every language has, and never below 0.

/// What a gate found, as far as the score needs it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Findings that are wrong.
    pub errors: u64,
    /// Findings that are likely wrong.
    pub warnings: u64,
    /// Findings that are worth knowing.
    pub notes: u64,
    /// Lines that were checked.
    pub lines: u64,
}

/// `10 x max(0, 1 - (5 x errors + warnings + 0.2 x notes) / max(lines / 10, 1))`.
pub fn score(counts: Counts) -> f64 {
    let weight = 5.0 * counts.errors as f64 + counts.warnings as f64 + 0.2 * counts.notes as f64;
    let size = (counts.lines as f64 / 10.0).max(1.0);
    10.0 * (1.0 - weight / size).max(0.0)
}

/// Mean of `(score, weight)` pairs; none where the weights add up to nothing.
pub fn overall(scores: impl IntoIterator<Item = (f64, f64)>) -> Option<f64> {
    let (sum, weights) =
        scores.into_iter().fold((0.0, 0.0), |(sum, weights), (score, weight)| (sum + score * weight, weights + weight));
    (weights > 0.0).then(|| sum / weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_found_is_a_ten() {
        assert_eq!(score(Counts::default()), 10.0);
    }

    #[test]
    fn one_warning_in_a_hundred_lines_costs_one_point() {
        assert_eq!(score(Counts { warnings: 1, lines: 100, ..Counts::default() }), 9.0);
    }

    #[test]
    fn the_score_never_falls_below_zero() {
        assert_eq!(score(Counts { errors: 1000, lines: 3, ..Counts::default() }), 0.0);
    }

    #[test]
    fn the_overall_score_is_a_weighted_mean() {
        assert_eq!(overall([(10.0, 3.0), (6.0, 1.0)]), Some(9.0));
        assert_eq!(overall([(10.0, 0.0)]), None);
    }
}

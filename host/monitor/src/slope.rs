//! [`Slope`]: how fast values rise or fall, whatever a part of them does.

use crate::quantile::median;

/// Of points in the order of their time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Slope {
    /// A millisecond: the median of the slopes of all pairs of points (Theil 1950, Sen 1968).
    pub(crate) rate: f64,
    /// Pairs that rise less those that fall: the S of Mann and Kendall.
    pub(crate) balance: f64,
    /// The same as a share of all pairs (Kendall 1938), from -1, where each later point is below each earlier one, to 1.
    pub(crate) tau: f64,
}

impl Slope {
    /// None: there are no two moments.
    pub(crate) fn of(points: &[(u64, f64)]) -> Option<Self> {
        let (mut slopes, mut balance) = (Vec::new(), 0.0);
        for (index, (at, value)) in points.iter().enumerate() {
            for (later, other) in points.iter().skip(index + 1).filter(|(later, _)| later > at) {
                let grown = other - value;
                slopes.push(grown / (later - at) as f64);
                balance += if grown == 0.0 { 0.0 } else { grown.signum() };
            }
        }
        let tau = balance / slopes.len().max(1) as f64;
        Some(Self { rate: median(slopes)?, balance, tau })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slope_of_a_line_is_found_whatever_a_quarter_of_the_points_does() {
        let line = |at: u32| (u64::from(at), if at.is_multiple_of(4) { 1e6 } else { 1000.0 + 3.0 * f64::from(at) });
        let slope = Slope::of(&(1..60).map(line).collect::<Vec<_>>()).unwrap();
        assert!((slope.rate - 3.0).abs() < 0.5, "{slope:?}");
        assert_eq!(Slope::of(&[(1, 1.0)]), None);
        assert_eq!(Slope::of(&[(1, 1.0), (1, 2.0)]), None);
    }

    #[test]
    fn pairs_of_a_line_agree_and_those_of_a_saw_do_not() {
        let tau = |value: fn(u32) -> u32| {
            Slope::of(&(0..50).map(|at| (u64::from(at), f64::from(value(at)))).collect::<Vec<_>>()).unwrap().tau
        };
        assert!((tau(|at| 10 + at) - 1.0).abs() < 1e-9);
        assert!(tau(|at| 10 + at % 5).abs() < 0.2);
        assert_eq!(tau(|_| 7), 0.0);
    }
}

//! [`trend`]: whether values rise or fall, and how fast: the slope of Theil and Sen, and the test of Mann and Kendall
//! (Hollander, Wolfe, Chicken: Nonparametric Statistical Methods, 3rd edition, 9.3 and 8.1).

use super::series::DAY;
use crate::{quantile::median, slope::Slope};

/// Points that are looked at at most: the slope is the median of those of all pairs.
pub const MOST: usize = 120;
const FEWEST: usize = 12;
/// Of the normal distribution, two sides: one in a thousand.
const Z: f64 = 3.29;

/// How values rise or fall.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// A day.
    pub slope: f64,
    /// At the first point, by the line.
    pub from: f64,
    /// At the last point, by the line.
    pub to: f64,
    /// Share of pairs that rise less that of those that fall, -1 to 1.
    pub tau: f64,
}

/// None: too few points, or it cannot be told from none.
pub fn trend(points: &[(u64, f64)]) -> Option<Trend> {
    let (first, last) = (points.first()?.0, points.last()?.0);
    if points.len() < FEWEST {
        return None;
    }
    let found = Slope::of(points)?;
    let n = points.len() as f64;
    let z = found.balance / (n * (n - 1.0) * (2.0 * n + 5.0) / 18.0).sqrt();
    if z.abs() < Z {
        return None;
    }
    let grown = |at: u64| found.rate * (at - first) as f64;
    let from = median(points.iter().map(|(at, value)| value - grown(*at)).collect())?;
    Some(Trend { slope: found.rate * DAY as f64, from, to: from + grown(last), tau: found.tau })
}

#[cfg(test)]
mod tests {
    use super::{super::made::noise, *};

    fn points(slope: f64) -> Vec<(u64, f64)> {
        let noise = noise(1);
        (0..100_u32)
            .zip(noise)
            .map(|(hour, noise)| (u64::from(hour) * DAY / 24, 50.0 + slope * f64::from(hour) / 24.0 + noise))
            .collect()
    }

    #[test]
    fn a_slope_is_found_in_noise_and_outliers_move_it_little() {
        let mut points = points(2.0);
        (points[3].1, points[50].1) = (9000.0, -7000.0);
        let trend = trend(&points).unwrap();
        assert!((trend.slope - 2.0).abs() < 0.3 && (trend.from - 50.0).abs() < 1.0, "{trend:?}");
    }

    #[test]
    fn noise_alone_has_none_and_neither_have_few_points() {
        for seed in 1..200 {
            let points: Vec<_> = (0..100).zip(noise(seed)).map(|(hour, noise)| (hour * DAY / 24, noise)).collect();
            assert_eq!(trend(&points), None, "{seed}");
        }
        assert_eq!(trend(&points(2.0)[..11]), None);
        assert_eq!(trend(&[]), None);
    }
}

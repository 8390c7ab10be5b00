//! What the load usually is at a time: the median of the cycles before, each raised by how much the load has grown since.

use crate::history::History;

/// Cycles that are looked back to.
const MOST: usize = 5;

/// What the load usually is, by one cycle.
pub(crate) struct Profile<'a> {
    history: &'a History,
    cycle: i64,
    /// Of each cycle before, how much the logarithm has grown since.
    growth: Vec<f64>,
    /// Half of the time that is averaged over.
    smooth: i64,
}

impl<'a> Profile<'a> {
    /// As it is known at `now`, in milliseconds.
    pub(crate) fn new(history: &'a History, cycle: u64, now: u64, smooth: u64) -> Self {
        let signed = |time: u64| i64::try_from(time).unwrap_or(i64::MAX / 4);
        let (now, cycle) = (signed(now), signed(cycle).max(1));
        let begin = now - signed(history.span());
        let smooth = signed(smooth.max(history.width) / 2);
        let mut grown = 0.0;
        let growth = (0..MOST as i64).take_while(|number| now - (number + 1) * cycle > begin).map(|number| {
            // Only of a cycle that is there as a whole.
            if now - (number + 2) * cycle >= begin {
                grown += growth(history, now - number * cycle, cycle);
            }
            grown
        });
        Self { history, cycle, growth: growth.collect(), smooth }
    }

    /// The logarithm of what is usual at a time; none: it is not known.
    pub(crate) fn usual(&self, at: u64) -> Option<f64> {
        let at = i64::try_from(at).unwrap_or(i64::MAX / 4);
        let mut values: Vec<f64> = Vec::with_capacity(MOST);
        for (number, growth) in (1..).zip(&self.growth) {
            let then = at - number * self.cycle;
            values.extend(self.history.mean(then - self.smooth, then + self.smooth).map(|log| log + growth));
        }
        values.sort_by(f64::total_cmp);
        let middle = values.len() / 2;
        let upper = *values.get(middle)?;
        if values.len() % 2 == 1 { Some(upper) } else { Some(f64::midpoint(upper, *values.get(middle - 1)?)) }
    }
}

/// How much more there was in the cycle before `end` than in the one before that: the median of pairs, so that neither an outage
/// nor a burst counts as growth.
fn growth(history: &History, end: i64, cycle: i64) -> f64 {
    const PAIRS: i64 = 48;
    let half = (cycle / PAIRS / 2).clamp(1, i64::try_from(history.width).unwrap_or(i64::MAX).saturating_mul(2));
    let pairs = (0..PAIRS).filter_map(|pair| {
        let at = end - cycle + cycle * (2 * pair + 1) / (2 * PAIRS);
        let mean = |at: i64| history.mean(at - half, at + half);
        Some(mean(at)? - mean(at - cycle)?)
    });
    let mut pairs: Vec<_> = pairs.collect();
    pairs.sort_by(f64::total_cmp);
    pairs.get(pairs.len() / 2).copied().unwrap_or(0.0)
}

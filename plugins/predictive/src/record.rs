//! [`Record`]: how good forecasts have been. Each forecast is kept until its time has come, and held against what came.

use serde::{Deserialize, Serialize};

/// Errors that are kept, for quantiles.
const ERRORS: usize = 720;
/// Errors are kept in thousandths of a logarithm.
const UNIT: f64 = 1000.0;

/// A load that is off by a factor of e was not forecast badly: what it comes from broke down, or is there again.
const OUTAGE: f64 = 1.0;

/// How good the forecasts by one cycle have been.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The cycle, in milliseconds; 0: none, the load stays as it is.
    pub(crate) cycle: u64,
    /// Forgetful sums of its errors, and of those of a load that stays as it is, in the same moments.
    error: f64,
    plain: f64,
    /// Moments that count.
    pub(crate) weight: f64,
    /// Forgetful sums: how much of a deviation from what is usual is left later.
    product: f64,
    square: f64,
    /// The last errors: what came less what was forecast.
    errors: Vec<i16>,
    next: usize,
}

/// A forecast of one moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Guess {
    /// What is usual then.
    pub(crate) usual: f32,
    /// How far the load is from what is usual now.
    pub(crate) deviation: f32,
}

impl Record {
    pub(crate) fn new(cycle: u64) -> Self {
        Self { cycle, ..Self::default() }
    }

    /// Share of a deviation that is left later.
    pub(crate) fn persistence(&self) -> f64 {
        // A little of both before there is a record.
        ((self.product + 0.01) / (self.square + 0.015)).clamp(0.0, 1.0)
    }

    /// What is forecast by a guess, as a logarithm.
    pub(crate) fn forecast(&self, guess: &Guess) -> f64 {
        f64::from(guess.usual) + self.persistence() * f64::from(guess.deviation)
    }

    /// What came: the logarithm of it. `plain` is the error of a load that stays as it is.
    pub(crate) fn came(&mut self, guess: &Guess, log: f64, plain: f64, forget: f64) {
        let error = log - self.forecast(guess);
        if error.abs() > OUTAGE {
            return;
        }
        let (before, later) = (f64::from(guess.deviation), (log - f64::from(guess.usual)).clamp(-WORST, WORST));
        let keep = 1.0 - forget;
        self.error = self.error * keep + error.abs().min(BAD);
        self.plain = self.plain * keep + plain.abs().min(BAD);
        self.weight = self.weight * keep + 1.0;
        self.product = self.product * keep + before * later;
        self.square = self.square * keep + before * before;
        let error = (error * UNIT).round() as i16;
        if self.errors.len() < ERRORS {
            self.errors.push(error);
        } else if let Some(oldest) = self.errors.get_mut(self.next) {
            *oldest = error;
        }
        self.next = (self.next + 1) % ERRORS;
    }

    /// Mean size of its errors, as a share of the load.
    pub(crate) fn mean_error(&self) -> f64 {
        (self.error / self.weight.max(1.0)).exp_m1()
    }

    /// Mean error beside that of a load that stays as it is: below 1 it is better.
    pub(crate) fn beside_plain(&self) -> f64 {
        if self.plain > 0.0 { self.error / self.plain } else { 1.0 }
    }

    /// The error that so many of the last ones were not above.
    pub(crate) fn quantile(&self, share: f64) -> f64 {
        let mut sorted = self.errors.clone();
        if sorted.is_empty() {
            return 0.0;
        }
        let at = ((sorted.len() as f64 * share) as usize).min(sorted.len() - 1);
        let (_, value, _) = sorted.select_nth_unstable(at);
        f64::from(*value) / UNIT
    }
}

/// Where forecasts are compared, this is as bad as any: an outage says little of them.
const BAD: f64 = 0.3;
/// A deviation by a factor of three is as large as any.
pub(crate) const WORST: f64 = 1.1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_knows_how_much_of_a_deviation_stays() {
        let mut record = Record::new(1);
        for number in 0..200 {
            let deviation = f32::from(i8::try_from(number % 7 - 3).unwrap()) / 10.0;
            let guess = Guess { usual: 5.0, deviation };
            record.came(&guess, 5.0 + 0.5 * f64::from(deviation), 0.2, 0.01);
        }
        assert!((record.persistence() - 0.5).abs() < 0.02, "{}", record.persistence());
        assert!(record.beside_plain() < 0.2 && record.mean_error() < 0.05);
    }

    #[test]
    fn quantiles_are_of_the_last_errors() {
        let mut record = Record::new(1);
        for number in 0..5000 {
            let guess = Guess { usual: 0.0, deviation: 0.0 };
            record.came(&guess, f64::from(number % 100) / 100.0, 1.0, 0.01);
        }
        assert!((record.quantile(0.9) - 0.9).abs() < 0.02);
        assert!((record.quantile(0.5) - 0.5).abs() < 0.02);
    }
}

//! Made-up traffic, from a seed: for tests, and to try policies out before there is a recording.

use std::f64::consts::TAU;

use fastrand::Rng;

use crate::trace::{Load, Trace};

const MINUTE: u64 = 60_000;
const MINUTES_OF_A_DAY: f64 = 1440.0;
/// Monday, 2026-01-05.
const BEGIN: u64 = 1_767_571_200_000;

/// What the traffic is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A day and a night, with a steep morning.
    Daily,
    /// The same, and quiet weekends.
    Weekly,
    /// A day, and peaks that come at the same minutes each day, such as jobs and campaigns.
    Peaks,
    /// Peaks, and it grows by a tenth a week.
    Drift,
    /// Peaks, and bursts at any time.
    Bursts,
    /// Peaks, and some hours without any traffic.
    Outages,
    /// No cycle: around a mean.
    Steady,
    /// No cycle: wanders off.
    Walk,
    /// No cycle: bursts at any time.
    Spikes,
}

impl Shape {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Daily,
        Self::Weekly,
        Self::Peaks,
        Self::Drift,
        Self::Bursts,
        Self::Outages,
        Self::Steady,
        Self::Walk,
        Self::Spikes,
    ];

    /// Whether there is a cycle in it.
    pub fn is_cyclic(self) -> bool {
        !matches!(self, Self::Steady | Self::Walk | Self::Spikes)
    }
}

/// Traffic of so many days, a row a minute. The same seed gives the same traffic.
pub fn trace(shape: Shape, days: u32, seed: u64) -> Trace {
    let mut rng = Rng::with_seed(seed);
    let day = Day::of(shape, &mut rng);
    let mut noise = Noise::of(shape, &mut rng);
    let rows = (0..u64::from(days) * 1440).map(|minute| {
        let rate = day.rate(shape, minute as f64) * noise.next(shape, &mut rng);
        (BEGIN + minute * MINUTE, Load::of(rate.max(0.0)))
    });
    Trace { rows: rows.collect(), left_out: Vec::new() }
}

/// What is the same each day.
struct Day {
    mean: f64,
    swing: f64,
    morning: f64,
    /// Minute of the day, minutes long, and how many times the mean it adds.
    peaks: Vec<(f64, f64, f64)>,
}

impl Day {
    fn of(shape: Shape, rng: &mut Rng) -> Self {
        let between = |rng: &mut Rng, low: f64, high: f64| low + (high - low) * rng.f64();
        let number = if matches!(shape, Shape::Daily | Shape::Weekly) { 0 } else { rng.usize(4..9) };
        let peaks = (0..number).map(|_| {
            let at = (between(rng, 0.0, MINUTES_OF_A_DAY) / 5.0).round() * 5.0;
            (at, between(rng, 10.0, 60.0), between(rng, 0.3, 1.0))
        });
        let peaks = peaks.collect();
        Self {
            mean: between(rng, 300.0, 900.0),
            swing: between(rng, 0.4, 0.7),
            morning: between(rng, 300.0, 600.0),
            peaks,
        }
    }

    fn rate(&self, shape: Shape, minute: f64) -> f64 {
        if !shape.is_cyclic() {
            return self.mean;
        }
        let of_day = minute % MINUTES_OF_A_DAY;
        let wave = -(TAU * (of_day - 180.0) / MINUTES_OF_A_DAY).cos();
        // People come to work within half an hour, and leave over two.
        let open = rise(of_day - self.morning, 30.0) - rise(of_day - self.morning - 540.0, 120.0);
        let peaks: f64 = self.peaks.iter().map(|peak| added(peak, of_day)).sum();
        let weekday = (minute / MINUTES_OF_A_DAY) as u64 % 7;
        let weekend = if shape == Shape::Weekly && weekday >= 5 { 0.4 } else { 1.0 };
        let growth = if shape == Shape::Drift { 1.1_f64.powf(minute / MINUTES_OF_A_DAY / 7.0) } else { 1.0 };
        let day = 1.0 + self.swing * (0.5 * wave + open - 0.3);
        self.mean * (day * weekend + peaks) * growth
    }
}

/// From 0 to 1 within so many minutes.
fn rise(since: f64, minutes: f64) -> f64 {
    (since / minutes).clamp(0.0, 1.0)
}

/// A peak is there within three minutes.
fn added((at, long, height): &(f64, f64, f64), of_day: f64) -> f64 {
    height * (rise(of_day - at, 3.0) - rise(of_day - at - long, 5.0))
}

/// What nobody can know before.
struct Noise {
    minute: f64,
    slow: f64,
    wander: f64,
    /// How many times more, and minutes left.
    burst: (f64, u32),
    outage: u32,
}

impl Noise {
    fn of(_: Shape, _: &mut Rng) -> Self {
        Self { minute: 0.0, slow: 0.0, wander: 0.0, burst: (1.0, 0), outage: 0 }
    }

    fn next(&mut self, shape: Shape, rng: &mut Rng) -> f64 {
        self.minute = 0.04 * normal(rng);
        self.slow = 0.98 * self.slow + 0.01 * normal(rng);
        if shape == Shape::Walk {
            self.wander = 0.9995 * self.wander + 0.015 * normal(rng);
        }
        let rare = match shape {
            Shape::Bursts => 1.0 / 720.0,
            Shape::Spikes => 1.0 / 180.0,
            _ => 0.0,
        };
        if self.burst.1 > 0 {
            self.burst.1 -= 1;
        } else if rng.f64() < rare {
            self.burst = (1.3 + 0.9 * rng.f64(), rng.u32(5..30));
        }
        if self.outage > 0 {
            self.outage -= 1;
        } else if shape == Shape::Outages && rng.f64() < 1.0 / 4320.0 {
            self.outage = rng.u32(10..120);
        }
        let burst = if self.burst.1 > 0 { self.burst.0 } else { 1.0 };
        let alive = if self.outage > 0 { 0.0 } else { 1.0 };
        (self.minute + self.slow + self.wander).exp() * burst * alive
    }
}

/// The sum of twelve uniform numbers (Irwin and Hall) is close to a normal distribution.
fn normal(rng: &mut Rng) -> f64 {
    (0..12).map(|_| rng.f64()).sum::<f64>() - 6.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_traffic_and_another_one_other() {
        for shape in Shape::ALL {
            assert_eq!(trace(shape, 1, 7), trace(shape, 1, 7));
            assert_ne!(trace(shape, 1, 7), trace(shape, 1, 8));
        }
    }
}

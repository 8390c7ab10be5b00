//! Made data, of which is known what is in it.

use sdlc_model::reading::{Reading, Traffic};

/// 1000 days after 1970, at midnight.
pub(crate) const START: u64 = 20_000 * 86_400_000;
pub(crate) const MINUTE: u64 = 60_000;

/// About normally distributed, with a deviation of 1: the sum of twelve equally distributed numbers, less six. The same seed
/// gives the same numbers (multiplier of Numerical Recipes).
pub(crate) fn noise(seed: u32) -> impl Iterator<Item = f64> {
    let mut state = seed.wrapping_mul(2_654_435_769);
    let mut next = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 8) / f64::from(1_u32 << 24)
    };
    std::iter::repeat_with(move || (0..12).map(|_| next()).sum::<f64>() - 6.0)
}

/// A service with 4 replicas that has 100 requests a second, and nothing to say against it: CPU at 55 % of what it may use.
pub(crate) fn steady(at: u64) -> Reading {
    let traffic = Traffic {
        requests_per_second: 100.0,
        error_rate: 0.0002,
        latency_p50: Some(8.0),
        latency_p95: Some(20.0),
        latency_p99: Some(40.0),
    };
    Reading {
        at,
        interval: MINUTE,
        version: "1.0".to_owned(),
        asked: 4,
        running: 4,
        healthy: 4,
        cpu: 55.0,
        memory: 60.0,
        traffic: Some(traffic),
        ..Reading::default()
    }
}

/// One reading a minute, with noise of 3 %, of a service that is steady but for `change`, which gets the minute.
pub(crate) fn minutes(count: u64, change: impl Fn(u64, &mut Reading)) -> Vec<Reading> {
    let (mut load, mut latency, mut cpu, mut memory) = (noise(11), noise(12), noise(13), noise(14));
    let mut made = Vec::new();
    for minute in 0..count {
        let mut reading = steady(START + (minute + 1) * MINUTE);
        change(minute, &mut reading);
        let with = |value: f64, noise: &mut dyn Iterator<Item = f64>, part| {
            value * (1.0 + part * noise.next().unwrap_or_default())
        };
        reading.cpu = with(reading.cpu, &mut cpu, 0.03);
        reading.memory = with(reading.memory, &mut memory, 0.01);
        if let Some(traffic) = &mut reading.traffic {
            traffic.requests_per_second = with(traffic.requests_per_second, &mut load, 0.03);
            traffic.latency_p95 = traffic.latency_p95.map(|value| with(value, &mut latency, 0.03));
        }
        made.push(reading);
    }
    made
}

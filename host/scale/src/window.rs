//! [`Window`]: the samples that a policy gets to see.
//!
//! A policy that keeps a state gets the newest samples only: what came before is in its state. One without, which is each at
//! first, gets all that is kept, so that it knows at once what was learnt before it was started.

use std::collections::VecDeque;

use sdlc_model::scaling::Sample;

/// How far the samples reach back that a policy with a state gets, in milliseconds.
const RECENT: u64 = 15 * 60_000;
/// Of each age, one sample stands for so many of those that were taken.
const TIER: usize = 2048;
const TIERS: usize = 4;
const THINNING: usize = 8;

/// The samples that are kept: the newest as they were taken, older ones as means of 8, of 64 and of 512.
#[derive(Clone, Debug, Default)]
pub struct Window {
    /// The newest first.
    tiers: [VecDeque<Sample>; TIERS],
}

impl Window {
    /// Adds what was measured last. Those that are newer are dropped: the clock was set back. Where there are some, gives by how
    /// many milliseconds it was. One of the same moment is the same.
    pub fn push(&mut self, sample: Sample) -> u64 {
        let newest = self.last().map_or(0, |last| last.at);
        for tier in &mut self.tiers {
            let older = tier.partition_point(|kept| kept.at < sample.at);
            tier.truncate(older);
        }
        let back = newest.saturating_sub(sample.at);
        self.add(sample);
        back
    }

    fn add(&mut self, sample: Sample) {
        let mut carried = Some(sample);
        for tier in &mut self.tiers {
            let Some(sample) = carried.take() else { return };
            tier.push_back(sample);
            if tier.len() >= TIER {
                let oldest: Vec<_> = tier.drain(..THINNING).collect();
                carried = mean(&oldest);
            }
        }
    }

    /// The newest.
    pub fn last(&self) -> Option<&Sample> {
        self.tiers.iter().find_map(VecDeque::back)
    }

    /// What a policy gets, oldest first.
    pub fn show(&self, has_state: bool) -> Vec<Sample> {
        let since = self.last().map_or(0, |last| last.at.saturating_sub(RECENT));
        if has_state {
            let newest: VecDeque<_> = self.tiers.iter().take(1).flatten().rev().take_while(|s| s.at >= since).collect();
            return newest.into_iter().rev().cloned().collect();
        }
        self.tiers.iter().rev().flatten().cloned().collect()
    }
}

/// At the time of the last of them.
fn mean(samples: &[Sample]) -> Option<Sample> {
    let last = samples.last()?;
    let count = samples.len() as f64;
    let mean = |of: fn(&Sample) -> f64| samples.iter().map(of).sum::<f64>() / count;
    Some(Sample {
        at: last.at,
        replicas: mean(|sample| f64::from(sample.replicas)).round() as u32,
        cpu: mean(|sample| sample.cpu),
        memory: mean(|sample| sample.memory),
        requests_per_second: mean(|sample| sample.requests_per_second),
        latency_p95: mean(|sample| sample.latency_p95),
        error_rate: mean(|sample| sample.error_rate),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(at: u64) -> Sample {
        let rate = at as f64;
        Sample {
            at,
            replicas: 3,
            cpu: 50.0,
            memory: 40.0,
            requests_per_second: rate,
            latency_p95: 20.0,
            error_rate: 0.0,
        }
    }

    #[test]
    fn old_samples_become_means_and_the_window_is_bounded() {
        let mut window = Window::default();
        for number in 1..=2_000_000 {
            assert_eq!(window.push(sample(number * 15_000)), 0);
        }
        let all = window.show(false);
        assert!(all.len() <= TIER * TIERS && all.windows(2).all(|pair| pair[0].at < pair[1].at));
        let first = &all[0];
        // Means of 512 reach back 2048 x 512 samples: half a year of one in 15 s.
        let days = (all.last().unwrap().at - first.at) / 86_400_000;
        assert!((180..=215).contains(&days), "{days}");
        assert!((first.requests_per_second - first.at as f64).abs() < 512.0 * 15_000.0);
        assert_eq!(window.show(true).len(), 61);
    }

    #[test]
    fn what_is_newer_than_the_newest_is_of_a_clock_that_was_set_back() {
        let mut window = Window::default();
        let back: Vec<_> = [5, 9, 9, 20, 7, 10].into_iter().map(|at| window.push(sample(at))).collect();
        assert_eq!(back, [0, 0, 0, 0, 13, 0]);
        assert_eq!(window.show(false).iter().map(|sample| sample.at).collect::<Vec<_>>(), [5, 7, 10]);
    }
}

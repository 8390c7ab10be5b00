//! [`Memory`]: what was found and asked for lately. It stays small however long the windows are: of what was found, only what is
//! still the highest or the lowest is kept.

use serde::{Deserialize, Serialize};

use crate::behaviour::Rules;

/// What is kept from call to call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// What was asked for last.
    pub asked: Option<u32>,
    /// When more was asked for last.
    risen: u64,
    highest: Vec<(u64, u32)>,
    lowest: Vec<(u64, u32)>,
    /// When, how many were there before, and after.
    changes: Vec<(u64, u32, u32)>,
}

/// More than any window needs in practice, and little enough for a state.
const MOST: usize = 250;

impl Memory {
    /// How many replicas there are, those that start included: what was asked for last, unless something else changed it.
    pub fn current(&self, ready: u32, now: u64, start_up: u64, interval: u64) -> u32 {
        let Some(asked) = self.asked else { return ready };
        let started = now >= self.risen.saturating_add(start_up).saturating_add(interval.saturating_mul(2));
        if ready > asked || started { ready } else { asked }
    }

    /// What may be asked for, where the metrics say `desired`: stabilised, and no faster than the rules allow.
    pub fn settle(&mut self, desired: u32, current: u32, now: u64, up: &Rules, down: &Rules) -> u32 {
        let within = |window: u64| move |entry: &(u64, u32)| entry.0 <= now && now - entry.0 < window.max(1);
        self.highest.retain(within(down.stabilization));
        self.lowest.retain(within(up.stabilization));
        while self.highest.last().is_some_and(|(_, replicas)| *replicas <= desired) {
            self.highest.pop();
        }
        while self.lowest.last().is_some_and(|(_, replicas)| *replicas >= desired) {
            self.lowest.pop();
        }
        self.highest.push((now, desired));
        self.lowest.push((now, desired));
        let highest = self.highest.first().map_or(desired, |(_, replicas)| *replicas);
        let lowest = self.lowest.first().map_or(desired, |(_, replicas)| *replicas);
        // Up only to what all of the one window asked for, down only to what none of the other needed.
        let stable = current.max(lowest).min(highest);
        let changed = |period: u64| self.changed(now, period);
        let allowed = if stable > current {
            stable.min(up.most(current, changed))
        } else {
            stable.max(down.fewest(current, changed))
        };
        bounded(&mut self.highest);
        bounded(&mut self.lowest);
        allowed
    }

    /// What is asked for now.
    pub fn ask(&mut self, current: u32, replicas: u32, now: u64) {
        if replicas > current {
            self.risen = now;
        }
        if replicas != current {
            self.changes.push((now, current, replicas));
        }
        self.asked = Some(replicas);
        bounded(&mut self.changes);
    }

    /// How many were added and removed within a time.
    fn changed(&self, now: u64, period: u64) -> (u32, u32) {
        let recent = self.changes.iter().filter(|(at, ..)| *at <= now && now - at < period);
        recent.fold((0, 0), |(added, removed), (_, before, after)| {
            (added + after.saturating_sub(*before), removed + before.saturating_sub(*after))
        })
    }
}

fn bounded<T>(entries: &mut Vec<T>) {
    let excess = entries.len().saturating_sub(MOST);
    entries.drain(..excess);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::behaviour::{Amount, Policy, Select};

    const SECOND: u64 = 1000;

    /// "the algorithm looks into previously computed desired states, and uses the highest value from the specified interval"
    #[test]
    fn five_minutes_have_to_agree_before_replicas_are_removed() {
        let (mut memory, up, down) = (Memory::default(), Rules::up(), Rules::down());
        let mut settled = Vec::new();
        let mut current = 10;
        for (at, desired) in [(0, 10), (60, 4), (120, 7), (299, 3), (300, 3), (419, 3), (420, 3), (599, 2), (601, 2)] {
            let asked = memory.settle(desired, current, at * SECOND, &up, &down);
            memory.ask(current, asked, at * SECOND);
            current = asked;
            settled.push(asked);
        }
        assert_eq!(settled, [10, 10, 10, 10, 7, 7, 3, 3, 3]);
    }

    #[test]
    fn a_window_for_adding_takes_the_lowest_of_it() {
        let up = Rules { stabilization: 60 * SECOND, ..Rules::up() };
        let mut memory = Memory::default();
        let mut at = |at: u64, desired| memory.settle(desired, 2, at * SECOND, &up, &Rules::down());
        assert_eq!((at(0, 2), at(15, 4), at(45, 3), at(60, 5), at(104, 5), at(105, 5)), (2, 2, 2, 3, 3, 5));
    }

    #[test]
    fn no_period_has_more_than_its_share() {
        let up = Rules {
            stabilization: 0,
            policies: vec![Policy { amount: Amount::Replicas(4), period: 60 * SECOND }],
            select: Select::Max,
        };
        let (mut memory, mut current, mut settled) = (Memory::default(), 2, Vec::new());
        for at in [0, 30, 59, 60, 90] {
            let asked = memory.settle(20, current, at * SECOND, &up, &Rules::down());
            memory.ask(current, asked, at * SECOND);
            current = asked;
            settled.push(asked);
        }
        assert_eq!(settled, [6, 6, 6, 10, 10]);
    }

    #[test]
    fn what_others_changed_is_noticed() {
        let mut memory = Memory::default();
        assert_eq!(memory.current(3, 0, 60_000, 15_000), 3);
        memory.ask(3, 8, 0);
        assert_eq!(memory.current(3, 60_000, 60_000, 15_000), 8, "five of them start");
        assert_eq!(memory.current(9, 60_000, 60_000, 15_000), 9);
        assert_eq!(memory.current(3, 90_000, 60_000, 15_000), 3, "they should have started long ago");
    }

    #[test]
    fn it_stays_small() {
        let (mut memory, down) = (Memory::default(), Rules { stabilization: 3_600_000, ..Rules::down() });
        for at in 0..3600_u32 {
            memory.settle(5000 - at, 5000, u64::from(at) * SECOND, &Rules::up(), &down);
            memory.ask(at % 7, at % 5, u64::from(at) * SECOND);
        }
        assert!(serde_json::to_vec(&memory).unwrap().len() < 20_000);
    }
}

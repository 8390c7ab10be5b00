//! [`Limits`]: what holds whatever a policy says.

use std::collections::VecDeque;

const MINUTE: u64 = 60_000;

/// What holds whatever a policy says. Times are in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Fewest replicas.
    pub min: u32,
    /// Most replicas.
    pub max: u32,
    /// Of adding replicas.
    pub up: Pace,
    /// Of removing replicas.
    pub down: Pace,
}

/// How fast the number of replicas may change in one direction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    /// Most replicas within any minute; none: as many as are asked for.
    pub per_minute: Option<u32>,
    /// Time that has to pass since the last change, of either direction.
    pub cooldown: u64,
}

impl Limits {
    /// Between two numbers, as fast as is asked for.
    pub fn between(min: u32, max: u32) -> Self {
        Self { min, max: max.max(min), up: Pace::default(), down: Pace::default() }
    }
}

/// Why it is not what the policy said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clamp {
    /// Fewer than the fewest.
    Min,
    /// More than the most.
    Max,
    /// More changes than a minute may have.
    Rate,
    /// Too soon after the last change.
    Cooldown,
}

impl Clamp {
    /// For people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Min => "the fewest",
            Self::Max => "the most",
            Self::Rate => "as many as a minute may have",
            Self::Cooldown => "the last change was a moment ago",
        }
    }
}

/// The changes of the last minute, and when the last one was.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    last: Option<u64>,
    recent: VecDeque<(u64, i64)>,
}

impl Changes {
    pub(crate) fn add(&mut self, now: u64, before: u32, after: u32) {
        self.recent.retain(|(at, _)| within_minute(*at, now));
        if before != after {
            self.last = Some(now);
            self.recent.push_back((now, i64::from(after) - i64::from(before)));
        }
    }

    /// How many were added, or removed, within the last minute.
    fn made(&self, now: u64, up: bool) -> u32 {
        let changes = self.recent.iter().filter(|(at, change)| within_minute(*at, now) && (*change > 0) == up);
        u32::try_from(changes.map(|(_, change)| change.unsigned_abs()).sum::<u64>()).unwrap_or(u32::MAX)
    }

    /// A clock that was set back must not hold changes up for ever.
    fn cools_down(&self, now: u64, cooldown: u64) -> bool {
        self.last.is_some_and(|last| now >= last && now - last < cooldown)
    }
}

fn within_minute(at: u64, now: u64) -> bool {
    at <= now && now - at < MINUTE
}

impl Limits {
    /// The nearest to `wanted` that is allowed. Never outside of `min` and `max`, even where that is too fast.
    pub(crate) fn clamp(&self, wanted: u32, current: u32, changes: &Changes, now: u64) -> (u32, Option<Clamp>) {
        let bounded = wanted.clamp(self.min, self.max);
        let bound = match wanted {
            _ if wanted < self.min => Some(Clamp::Min),
            _ if wanted > self.max => Some(Clamp::Max),
            _ => None,
        };
        let inside = current.clamp(self.min, self.max);
        if bounded == inside {
            return (bounded, bound);
        }
        let up = bounded > inside;
        let pace = if up { &self.up } else { &self.down };
        if changes.cools_down(now, pace.cooldown) {
            return (inside, Some(Clamp::Cooldown));
        }
        let left = pace.per_minute.map_or(u32::MAX, |most| most.saturating_sub(changes.made(now, up)));
        let paced =
            if up { bounded.min(inside.saturating_add(left)) } else { bounded.max(inside.saturating_sub(left)) };
        (paced, if paced == bounded { bound } else { Some(Clamp::Rate) })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn limits() -> Limits {
        Limits {
            up: Pace { per_minute: Some(3), cooldown: 0 },
            down: Pace { per_minute: None, cooldown: 30_000 },
            ..Limits::between(2, 10)
        }
    }

    #[test]
    fn the_nearest_number_that_is_allowed_is_taken() {
        let (limits, mut changes) = (limits(), Changes::default());
        assert_eq!(limits.clamp(1, 4, &changes, 0), (2, Some(Clamp::Min)));
        assert_eq!(limits.clamp(5, 4, &changes, 0), (5, None));
        assert_eq!(limits.clamp(12, 4, &changes, 0), (7, Some(Clamp::Rate)));
        changes.add(1_000, 4, 7);
        assert_eq!(limits.clamp(12, 7, &changes, 60_000), (7, Some(Clamp::Rate)));
        assert_eq!(limits.clamp(3, 7, &changes, 30_000), (7, Some(Clamp::Cooldown)));
        assert_eq!(limits.clamp(3, 7, &changes, 31_000), (3, None));
        assert_eq!(limits.clamp(12, 7, &changes, 61_000), (10, Some(Clamp::Max)));
    }

    #[test]
    fn a_number_outside_comes_inside_at_once_and_a_clock_set_back_blocks_nothing() {
        let (limits, mut changes) = (limits(), Changes::default());
        changes.add(1_000_000, 11, 12);
        assert_eq!(limits.clamp(12, 12, &changes, 1_000_001), (10, Some(Clamp::Max)));
        assert_eq!(limits.clamp(3, 9, &changes, 5_000), (3, None));
    }

    proptest! {
        #[test]
        fn no_minute_has_more_than_its_share(
            wanted in prop::collection::vec((0u32..40, 1u64..40_000), 1..60),
            most in 1u32..6,
            cooldown in 0u64..90_000,
        ) {
            let pace = Pace { per_minute: Some(most), cooldown };
            let limits = Limits { up: pace.clone(), down: pace, ..Limits::between(3, 30) };
            let (mut now, mut current, mut changes, mut made) = (0, 10, Changes::default(), Vec::new());
            for (wanted, pause) in wanted {
                now += pause;
                let (next, _) = limits.clamp(wanted, current, &changes, now);
                prop_assert!((3..=30).contains(&next));
                changes.add(now, current, next);
                if next != current {
                    made.push((now, i64::from(next) - i64::from(current)));
                }
                current = next;
                let minute = made.iter().filter(|(at, _)| now - at < 60_000);
                let (added, removed): (Vec<_>, Vec<_>) = minute.map(|(_, change)| *change).partition(|change| *change > 0);
                prop_assert!(added.iter().sum::<i64>() <= i64::from(most) && -removed.iter().sum::<i64>() <= i64::from(most));
            }
            prop_assert!(made.windows(2).all(|pair| pair[1].0 - pair[0].0 >= cooldown));
        }
    }
}

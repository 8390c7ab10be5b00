//! Shares as weights: HAProxy gives a server of weight `w` the part `w / sum` of new requests, with `w` from 0 to 256.

use sdlc_proxy::control::Slot;

const HIGHEST: f64 = 256.0;

/// The weight of each target of a slot, in the order of the slots. Targets of one slot share alike; the highest weight is 256,
/// and a share is never rounded to nothing.
pub(crate) fn weights(slots: &[Slot]) -> Vec<u32> {
    let each = |slot: &Slot| f64::from(slot.share) / slot.targets.len().max(1) as f64;
    let highest = slots.iter().map(each).fold(0.0, f64::max);
    let weight = |slot: &Slot| match slot.share {
        0 => 0,
        _ => ((each(slot) / highest * HIGHEST).round() as u32).max(1),
    };
    slots.iter().map(weight).collect()
}

#[cfg(test)]
mod tests {
    use sdlc_proxy::control::{Health, Probe, Target};

    use super::*;

    fn slot(share: u32, targets: u16) -> Slot {
        let target = |number| Target { id: format!("t{number}"), address: ([127, 0, 0, 1], number).into() };
        let health = Health {
            probe: Probe::Tcp,
            interval_ms: 1,
            timeout_ms: 1,
            healthy_after: 1,
            unhealthy_after: 1,
            start_period_ms: 0,
        };
        let (name, version) = ("a".to_owned(), "1".to_owned());
        Slot { name, version, share, targets: (0..targets).map(target).collect(), health }
    }

    #[test]
    fn shares_are_those_of_the_slots_whatever_their_number_of_targets() {
        for (slots, share) in
            [([slot(90, 3), slot(10, 1)], 0.1), ([slot(99, 1), slot(1, 4)], 0.01), ([slot(50, 2), slot(50, 3)], 0.5)]
        {
            let weights = weights(&slots);
            let part = |index: usize| f64::from(weights[index]) * slots[index].targets.len() as f64;
            assert!((part(1) / (part(0) + part(1)) - share).abs() < 0.01, "{weights:?}");
        }
        assert_eq!(weights(&[slot(100, 2), slot(0, 2)]), [256, 0]);
        assert_eq!(weights(&[]), [0; 0]);
    }
}

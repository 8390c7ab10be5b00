//! Comparing policies at equal mean replicas. More replicas alone keep a service below its capacity for longer, so a policy that
//! asks for more looks better than it is. [`matched`] tunes the headroom of a policy, which is its target, until it uses as many
//! replicas as another.

use sdlc_model::scaling::Target;

use crate::{
    policy::Policy,
    simulate::{Options, Replay, simulate},
    trace::Trace,
};

/// Off by so much at most, as a share of the replicas.
const CLOSE: f64 = 0.001;
/// What still counts as equal.
const EQUAL: f64 = 0.005;
const TRIES: u32 = 16;
/// How far the target is moved at most.
const MOST: f64 = 4.0;
/// Beyond, utilisation says nothing any more.
const FULL: f64 = 100.0;

/// A replay with a target that was tuned.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matched {
    /// What it came to.
    pub replay: Replay,
    /// The target is so many times what was asked for.
    pub factor: f64,
    /// Whether the mean is equal, within half a per cent. A policy that does not heed its target has only one.
    pub equal: bool,
}

/// Replays with the target, times a factor, at which the mean number of replicas is nearest to `mean`. Each try assumes that the
/// replicas are inversely proportional to the target, as they are where it is always met; every third halves what is left, so that
/// a policy which is not like that is searched by bisection.
pub async fn matched<P: Policy>(trace: &Trace, policy: &mut P, options: &Options, mean: f64) -> Matched {
    let (mut low, mut high) = ((1.0 / MOST).ln(), MOST.ln());
    let mut best: Option<Matched> = None;
    let off = |matched: &Matched| (matched.replay.figures.mean_replicas / mean - 1.0).abs();
    let mut exponent = 0.0;
    for tries in 1..=TRIES {
        let factor = f64::exp(exponent);
        let tuned = Options { target: scaled(&options.target, factor), ..options.clone() };
        let replay = simulate(trace, &mut *policy, &tuned).await;
        // The higher the target, the fewer replicas.
        if replay.figures.mean_replicas > mean {
            low = exponent
        } else {
            high = exponent
        }
        let proportional = exponent + (replay.figures.mean_replicas / mean).ln();
        let useful = tries % 3 != 0 && low < proportional && proportional < high;
        exponent = if useful { proportional } else { f64::midpoint(low, high) };
        let tried = Matched { replay, factor, equal: false };
        if best.as_ref().is_none_or(|best| off(&tried) < off(best)) {
            best = Some(tried);
        }
        if best.as_ref().is_some_and(|best| off(best) <= CLOSE) {
            break;
        }
    }
    let best = best.unwrap_or_default();
    Matched { equal: off(&best) <= EQUAL, ..best }
}

fn scaled(target: &Target, factor: f64) -> Target {
    let times = |value: Option<f64>| value.map(|value| value * factor);
    let per_cent = |value: Option<f64>| value.map(|value| (value * factor).min(value.max(FULL)));
    Target {
        cpu: per_cent(target.cpu),
        memory: per_cent(target.memory),
        latency: times(target.latency),
        requests_per_second_per_replica: times(target.requests_per_second_per_replica),
        ..target.clone()
    }
}

impl<P: Policy> Policy for &mut P {
    async fn decide(
        &mut self,
        observation: &sdlc_model::scaling::Observation,
    ) -> Result<sdlc_model::scaling::ScalingDecision, String> {
        P::decide(self, observation).await
    }
}

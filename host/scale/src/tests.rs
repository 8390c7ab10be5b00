//! The built-in policies, as components, on traffic of which the right answer is known; and policies that say anything.
//!
//! The bar: at equal mean replicas, `predictive` is over capacity at most 0.6 times as long as `target-tracking` where there is a
//! cycle, and at most 1.1 times as long where there is none. The seeds are not those that it was written with.

use fastrand::Rng;
use proptest::prelude::*;
use sdlc_model::scaling::{Observation, Sample, ScalingDecision, Target};
use sdlc_sandbox::{
    engine::{Overrun, Sandbox},
    limits::Limits as GuestLimits,
    scaling_policy::ScalingPolicy,
};
use tokio::runtime::Builder;
use tokio_util::sync::CancellationToken;

use crate::{
    compare::matched,
    decide::Decider,
    limits::{Limits, Pace},
    model::Model,
    policy::Policy,
    simulate::{Options, Replay, simulate},
    synthetic::{Shape, trace},
    trace::{Load, Trace},
};

const MINUTE: u64 = 60_000;

/// A plugin.
struct Builtin(ScalingPolicy);

impl Policy for Builtin {
    async fn decide(&mut self, observation: &Observation) -> Result<ScalingDecision, String> {
        self.0.decide(observation).await.map_err(|error| error.to_string())
    }
}

fn builtin(name: &str, settings: &str) -> Builtin {
    let (builtin, limits) = (sdlc_builtin::find(name).unwrap(), GuestLimits::default());
    let sandbox = Sandbox::new(limits.stack, Overrun::Interrupt).unwrap();
    let plugin = sandbox.load_embedded(builtin.digest, builtin.code).unwrap();
    let policy = ScalingPolicy::new(&plugin, settings, &limits, CancellationToken::new());
    Builtin(block_on(policy).unwrap())
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn target(cpu: f64) -> Target {
    Target {
        min: 1,
        max: 200,
        cpu: Some(cpu),
        memory: None,
        latency: None,
        requests_per_second_per_replica: None,
        error_rate: None,
        start_up: 0,
    }
}

fn options(cpu: f64) -> Options {
    Options {
        model: Model { capacity: 50.0, start_up: 2 * MINUTE, cost: 0.05, latency: 20.0 },
        limits: Limits::between(1, 200),
        target: target(cpu),
        interval: MINUTE,
        warm_up: 0,
    }
}

/// Share of time over capacity of `target-tracking`, and of `predictive` at as many replicas.
fn both(shape: Shape, seed: u64) -> (f64, f64) {
    let (traffic, options) = (trace(shape, if shape == Shape::Weekly { 15 } else { 8 }, seed), options(80.0));
    let tracked = block_on(simulate(&traffic, builtin("target-tracking", "{}"), &options));
    let mean = tracked.figures.mean_replicas;
    let matched = block_on(matched(&traffic, &mut builtin("predictive", "{}"), &options, mean));
    let figures = &matched.replay.figures;
    assert!(
        matched.equal && figures.mean_replicas <= 1.005 * mean,
        "{shape:?} {seed}: {} {mean}",
        figures.mean_replicas
    );
    assert_eq!((tracked.figures.failures, figures.failures), (0, 0));
    (tracked.figures.over_capacity, figures.over_capacity)
}

/// Sums over some seeds, on as many threads.
fn beside(shape: Shape, seeds: [u64; 2]) -> (f64, f64) {
    let threads = seeds.map(|seed| std::thread::spawn(move || both(shape, seed)));
    let pairs: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    println!("{shape:?}: {pairs:?}");
    pairs.iter().fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1))
}

#[track_caller]
fn check_cyclic(shape: Shape) {
    let (tracking, predictive) = beside(shape, [9101, 9102]);
    assert!(tracking > 0.0 && predictive <= 0.6 * tracking, "{shape:?}: {predictive} of {tracking}");
}

#[test]
fn peaks_of_each_day_are_provided_for() {
    check_cyclic(Shape::Peaks);
}

#[test]
fn peaks_that_grow_are_provided_for() {
    check_cyclic(Shape::Drift);
}

#[test]
fn an_outage_does_not_make_the_forecast_forget() {
    check_cyclic(Shape::Outages);
}

#[test]
fn a_week_with_steep_mornings_is_provided_for() {
    check_cyclic(Shape::Weekly);
}

#[test]
fn without_a_cycle_it_is_no_worse() {
    check_acyclic(Shape::Steady);
    check_acyclic(Shape::Spikes);
}

#[test]
fn load_that_wanders_off_is_no_worse() {
    check_acyclic(Shape::Walk);
}

#[track_caller]
fn check_acyclic(shape: Shape) {
    let (tracking, predictive) = beside(shape, [9101, 9102]);
    // A minute in eight days beyond the bar, where there is next to nothing to compare with.
    assert!(predictive <= 1.1 * tracking + 1e-4, "{shape:?}: {predictive} of {tracking}");
}

fn steps(rates: &[(u64, f64)]) -> Trace {
    let rows = rates.iter().map(|(minute, rate)| (minute * MINUTE, Load::of(*rate)));
    Trace { rows: rows.collect(), left_out: Vec::new() }
}

fn replayed(trace: &Trace, name: &str, settings: &str, options: &Options) -> Replay {
    block_on(simulate(trace, builtin(name, settings), options))
}

#[test]
fn target_tracking_follows_a_step_after_the_start_up_time() {
    let trace = steps(&[(0, 100.0), (10, 300.0), (30, 100.0), (60, 100.0)]);
    let replay = replayed(&trace, "target-tracking", "{}", &options(50.0));
    // That 4 replicas are over their capacity does not say by how much: CPU ends at 100 %.
    let asked: Vec<_> = replay.decisions.iter().map(|decided| (decided.at / MINUTE, decided.replicas)).collect();
    assert_eq!(asked, [(1, 4), (11, 8), (14, 12), (35, 4)]);
    let over = replay.figures.over_capacity * 80.0;
    assert!((over - 3.0).abs() < 1e-6, "{over}");
    assert_eq!(replay, replayed(&trace, "target-tracking", "{}", &options(50.0)), "the same again");
}

#[test]
fn a_schedule_is_ahead_by_the_start_up_time() {
    let trace = steps(&[(0, 100.0), (480, 400.0), (540, 100.0), (600, 100.0)]);
    let settings = r#"{"times": [{"from": "08:00", "to": "09:00", "replicas": 9}], "otherwise": 3}"#;
    let replay = replayed(&trace, "schedule", settings, &options(50.0));
    let asked: Vec<_> = replay.decisions.iter().map(|decided| (decided.at / MINUTE, decided.replicas)).collect();
    assert_eq!((asked, replay.figures.over_capacity), (vec![(478, 9), (540, 3)], 0.0));
}

/// Says anything, and fails now and then.
struct Anything(Rng);

impl Policy for Anything {
    async fn decide(&mut self, _: &Observation) -> Result<ScalingDecision, String> {
        if self.0.u32(0..5) == 0 {
            return Err("it has no idea".to_owned());
        }
        let replicas = if self.0.bool() { self.0.u32(..) } else { self.0.u32(0..30) };
        Ok(ScalingDecision { replicas, reason: String::new(), forecast: Vec::new(), state: vec![self.0.u8(..)] })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_answer_leads_outside_of_the_limits(seed: u64, min in 1u32..9, more in 0u32..20, rate in proptest::option::of(1u32..9), cooldown in 0u64..200_000) {
        let pace = Pace { per_minute: rate, cooldown };
        let limits = Limits { up: pace.clone(), down: pace, ..Limits::between(min, min + more) };
        let options = Options { limits, interval: 15_000, ..options(70.0) };
        let mut rng = Rng::with_seed(seed);
        let rates: Vec<_> = (0..60).map(|minute| (minute, 2000.0 * rng.f64())).collect();
        let replay = block_on(simulate(&steps(&rates), Anything(rng), &options));
        prop_assert!(replay.steps.iter().all(|step| (min..=min + more).contains(&step.asked) && step.ready <= step.asked.max(step.ready)));
        for decided in &replay.decisions {
            prop_assert!(decided.wanted.is_some() || decided.replicas == decided.before, "a failure keeps the number");
        }
    }
}

#[test]
fn a_clock_that_is_set_back_by_a_day_holds_nothing_up() {
    for name in ["target-tracking", "predictive"] {
        let mut decider = Decider::new(builtin(name, "{}"), Limits::between(1, 20), target(70.0));
        let mut current = 2;
        let mut minute = |at: u64, cpu: f64| {
            let (requests_per_second, latency_p95) = (f64::from(current) * cpu / 2.0, 20.0);
            let sample =
                Sample { at, replicas: current, cpu, memory: 0.0, requests_per_second, latency_p95, error_rate: 0.0 };
            decider.observe(sample);
            let decided = block_on(decider.decide(at, current));
            decider.applied(&decided);
            current = decided.replicas;
            current
        };
        let day = 1440 * MINUTE;
        let before: Vec<_> = (0..10).map(|number| minute(2 * day + number * MINUTE, 70.0)).collect();
        let after: Vec<_> = (0..3).map(|number| minute(day + number * MINUTE, 100.0)).collect();
        assert!(before.iter().all(|replicas| *replicas == 2) && after[2] > 2, "{name}: {before:?} {after:?}");
    }
}

#[test]
fn a_policy_that_fails_keeps_the_number_says_so_and_is_asked_again_without_its_state() {
    struct Failing(u32);
    impl Policy for Failing {
        async fn decide(&mut self, observation: &Observation) -> Result<ScalingDecision, String> {
            self.0 += 1;
            match self.0 {
                1 => Ok(ScalingDecision { replicas: 7, reason: String::new(), forecast: Vec::new(), state: vec![1] }),
                _ if observation.state.is_empty() => Err("still".to_owned()),
                _ => Err("broken".to_owned()),
            }
        }
    }
    let mut decider = Decider::new(Failing(0), Limits::between(2, 9), target(70.0));
    let mut current = 4;
    for at in 1..=5 {
        let decided = block_on(decider.decide(at, current));
        decider.applied(&decided);
        current = decided.replicas;
    }
    let reasons: Vec<_> = decider.history().map(|decided| decided.reason.clone()).collect();
    assert_eq!(current, 7);
    assert_eq!(reasons[1], "the policy failed, so the number is kept: broken");
    assert!(reasons[3].ends_with("broken") && reasons[4].ends_with("still"), "{reasons:?}");
    assert_eq!(block_on(decider.decide(9, 20)).replicas, 9, "even then the limits hold");
}

//! Thousands of simulated rollouts, with good and bad versions, faults of the world, and strategies of all kinds: the
//! built-in ones, and ones that say anything. What must hold is looked at here, not by the guard.

use std::{cell::RefCell, rc::Rc, time::Duration};

use fastrand::Rng;
use proptest::prelude::*;
use sdlc_builtin::find;
use sdlc_model::rollout::{LastStep, Rollout, RolloutDecision, Step};
use sdlc_sandbox::{
    deploy_strategy::DeployStrategy,
    engine::{Overrun, Sandbox},
    limits::Limits,
};
use tokio::runtime::Builder;
use tokio_util::sync::CancellationToken;

use crate::{
    guard::Guard,
    journal::{Record, progress::Progress},
    rollout::{Ending, Run},
    simulation::{Behaviour, Faults, Simulation},
    strategy::Strategy,
    world::{Failure, Observed, World},
};

const REPLICAS: u32 = 3;

/// A plugin.
struct Builtin(DeployStrategy);

impl Strategy for Builtin {
    async fn next(&mut self, rollout: &Rollout) -> Result<RolloutDecision, String> {
        self.0.next(rollout).await.map_err(|error| error.to_string())
    }
}

fn builtin(name: &str, settings: &str) -> Builtin {
    let (builtin, limits) = (find(name).unwrap(), Limits::default());
    let sandbox = Sandbox::new(limits.stack, Overrun::Interrupt).unwrap();
    let plugin = sandbox.load_embedded(builtin.digest, builtin.code).unwrap();
    let strategy = DeployStrategy::new(&plugin, settings, &limits, CancellationToken::new());
    Builtin(block_on(strategy).unwrap())
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

/// Says anything.
struct Anything(Rng);

impl Strategy for Anything {
    async fn next(&mut self, _: &Rollout) -> Result<RolloutDecision, String> {
        let step = match self.0.u32(0..12) {
            0..3 => Step::Start(self.0.u32(0..6)),
            3..6 => Step::Shift(self.0.u32(0..103)),
            6..9 => Step::Wait(self.0.u32(0..60_000)),
            9 | 10 => Step::Promote,
            _ if self.0.u32(0..8) == 0 => Step::RollBack("why not".to_owned()),
            _ => Step::Wait(1_000),
        };
        Ok(RolloutDecision { step, reason: String::new(), state: Vec::new() })
    }
}

/// Looks at every step that is done.
struct Witness {
    world: Simulation,
    live_before: u32,
    /// From which on a version may be live.
    shares: Vec<u32>,
}

impl World for Witness {
    fn now(&self) -> u64 {
        self.world.now()
    }

    async fn wait(&mut self, time: Duration) {
        self.world.wait(time).await;
    }

    async fn observe(&mut self) -> Result<Observed, Failure> {
        let seen = self.world.seen();
        if let Some(live) = &seen.live {
            assert_eq!(live.replicas, self.live_before, "nothing is taken from the live version");
        }
        self.world.observe().await
    }

    async fn start(&mut self, replicas: u32) -> Result<(), Failure> {
        assert!((1..=REPLICAS).contains(&replicas));
        let candidate = self.world.seen().candidate;
        assert!(candidate.is_none_or(|slot| slot.share == 0 || slot.replicas <= replicas));
        self.world.start(replicas).await
    }

    async fn shift(&mut self, share: u32) -> Result<(), Failure> {
        let candidate = self.world.seen().candidate.expect("a candidate");
        assert!(share <= 100);
        assert!(share <= candidate.share || candidate.healthy == candidate.replicas, "no share for an unhealthy slot");
        self.shares.push(share);
        self.world.shift(share).await
    }

    async fn promote(&mut self) -> Result<(), Failure> {
        let Observed { live, candidate, .. } = self.world.seen();
        let candidate = candidate.expect("a candidate");
        assert!(live.is_none() || candidate.share == 100, "no promotion before the full share");
        assert_eq!((candidate.healthy, candidate.replicas), (REPLICAS, REPLICAS));
        self.world.promote().await
    }

    async fn roll_back(&mut self) -> Result<(), Failure> {
        self.world.roll_back().await
    }

    async fn retire(&mut self) -> Result<(), Failure> {
        self.world.retire().await
    }
}

const LIMIT: Duration = Duration::from_secs(1800);

/// How it ended, in which time, and which shares the candidate got.
fn rollout(strategy: &mut impl Strategy, world: Simulation) -> (Ending, Duration, Vec<u32>) {
    resumed(strategy, world, None)
}

/// The same, of one that another process left when it was about to do a step.
fn resumed(strategy: &mut impl Strategy, world: Simulation, pending: Option<Step>) -> (Ending, Duration, Vec<u32>) {
    let live_before = world.seen().live.map_or(0, |live| live.healthy);
    let mut world = Witness { world, live_before, shares: Vec::new() };
    let began = world.now();
    let records = Rc::new(RefCell::new(Vec::new()));
    let written = Rc::clone(&records);
    let mut write = move |record: Record| {
        written.borrow_mut().push(record);
        Ok(())
    };
    let run = Run {
        strategy,
        guard: Guard::new(LIMIT, live_before),
        replicas: REPLICAS,
        progress: Progress { began, last_step_at: began, pending, ..Progress::default() },
        write: &mut write,
        tell: &mut |_| {},
        cancelled: CancellationToken::new(),
        hopeless: None,
        world: &mut world,
    };
    let ending = block_on(run.run()).unwrap();
    let took = Duration::from_millis(world.now() - began);
    assert!(took <= LIMIT + Duration::from_secs(120), "{took:?}");
    let Observed { live, candidate, .. } = world.world.seen();
    assert!(candidate.is_none(), "nothing is left between");
    assert!(live.is_none_or(|live| live.share == 100), "the live version has all requests");
    let last = records.borrow().last().cloned().unwrap();
    match &ending {
        Ending::Promoted => assert!(matches!(last, Record::Promoted { .. })),
        Ending::RolledBack(_) => assert!(matches!(last, Record::RolledBack { .. })),
    }
    (ending, took, world.shares)
}

fn live() -> Option<(Behaviour, u32)> {
    Some((Behaviour::good("1"), REPLICAS))
}

fn reason(ending: &Ending) -> &str {
    match ending {
        Ending::Promoted => "promoted",
        Ending::RolledBack(reason) => reason,
    }
}

const STRATEGIES: [(&str, &str); 3] = [
    ("blue-green", r#"{"steps": [10, 50, 100]}"#),
    ("canary", r#"{"steps": [10, 50, 100]}"#),
    ("rolling", r#"{"batch": 1}"#),
];

#[test]
fn a_good_version_is_promoted_by_every_strategy() {
    for (name, settings) in STRATEGIES {
        let mut strategy = builtin(name, settings);
        let (ending, took, shares) = rollout(&mut strategy, Simulation::new(live(), Behaviour::good("2"), 50.0, 1));
        assert_eq!(ending, Ending::Promoted, "{name}");
        assert!(took < Duration::from_secs(180), "{name}: {took:?}");
        assert_eq!(shares.last(), Some(&100));
        assert_eq!(shares.len(), 3, "{name}: {shares:?}");
        let (ending, _, shares) = rollout(&mut strategy, Simulation::new(None, Behaviour::good("1"), 50.0, 1));
        assert_eq!((ending, shares.as_slice()), (Ending::Promoted, [].as_slice()), "{name}: the first version ever");
    }
}

#[test]
fn a_bad_version_is_rolled_back_by_every_strategy_with_the_reason() {
    let good = Behaviour::good("2");
    let seconds = Duration::from_secs;
    let bad = [
        (Behaviour { starts_in: None, ..good.clone() }, "became healthy within 2m"),
        (Behaviour { crashes_after: Some(seconds(6)), ..good.clone() }, "healthy"),
        (Behaviour { error_rate: 0.05, ..good.clone() }, "requests failed"),
        (Behaviour { latency: 200.0, ..good.clone() }, "of the live version|before"),
    ];
    for (name, settings) in STRATEGIES {
        for (behaviour, expected) in &bad {
            let mut strategy = builtin(name, settings);
            let world = Simulation::new(live(), behaviour.clone(), 100.0, 7);
            let (ending, _, shares) = rollout(&mut strategy, world);
            let found = expected.split('|').any(|part| reason(&ending).contains(part));
            assert!(found, "{name}, {behaviour:?}: {}", reason(&ending));
            assert!(!shares.contains(&100), "{name}, {behaviour:?}: {shares:?}");
        }
    }
}

#[test]
fn a_canary_without_traffic_is_undecided_and_never_promoted() {
    let mut strategy = builtin("canary", "{}");
    let (ending, _, shares) = rollout(&mut strategy, Simulation::new(live(), Behaviour::good("2"), 0.0, 1));
    assert!(reason(&ending).contains("undecided after 10m: 0 of 50 requests"), "{}", reason(&ending));
    assert_eq!(shares, [5]);
}

#[test]
fn a_strategy_that_fails_or_never_ends_goes_back() {
    struct Broken;
    impl Strategy for Broken {
        async fn next(&mut self, _: &Rollout) -> Result<RolloutDecision, String> {
            Err("a trap".to_owned())
        }
    }
    struct Lazy;
    impl Strategy for Lazy {
        async fn next(&mut self, _: &Rollout) -> Result<RolloutDecision, String> {
            Ok(RolloutDecision { step: Step::Wait(u32::MAX), reason: String::new(), state: Vec::new() })
        }
    }
    let world = || Simulation::new(live(), Behaviour::good("2"), 1.0, 1);
    assert_eq!(reason(&rollout(&mut Broken, world()).0), "the strategy failed: a trap");
    assert_eq!(reason(&rollout(&mut Lazy, world()).0), "it took longer than the time limit of 1800 s");
}

#[test]
fn a_step_that_was_about_to_be_done_is_not_done_when_it_may_be_no_more() {
    /// Would promote, and goes back when that is refused.
    struct Resumed;
    impl Strategy for Resumed {
        async fn next(&mut self, rollout: &Rollout) -> Result<RolloutDecision, String> {
            let LastStep::Err(reason) = &rollout.last_step else { return Err("it was not refused".to_owned()) };
            Ok(RolloutDecision { step: Step::RollBack(reason.clone()), reason: String::new(), state: Vec::new() })
        }
    }
    for pending in [Step::Promote, Step::Shift(100)] {
        let mut world = Simulation::new(live(), Behaviour { starts_in: None, ..Behaviour::good("2") }, 10.0, 1);
        block_on(world.start(REPLICAS)).unwrap();
        let ending = resumed(&mut Resumed, world, Some(pending)).0;
        assert_eq!(reason(&ending), "0 of 3 replicas are healthy");
    }
}

fn behaviours() -> impl Strategy2<Value = Behaviour> {
    let starts = prop_oneof![4 => (0u64..20_000).prop_map(Some), 1 => Just(None)];
    let crashes = prop_oneof![4 => Just(None), 1 => (1_000u64..60_000).prop_map(Some)];
    let errors = prop_oneof![3 => Just(0.0), 1 => 0.0..0.5];
    (starts, crashes, errors, 1.0f64..300.0).prop_map(|(starts, crashes, error_rate, latency)| Behaviour {
        version: "2".to_owned(),
        starts_in: starts.map(Duration::from_millis),
        crashes_after: crashes.map(Duration::from_millis),
        error_rate,
        latency,
    })
}

use proptest::strategy::Strategy as Strategy2;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn no_strategy_breaks_what_must_hold(behaviour in behaviours(), seed: u64, first in any::<bool>(), fault in 0.0f64..0.3) {
        let live = if first { None } else { live() };
        let world = Simulation::new(live, behaviour, 2.0, seed);
        rollout(&mut Anything(Rng::with_seed(seed)), world.with_faults(Faults { steps: fault, looks: fault }));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn no_built_in_strategy_is_ever_refused_or_without_an_end(
        behaviour in behaviours(), seed: u64, first in any::<bool>(), fault in 0.0f64..0.2, which in 0usize..3
    ) {
        let live = if first { None } else { live() };
        let world = Simulation::new(live, behaviour, 5.0, seed);
        let (name, settings) = STRATEGIES[which];
        let (ending, ..) = rollout(&mut builtin(name, settings), world.with_faults(Faults { steps: 0.0, looks: fault }));
        assert!(!reason(&ending).contains("not allowed"), "{name}: {}", reason(&ending));
    }
}

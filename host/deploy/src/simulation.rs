//! [`Simulation`]: a model of a service, for rollouts that are tried before they are done. Time goes by as fast as it can
//! be computed, and the same seed gives the same rollout.
//!
//! The model: replicas become healthy some time after they were started, or never; requests come at a steady rate and are
//! given out by share; each fails by chance, and takes a time that is distributed log-normally. Nothing else: no queues, so
//! no effect of load on latency.

use std::time::Duration;

use fastrand::Rng;
use sdlc_model::rollout::Slot;

use crate::world::{Failure, Observed, World};

/// How a version behaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Behaviour {
    /// Name of the version.
    pub version: String,
    /// Until a replica is healthy; none: it never is.
    pub starts_in: Option<Duration>,
    /// A replica ends so long after it was started, and is started again.
    pub crashes_after: Option<Duration>,
    /// Share of its requests that fail, 0 to 1.
    pub error_rate: f64,
    /// Median latency, in milliseconds.
    pub latency: f64,
}

impl Behaviour {
    /// Healthy after two seconds, without an error, answers within 20 ms.
    pub fn good(version: &str) -> Self {
        Self {
            version: version.to_owned(),
            starts_in: Some(Duration::from_secs(2)),
            crashes_after: None,
            error_rate: 0.0,
            latency: 20.0,
        }
    }
}

/// What goes wrong in the world itself.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Faults {
    /// Share of steps that cannot be carried out, 0 to 1.
    pub steps: f64,
    /// Share of looks that see nothing, 0 to 1.
    pub looks: f64,
}

/// A model of a service.
#[derive(Clone, Debug)]
pub struct Simulation {
    now: u64,
    live: Option<Side>,
    candidate: Option<Side>,
    behaviour: Behaviour,
    rate: f64,
    faults: Faults,
    rng: Rng,
    /// Fractions of requests that are left over.
    carry: f64,
}

#[derive(Clone, Debug)]
struct Side {
    behaviour: Behaviour,
    /// When each replica was started.
    replicas: Vec<u64>,
    share: u32,
    healthy_since: Option<u64>,
    latencies: Vec<f64>,
    requests: u64,
    errors: u64,
}

impl Simulation {
    /// A live version that serves, and one that is to be deployed. `rate` is in requests per second.
    pub fn new(live: Option<(Behaviour, u32)>, candidate: Behaviour, rate: f64, seed: u64) -> Self {
        let live = live.map(|(behaviour, replicas)| Side {
            replicas: vec![0; usize::try_from(replicas).unwrap_or(0)],
            ..Side::new(behaviour, 100)
        });
        let rng = Rng::with_seed(seed);
        let (faults, carry) = (Faults::default(), 0.0);
        let mut simulation = Self { now: 0, live, candidate: None, behaviour: candidate, rate, faults, rng, carry };
        simulation.pass(Duration::from_secs(60));
        simulation
    }

    /// With a world in which something goes wrong.
    #[must_use]
    pub fn with_faults(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// What is there, without any fault.
    pub fn seen(&self) -> Observed {
        Observed {
            live: self.live.as_ref().map(|side| side.slot(self.now)),
            candidate: self.candidate.as_ref().map(|side| side.slot(self.now)),
            hopeless: None,
        }
    }

    fn pass(&mut self, time: Duration) {
        const TICK: u64 = 100;
        let until = self.now + u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        while self.now < until {
            let tick = TICK.min(until - self.now);
            self.now += tick;
            self.carry += self.rate * tick as f64 / 1000.0;
            let requests = self.carry.floor();
            self.carry -= requests;
            let now = self.now;
            self.sides().for_each(|side| side.age(now));
            for _ in 0..requests as u64 {
                self.request();
            }
        }
    }

    fn request(&mut self) {
        let at = self.rng.u32(0..100);
        let candidate = self.candidate.as_ref().map_or(0, |side| side.share);
        let rng = &mut self.rng;
        let side = if at < candidate { self.candidate.as_mut() } else { self.live.as_mut() };
        if let Some(side) = side {
            side.serve(rng);
        }
    }

    fn sides(&mut self) -> impl Iterator<Item = &mut Side> {
        self.live.iter_mut().chain(self.candidate.iter_mut())
    }

    fn may_fail(&mut self) -> Result<(), Failure> {
        if self.rng.f64() < self.faults.steps {
            return Err(Failure("the engine does not answer".to_owned()));
        }
        Ok(())
    }
}

impl Side {
    fn new(behaviour: Behaviour, share: u32) -> Self {
        let (replicas, latencies) = (Vec::new(), Vec::new());
        Self { behaviour, replicas, share, healthy_since: None, latencies, requests: 0, errors: 0 }
    }

    fn healthy(&self, now: u64) -> usize {
        let Some(starts_in) = self.behaviour.starts_in else { return 0 };
        let ready = u64::try_from(starts_in.as_millis()).unwrap_or(u64::MAX);
        self.replicas.iter().filter(|started| now.saturating_sub(**started) >= ready).count()
    }

    fn age(&mut self, now: u64) {
        if let Some(life) = self.behaviour.crashes_after {
            let life = u64::try_from(life.as_millis()).unwrap_or(u64::MAX);
            let dead = self.replicas.iter_mut().filter(|started| now.saturating_sub(**started) >= life);
            dead.for_each(|started| *started = now);
        }
        let all = !self.replicas.is_empty() && self.healthy(now) == self.replicas.len();
        self.healthy_since = if all { self.healthy_since.or(Some(now)) } else { None };
    }

    fn serve(&mut self, rng: &mut Rng) {
        self.requests += 1;
        if rng.f64() < self.behaviour.error_rate {
            self.errors += 1;
        }
        // Of the sum of twelve uniform numbers (Irwin and Hall), which is close to a normal distribution.
        let normal = (0..12).map(|_| rng.f64()).sum::<f64>() - 6.0;
        if self.latencies.len() < 10_000 {
            self.latencies.push(self.behaviour.latency * (normal * 0.4).exp());
        }
    }

    fn shift(&mut self, share: u32) {
        if self.share != share {
            self.share = share;
            (self.requests, self.errors) = (0, 0);
            self.latencies.clear();
        }
    }

    fn slot(&self, now: u64) -> Slot {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let mut latencies = self.latencies.clone();
        latencies.sort_by(f64::total_cmp);
        let percentile = |share: f64| {
            let at = (latencies.len() as f64 * share) as usize;
            latencies.get(at).or(latencies.last()).copied().unwrap_or(0.0)
        };
        Slot {
            version: self.behaviour.version.clone(),
            replicas: count(self.replicas.len()),
            healthy: count(self.healthy(now)),
            share: self.share,
            healthy_for: self.healthy_since.map(|since| now.saturating_sub(since)),
            requests: self.requests,
            errors: self.errors,
            latency_p50: percentile(0.5),
            latency_p95: percentile(0.95),
            latency_p99: percentile(0.99),
        }
    }
}

impl World for Simulation {
    fn now(&self) -> u64 {
        self.now
    }

    async fn wait(&mut self, time: Duration) {
        self.pass(time);
    }

    async fn observe(&mut self) -> Result<Observed, Failure> {
        if self.rng.f64() < self.faults.looks {
            return Err(Failure("the engine does not answer".to_owned()));
        }
        Ok(self.seen())
    }

    async fn start(&mut self, replicas: u32) -> Result<(), Failure> {
        self.may_fail()?;
        let side = self.candidate.get_or_insert_with(|| Side::new(self.behaviour.clone(), 0));
        side.replicas.resize(usize::try_from(replicas).unwrap_or(0), self.now);
        side.age(self.now);
        Ok(())
    }

    async fn shift(&mut self, share: u32) -> Result<(), Failure> {
        self.may_fail()?;
        if let Some(candidate) = &mut self.candidate {
            candidate.shift(share);
        }
        if let Some(live) = &mut self.live {
            live.shift(100 - share.min(100));
        }
        Ok(())
    }

    async fn promote(&mut self) -> Result<(), Failure> {
        self.may_fail()?;
        if let Some(mut candidate) = self.candidate.take() {
            candidate.shift(100);
            self.live = Some(candidate);
        }
        Ok(())
    }

    async fn roll_back(&mut self) -> Result<(), Failure> {
        self.candidate = None;
        if let Some(live) = &mut self.live {
            live.shift(100);
        }
        Ok(())
    }

    async fn retire(&mut self) -> Result<(), Failure> {
        Ok(())
    }
}

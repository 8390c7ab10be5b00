//! [`simulate`]: replays a trace through a policy and a model of the service. Nothing is left to chance: the same input gives
//! the same result.

use sdlc_model::scaling::{ForecastPoint, Sample, Target};

use crate::{
    decide::{Decided, Decider},
    limits::Limits,
    model::{Model, Moment},
    policy::Policy,
    trace::{Load, Trace},
};

/// How a trace is replayed.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The service.
    pub model: Model,
    /// What the policy's answers are held to.
    pub limits: Limits,
    /// What is asked of the policy. Its limits and its start-up time are those above.
    pub target: Target,
    /// Milliseconds between two decisions.
    pub interval: u64,
    /// Milliseconds at the beginning that do not count: the policy learns.
    pub warm_up: u64,
}

/// What a replay came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Share of time in which there were more requests than the replicas can do, 0 to 1.
    pub over_capacity: f64,
    /// Requests that came.
    pub requests: f64,
    /// Requests that failed.
    pub affected: f64,
    /// Mean number of replicas, those that start included.
    pub mean_replicas: f64,
    /// How often the number of replicas was changed.
    pub changes: u32,
    /// What the replicas cost.
    pub cost: f64,
    /// Mean over the requests, milliseconds.
    pub latency: f64,
    /// Decisions that the policy failed at.
    pub failures: u32,
}

/// An interval of a replay.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its end: milliseconds, as in the trace.
    pub at: u64,
    /// Mean of it.
    pub requests_per_second: f64,
    /// Replicas that served, and those that are asked for after it.
    pub ready: u32,
    /// Replicas that are asked for after it.
    pub asked: u32,
    /// What the policy expects next; none: nothing.
    pub forecast: Option<ForecastPoint>,
}

/// A replay.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replay {
    /// What it came to.
    pub figures: Figures,
    /// Each interval.
    pub steps: Vec<Step>,
    /// The decisions that changed something, or that the policy failed at.
    pub decisions: Vec<Decided>,
}

/// Milliseconds at which a replay begins and ends.
fn bounds(trace: &Trace) -> Option<(u64, u64)> {
    let ((begin, _), (last, _)) = (trace.rows.first()?, trace.rows.last()?);
    Some((*begin, last + trace.spacing()))
}

/// How many decisions a replay of the trace takes.
pub fn decisions(trace: &Trace, options: &Options) -> u64 {
    bounds(trace).map_or(0, |(begin, end)| (end - begin).div_ceil(options.interval.max(1)))
}

/// Replays a trace.
pub async fn simulate<P: Policy>(trace: &Trace, policy: P, options: &Options) -> Replay {
    let (Some((begin, end)), Some((_, first))) = (bounds(trace), trace.rows.first()) else { return Replay::default() };
    let model = &options.model;
    let target = Target { start_up: model.start_up, ..options.target.clone() };
    let mut decider = Decider::new(policy, options.limits.clone(), target);
    let replicas = model.enough(first).clamp(options.limits.min, options.limits.max);
    let mut service = Service { model, ready: replicas, starting: Vec::new(), tally: Tally::default() };
    let mut replay = Replay::default();
    let (mut cursor, mut now) = (Cursor { trace, row: 0 }, begin);
    let counts_from = begin + options.warm_up;
    while now < end {
        let until = (now + options.interval.max(1)).min(end);
        let sample = service.pass(&mut cursor, now, until, counts_from);
        now = until;
        decider.observe(sample.clone());
        let decided = decider.decide(now, service.asked()).await;
        decider.applied(&decided);
        service.ask(now, decided.replicas);
        let counts = now > counts_from;
        replay.steps.push(Step {
            at: now,
            requests_per_second: sample.requests_per_second,
            ready: sample.replicas,
            asked: decided.replicas,
            forecast: decided.forecast.first().cloned(),
        });
        let changed = decided.replicas != decided.before;
        replay.figures.changes += u32::from(counts && changed);
        replay.figures.failures += u32::from(counts && decided.wanted.is_none());
        if changed || decided.wanted.is_none() {
            replay.decisions.push(decided);
        }
    }
    service.tally.into_figures(&mut replay.figures, model);
    replay
}

/// A simulated service at a moment.
struct Service<'a> {
    model: &'a Model,
    ready: u32,
    /// When each that starts will serve, in this order.
    starting: Vec<u64>,
    tally: Tally,
}

/// Sums over time, in milliseconds.
#[derive(Default)]
struct Tally {
    time: f64,
    over: f64,
    requests: f64,
    affected: f64,
    latency: f64,
    replicas: f64,
}

impl Service<'_> {
    fn asked(&self) -> u32 {
        self.ready.saturating_add(u32::try_from(self.starting.len()).unwrap_or(u32::MAX))
    }

    fn ask(&mut self, now: u64, replicas: u32) {
        while self.asked() > replicas {
            if self.starting.pop().is_none() {
                self.ready = replicas;
            }
        }
        let missing = usize::try_from(replicas - self.asked()).unwrap_or(0);
        self.starting.extend(std::iter::repeat_n(now + self.model.start_up, missing));
        self.become_ready(now);
    }

    fn become_ready(&mut self, now: u64) {
        let before = self.starting.len();
        self.starting.retain(|at| *at > now);
        self.ready += u32::try_from(before - self.starting.len()).unwrap_or(0);
    }

    /// Lets time go by, from one change of the load or of the replicas to the next, and measures.
    fn pass(&mut self, cursor: &mut Cursor<'_>, from: u64, until: u64, counts_from: u64) -> Sample {
        let (mut now, mut means) = (from, Means::default());
        while now < until {
            let (load, changes) = cursor.at(now);
            let next = self.starting.first().copied().unwrap_or(u64::MAX).min(changes).clamp(now + 1, until);
            let moment = self.model.moment(load, self.ready);
            let time = (next - now) as f64;
            means.add(time, load, self.ready, &moment);
            if now >= counts_from {
                self.tally.add(time, load, self.asked(), f64::from(self.ready) * self.model.capacity, &moment);
            }
            now = next;
            self.become_ready(now);
        }
        means.into_sample(until)
    }
}

impl Tally {
    fn add(&mut self, time: f64, load: &Load, asked: u32, capacity: f64, moment: &Moment) {
        let requests = load.requests_per_second * time / 1000.0;
        self.time += time;
        self.over += if load.requests_per_second > capacity { time } else { 0.0 };
        self.requests += requests;
        self.affected += moment.affected * time / 1000.0;
        self.latency += moment.latency * requests;
        self.replicas += f64::from(asked) * time;
    }

    fn into_figures(self, figures: &mut Figures, model: &Model) {
        let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        figures.over_capacity = share(self.over, self.time);
        (figures.requests, figures.affected) = (self.requests, self.affected);
        figures.latency = share(self.latency, self.requests);
        figures.mean_replicas = share(self.replicas, self.time);
        figures.cost = self.replicas / 3_600_000.0 * model.cost;
    }
}

/// Sums of an interval, by time.
#[derive(Default)]
struct Means {
    time: f64,
    replicas: f64,
    cpu: f64,
    memory: f64,
    rate: f64,
    latency: f64,
    affected: f64,
}

impl Means {
    fn add(&mut self, time: f64, load: &Load, ready: u32, moment: &Moment) {
        self.time += time;
        self.replicas += f64::from(ready) * time;
        self.cpu += moment.cpu * time;
        self.memory += load.memory.unwrap_or(0.0) * time;
        self.rate += load.requests_per_second * time;
        self.latency += moment.latency * time;
        self.affected += moment.affected * time;
    }

    fn into_sample(self, at: u64) -> Sample {
        let mean = |sum: f64| sum / self.time.max(1.0);
        Sample {
            at,
            replicas: mean(self.replicas).round() as u32,
            cpu: mean(self.cpu),
            memory: mean(self.memory),
            requests_per_second: mean(self.rate),
            latency_p95: mean(self.latency),
            error_rate: if self.rate > 0.0 { self.affected / self.rate } else { 0.0 },
        }
    }
}

/// A place in a trace that only goes on.
struct Cursor<'a> {
    trace: &'a Trace,
    row: usize,
}

impl<'a> Cursor<'a> {
    /// The load at a time, and when it changes.
    fn at(&mut self, now: u64) -> (&'a Load, u64) {
        const NOTHING: &Load = &Load { requests_per_second: 0.0, latency: None, memory: None, error_rate: None };
        let rows = &self.trace.rows;
        while rows.get(self.row + 1).is_some_and(|(at, _)| *at <= now) {
            self.row += 1;
        }
        let changes = rows.get(self.row + 1).map_or(u64::MAX, |(at, _)| *at);
        (rows.get(self.row).map_or(NOTHING, |(_, load)| load), changes)
    }
}

//! [`Beside`]: what is measured beside the replicas: the machine, processes, and what is asked over HTTP.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::Result;
use sdlc_config::monitor::{Endpoint, Monitor, Probe};
use sdlc_load::ask::{Answer, AskError};
use sdlc_machine::Machine;
use sdlc_model::reading::Measured;
use sdlc_monitor::prometheus::{Exposition, Rates};
use tokio::{task::JoinSet, time::MissedTickBehavior};

use super::inquiry::Inquiry;
use crate::console::Console;

/// Measures beside the replicas. What is asked is asked at its own pace, until this is dropped.
pub(crate) struct Beside {
    machine: Machine,
    sources: Vec<Source>,
    tasks: JoinSet<()>,
}

/// Something that is asked over HTTP.
struct Source {
    url: String,
    said: Arc<Mutex<Said>>,
    /// What was told of it last.
    told: Option<String>,
}

/// What something said last.
#[derive(Default)]
struct Said {
    /// None: it was not asked yet.
    measured: Option<Vec<Measured>>,
    /// Why it says nothing, or is not well. Untrusted.
    problem: Option<String>,
}

impl Beside {
    /// Within a runtime.
    pub(crate) fn new(monitor: &Monitor) -> Result<Self> {
        let (mut sources, mut tasks) = (Vec::new(), JoinSet::new());
        let mut source = |url: &str| {
            let said = Arc::new(Mutex::new(Said::default()));
            sources.push(Source { url: url.to_owned(), said: Arc::clone(&said), told: None });
            said
        };
        for probe in &monitor.probes {
            let inquiry = Inquiry::new(&probe.asked.url, probe.asked.timeout)?;
            tasks.spawn(watch_probe(inquiry, probe.clone(), source(&probe.asked.url)));
        }
        for endpoint in &monitor.endpoints {
            let inquiry = Inquiry::new(&endpoint.asked.url, endpoint.asked.timeout)?;
            tasks.spawn(watch_endpoint(inquiry, endpoint.clone(), source(&endpoint.asked.url)));
        }
        Ok(Self { machine: Machine::new(&monitor.processes), sources, tasks })
    }

    /// What is known now. What became another is told, and not twice.
    pub(crate) fn look(&mut self, clock: Duration, console: Console) -> Vec<Measured> {
        let mut measured = self.machine.look(clock);
        for source in &mut self.sources {
            let said = source.said.lock().unwrap_or_else(PoisonError::into_inner);
            measured.extend(said.measured.iter().flatten().cloned());
            if said.problem != source.told {
                match &said.problem {
                    Some(problem) => console.note(&format!("`{}`: {problem}", source.url)),
                    None => console.note(&format!("`{}` is well again", source.url)),
                }
                source.told.clone_from(&said.problem);
            }
        }
        measured
    }

    /// Until all that is asked answered, or did not in time.
    pub(crate) async fn first(&self) {
        let is_asked = |source: &Source| source.said.lock().unwrap_or_else(PoisonError::into_inner).measured.is_some();
        while !self.tasks.is_empty() && !self.sources.iter().all(is_asked) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn watch_probe(mut inquiry: Inquiry, probe: Probe, said: Arc<Mutex<Said>>) {
    let measured = |name: &str, value| Measured { source: probe.asked.url.clone(), name: name.to_owned(), value };
    let mut ticks = ticks(probe.asked.interval);
    loop {
        ticks.tick().await;
        let Some(answer) = inquiry.ask().await else { continue };
        let problem = match &answer {
            Ok(answer) if is_well(&probe, answer.status) => None,
            Ok(answer) => Some(format!("it answered {}", answer.status)),
            Err(error) => Some(error.to_string()),
        };
        let latency = answer.ok().map(|answer| measured("latency-ms", 1000.0 * answer.latency.as_secs_f64()));
        let up = measured("up", if problem.is_none() { 1.0 } else { 0.0 });
        *said.lock().unwrap_or_else(PoisonError::into_inner) =
            Said { measured: Some(std::iter::once(up).chain(latency).collect()), problem };
    }
}

fn is_well(probe: &Probe, status: u16) -> bool {
    if probe.status.is_empty() { (200..400).contains(&status) } else { probe.status.contains(&status) }
}

async fn watch_endpoint(mut inquiry: Inquiry, endpoint: Endpoint, said: Arc<Mutex<Said>>) {
    let (mut rates, began, mut ticks) = (Rates::default(), Instant::now(), ticks(endpoint.asked.interval));
    loop {
        ticks.tick().await;
        let Some(answer) = inquiry.ask().await else { continue };
        let (measured, problem) = match exposition(answer, &endpoint) {
            Ok(exposition) => read(&mut rates, began.elapsed(), &exposition, &endpoint),
            Err(problem) => (Vec::new(), Some(problem)),
        };
        *said.lock().unwrap_or_else(PoisonError::into_inner) = Said { measured: Some(measured), problem };
    }
}

fn exposition(answer: Result<Answer, AskError>, endpoint: &Endpoint) -> Result<Exposition, String> {
    let answer = answer.map_err(|error| error.to_string())?;
    if answer.status != 200 {
        return Err(format!("it answered {}", answer.status));
    }
    let text = String::from_utf8(answer.body).map_err(|_| "what it answered is no text".to_owned())?;
    Exposition::parse(&text, &endpoint.metrics).map_err(|error| error.to_string())
}

/// What is missing is a problem, or a name was misspelt for months.
fn read(
    rates: &mut Rates,
    clock: Duration,
    exposition: &Exposition,
    endpoint: &Endpoint,
) -> (Vec<Measured>, Option<String>) {
    let values = rates.read(clock, exposition).into_iter().zip(&endpoint.metrics);
    let measured = values.filter_map(|(value, metric)| {
        Some(Measured { source: endpoint.asked.url.clone(), name: metric.to_string(), value: value? })
    });
    let missing = exposition.values.iter().zip(&endpoint.metrics).find(|(value, _)| value.is_none());
    (measured.collect(), missing.map(|(_, metric)| format!("it has no number for `{metric}`")))
}

fn ticks(interval: Duration) -> tokio::time::Interval {
    let mut ticks = tokio::time::interval(interval);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

//! [`Monitor`]: what is measured beside the replicas of an environment.

use std::time::Duration;

use sdlc_model::selector::Selector;

use crate::{
    raw_monitor::{RawEndpoint, RawMonitor, RawProbe},
    settings::Reading,
};

/// Of an environment, each.
const MOST: usize = 16;
const MOST_METRICS: usize = 32;

/// What is measured beside the replicas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Monitor {
    /// Names of processes.
    pub processes: Vec<String>,
    /// What is asked whether it answers.
    pub probes: Vec<Probe>,
    /// What is asked for metrics.
    pub endpoints: Vec<Endpoint>,
}

/// Something that is asked over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its address.
    pub url: String,
    /// Longest that an answer may take.
    pub timeout: Duration,
    /// From one question to the next.
    pub interval: Duration,
}

/// Something that is asked whether it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// What is asked.
    pub asked: Asked,
    /// Statuses that are well; none: 200 to 399.
    pub status: Vec<u16>,
}

/// Something that is asked for metrics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// What is asked.
    pub asked: Asked,
    /// What is read.
    pub metrics: Vec<Selector>,
}

impl Reading<'_> {
    pub(crate) fn monitor(&mut self, path: &str, raw: RawMonitor) -> Monitor {
        let key = |key: &str| format!("{path}.{key}");
        self.require_few(&key("processes"), raw.processes.len(), MOST);
        self.require_few(&key("probes"), raw.probes.len(), MOST);
        self.require_few(&key("prometheus"), raw.prometheus.len(), MOST);
        for (index, name) in raw.processes.iter().enumerate() {
            if name.is_empty() || name.contains('/') {
                let message = format!("`{name}` is no name of a process; hint: such as `postgres`, without a path");
                self.wrong(&key(&format!("processes.{index}")), message);
            }
        }
        let probes = raw.probes.into_iter().enumerate();
        let probes = probes.map(|(index, raw)| self.probe(&key(&format!("probes.{index}")), raw)).collect();
        let endpoints = raw.prometheus.into_iter().enumerate();
        let endpoints =
            endpoints.map(|(index, raw)| self.endpoint(&key(&format!("prometheus.{index}")), raw)).collect();
        Monitor { processes: raw.processes, probes, endpoints }
    }

    fn require_few(&mut self, path: &str, count: usize, most: usize) {
        if count > most {
            self.wrong(path, format!("these are {count}, but at most {most} are measured"));
        }
    }

    fn probe(&mut self, path: &str, raw: RawProbe) -> Probe {
        for (index, status) in raw.status.iter().enumerate() {
            if !(100..=599).contains(status) {
                self.wrong(
                    &format!("{path}.status.{index}"),
                    format!("{status} is no status of HTTP; hint: such as 200"),
                );
            }
        }
        Probe { asked: self.asked(path, raw.url, raw.timeout, raw.interval), status: raw.status }
    }

    fn endpoint(&mut self, path: &str, raw: RawEndpoint) -> Endpoint {
        let metrics = format!("{path}.metrics");
        self.require_few(&metrics, raw.metrics.len(), MOST_METRICS);
        if raw.metrics.is_empty() {
            self.wrong(&metrics, "no metric is named; hint: such as `queue_length{queue=\"mail\"}`".to_owned());
        }
        let asked = self.asked(path, raw.url, raw.timeout, raw.interval);
        let read = raw.metrics.iter().enumerate();
        let read = read.filter_map(|(index, text)| self.value(&format!("{metrics}.{index}"), text.parse())).collect();
        Endpoint { asked, metrics: read }
    }

    fn asked(&mut self, path: &str, url: String, timeout: Option<String>, interval: Option<String>) -> Asked {
        self.value(&format!("{path}.url"), (self.vocabulary.asked)(&url));
        let timeout = self.duration(&format!("{path}.timeout"), timeout).unwrap_or(Duration::from_secs(2));
        let interval = self.duration(&format!("{path}.interval"), interval).unwrap_or(Duration::from_secs(10));
        Asked { url, timeout, interval }
    }
}

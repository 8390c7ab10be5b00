//! [`Exposed`]: the last reading as text for Prometheus.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, Result};
use sdlc_model::reading::{Reading, ReplicaReading, Traffic};
use sdlc_proxy::exposition::{self, Text};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Serves the last reading, until it is dropped.
pub(crate) struct Exposed {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    last: Arc<Mutex<Option<Reading>>>,
    _ending: DropGuard,
}

impl Exposed {
    /// Within a runtime.
    pub(crate) async fn at(address: SocketAddr, environment: &str) -> Result<Self> {
        let listener = TcpListener::bind(address).await;
        let listener = listener.with_context(|| format!("`--listen {address}`: nothing can listen there"))?;
        let address = listener.local_addr().unwrap_or(address);
        let (last, ending) = (Arc::<Mutex<Option<Reading>>>::default(), CancellationToken::new());
        let (said, environment) = (Arc::clone(&last), environment.to_owned());
        let say = move || text(&environment, said.lock().unwrap_or_else(PoisonError::into_inner).as_ref());
        tokio::spawn(exposition::serve(Arc::new(listener), ending.clone(), Arc::new(say)));
        Ok(Self { address, last, _ending: ending.drop_guard() })
    }

    pub(crate) fn observe(&self, reading: &Reading) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(reading.clone());
    }
}

/// Empty, where there was no reading yet: what is not known is not nothing.
fn text(environment: &str, reading: Option<&Reading>) -> String {
    let mut text = Text::new("sdlc_monitor_");
    let Some(reading) = reading else { return text.text };
    let labels = [("environment", environment), ("version", reading.version.as_str())];
    let mut gauge = |name: &str, help: &str, value: f64| {
        text.family(name, "gauge", help);
        text.sample(name, &labels, value);
    };
    gauge("reading_timestamp_seconds", "When the interval ended.", reading.at as f64 / 1000.0);
    gauge("reading_interval_seconds", "How long it was.", reading.interval as f64 / 1000.0);
    gauge("replicas_asked", "Replicas that there should be.", reading.asked.into());
    gauge("replicas_running", "Replicas that run.", reading.running.into());
    gauge("replicas_healthy", "Replicas that get requests.", reading.healthy.into());
    gauge("cpu_percent", "Mean over the replicas, of what each may use.", reading.cpu);
    gauge("memory_percent", "Mean over the replicas, of what each may use.", reading.memory);
    if let Some(Traffic { requests_per_second, error_rate, latency_p50, latency_p95, latency_p99 }) = reading.traffic {
        gauge("requests_per_second", "Of all replicas.", requests_per_second);
        gauge("error_ratio", "Share of requests that failed, 0 to 1.", error_rate);
        text.family("latency_seconds", "gauge", "Time to the head of the answer.");
        for (quantile, latency) in [("0.5", latency_p50), ("0.95", latency_p95), ("0.99", latency_p99)] {
            let [environment, version] = labels;
            if let Some(latency) = latency {
                text.sample("latency_seconds", &[environment, version, ("quantile", quantile)], latency / 1000.0);
            }
        }
    }
    replicas(&mut text, environment, reading);
    measured(&mut text, environment, reading);
    text.text
}

fn replicas(text: &mut Text, environment: &str, reading: &Reading) {
    let mut family = |name: &str, kind: &str, help: &str, value: fn(&ReplicaReading) -> Option<f64>| {
        text.family(name, kind, help);
        for replica in &reading.replicas {
            if let Some(value) = value(replica) {
                text.sample(name, &[("environment", environment), ("replica", &replica.name)], value);
            }
        }
    };
    family("replica_healthy", "gauge", "Whether it gets requests.", |replica| {
        Some(f64::from(u8::from(replica.healthy)))
    });
    family("replica_cpu_percent", "gauge", "Of what it may use.", |replica| replica.cpu);
    family("replica_memory_bytes", "gauge", "What it uses.", |replica| Some(replica.memory as f64));
    family("replica_restarts_total", "counter", "How often the engine started it again.", |replica| {
        Some(replica.restarts as f64)
    });
}

fn measured(text: &mut Text, environment: &str, reading: &Reading) {
    if reading.measured.is_empty() {
        return;
    }
    text.family("measured", "gauge", "What is measured beside the replicas, by whose and what it is.");
    for measured in &reading.measured {
        let labels = [("environment", environment), ("source", &measured.source), ("name", &measured.name)];
        text.sample("measured", &labels, measured.value);
    }
}

#[cfg(test)]
mod tests {
    use sdlc_model::reading::Measured;
    use sdlc_monitor::prometheus::Exposition;

    use super::*;

    #[test]
    fn what_is_exposed_is_read_back_by_our_own_reader() {
        let traffic = Traffic { requests_per_second: 12.5, latency_p95: Some(20.0), ..Traffic::default() };
        let replica = ReplicaReading { name: "shop-0".to_owned(), restarts: 3, ..ReplicaReading::default() };
        let beside = Measured { source: "machine".to_owned(), name: "cpu-percent".to_owned(), value: 7.0 };
        let reading = Reading {
            version: "1.0 \"quoted\"".to_owned(),
            healthy: 2,
            traffic: Some(traffic),
            replicas: vec![replica],
            measured: vec![beside],
            ..Reading::default()
        };
        let wanted = [
            "sdlc_monitor_replicas_healthy{version=\"1.0 \\\"quoted\\\"\"}",
            "sdlc_monitor_requests_per_second",
            "sdlc_monitor_latency_seconds{quantile=\"0.95\"}",
            "sdlc_monitor_latency_seconds{quantile=\"0.5\"}",
            "sdlc_monitor_replica_restarts_total{replica=\"shop-0\"}",
            "sdlc_monitor_measured{source=\"machine\",name=\"cpu-percent\"}",
        ];
        let selectors: Vec<_> = wanted.iter().map(|text| text.parse().unwrap()).collect();
        let read = Exposition::parse(&text("production", Some(&reading)), &selectors).unwrap();
        let values: Vec<_> = read.values.into_iter().map(|value| value.map(|(value, _)| value)).collect();
        assert_eq!(values, [Some(2.0), Some(12.5), Some(0.02), None, Some(3.0), Some(7.0)]);
        assert_eq!(text("production", None), "");
    }
}

//! What replicas use, as their engine counts it.

use std::{collections::HashMap, sync::Arc};

use bollard::{
    Docker,
    models::{ContainerInspectResponse, ContainerStatsResponse, ContainerSummary},
    query_parameters::StatsOptionsBuilder,
};
use futures_util::StreamExt;
use sdlc_model::{
    reading::{Usage, Used},
    service::Release,
};
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

use crate::{
    DockerError, Engine,
    error::{Asking, status},
    exit::Exit,
    replica::INDEX,
};

const NANOSECONDS: f64 = 1e9;

/// What the engine said last of each container that runs. It takes a second to answer, so it is not asked but listened to.
#[derive(Debug, Default)]
pub struct Gauges(HashMap<String, Gauge>);

#[derive(Debug)]
struct Gauge {
    last: watch::Receiver<Option<Arc<ContainerStatsResponse>>>,
    listening: AbortOnDropHandle<()>,
}

impl Gauge {
    fn new(docker: Docker, id: String) -> Self {
        let (tell, last) = watch::channel(None);
        let listening = tokio::spawn(async move {
            let options = StatsOptionsBuilder::new().stream(true).build();
            let mut stats = docker.stats(&id, Some(options));
            // Where it breaks off, whoever looks next begins anew.
            while let Some(Ok(said)) = stats.next().await {
                if tell.send(Some(Arc::new(said))).is_err() {
                    return;
                }
            }
        });
        Self { last, listening: AbortOnDropHandle::new(listening) }
    }
}

impl Engine {
    /// What the replicas of a release use, by index. `healthy` and `reason` are not the engine's to say, and left open.
    ///
    /// # Errors
    /// Where the engine does not say.
    pub async fn usage(&self, gauges: &mut Gauges, release: &Release) -> Result<Vec<Usage>, DockerError> {
        let mut usages = Vec::new();
        let summaries = self.summaries(&release.service, Some(&release.id)).await?;
        let known = |id: &String| summaries.iter().any(|summary| summary.id.as_ref() == Some(id));
        gauges.0.retain(|id, gauge| known(id) && !gauge.listening.is_finished());
        for summary in &summaries {
            let index = summary.labels.as_ref().and_then(|labels| labels.get(INDEX)?.parse::<u32>().ok());
            usages.extend(self.used(gauges, summary).await?.map(|usage| (index, usage)));
        }
        usages.sort_by_key(|(index, _)| *index);
        Ok(usages.into_iter().map(|(_, usage)| usage).collect())
    }

    async fn used(&self, gauges: &mut Gauges, summary: &ContainerSummary) -> Result<Option<Usage>, DockerError> {
        let Some(id) = &summary.id else { return Ok(None) };
        let found = match self.calls.retried(|| self.docker.inspect_container(id, None)).await {
            // It went away since it was listed.
            Err(error) if status(&error) == Some(404) => return Ok(None),
            found => found.asking("about a container")?,
        };
        let running = found.state.as_ref().and_then(|state| state.running).unwrap_or_default();
        if !running {
            gauges.0.remove(id);
            return Ok(Some(usage(&found, None)));
        }
        let gauge = gauges.0.entry(id.clone()).or_insert_with(|| Gauge::new(self.docker.clone(), id.clone()));
        let last = gauge.last.borrow().clone();
        Ok(Some(usage(&found, last.as_deref())))
    }
}

fn usage(found: &ContainerInspectResponse, stats: Option<&ContainerStatsResponse>) -> Usage {
    let state = found.state.clone().unwrap_or_default();
    let running = state.running.unwrap_or_default() && !state.restarting.unwrap_or_default();
    Usage {
        name: found.name.clone().unwrap_or_default().trim_start_matches('/').to_owned(),
        running,
        restarts: found.restart_count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default(),
        exit_code: Exit::of(&state).map(|exit| exit.code),
        started: state.started_at.as_deref().and_then(milliseconds),
        used: stats.filter(|_| running).and_then(|stats| used(found, stats)),
        ..Usage::default()
    }
}

/// None: the engine says nothing yet, or is about a container that ended meanwhile.
fn used(found: &ContainerInspectResponse, stats: &ContainerStatsResponse) -> Option<Used> {
    let (cpu, memory) = (stats.cpu_stats.as_ref()?, stats.memory_stats.as_ref()?);
    // What `docker stats` takes off as well: pages of files that nobody used for a while.
    let cached =
        memory.stats.as_ref().and_then(|stats| stats.get("inactive_file").or(stats.get("total_inactive_file")));
    let granted = found.host_config.as_ref().and_then(|config| config.nano_cpus).filter(|granted| *granted > 0);
    #[expect(clippy::cast_precision_loss, reason = "a number of processors")]
    let granted = granted.map(|granted| granted as f64 / NANOSECONDS);
    let at: jiff::Timestamp = stats.read.as_ref()?.parse().ok()?;
    Some(Used {
        at: u64::try_from(at.as_nanosecond()).ok()?,
        processor: cpu.cpu_usage.as_ref()?.total_usage?,
        processors: granted.or(cpu.online_cpus.map(f64::from)).unwrap_or(1.0),
        memory: memory.usage?.saturating_sub(cached.copied().unwrap_or_default()),
        memory_limit: memory.limit.unwrap_or_default(),
    })
}

/// Of a time such as `2026-11-24T10:00:00.123456789Z`, since 1970. None: it never was.
fn milliseconds(text: &str) -> Option<u64> {
    let time: jiff::Timestamp = text.parse().ok()?;
    u64::try_from(time.as_millisecond()).ok().filter(|at| *at > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_engine_counts_is_read() {
        let found = serde_json::from_str(
            r#"{"Name": "/shop-0", "RestartCount": 3, "HostConfig": {"NanoCpus": 500000000},
                "State": {"Running": true, "ExitCode": 1, "StartedAt": "2026-11-24T10:00:00.5Z", "FinishedAt": "2026-11-24T09:59:59Z"}}"#,
        );
        let stats = serde_json::from_str(
            r#"{"read": "2026-11-24T10:00:01.000000007Z", "cpu_stats": {"cpu_usage": {"total_usage": 7000000}, "online_cpus": 2},
                "memory_stats": {"usage": 1000, "limit": 4000, "stats": {"inactive_file": 300}}}"#,
        );
        let usage = usage(&found.unwrap(), Some(&stats.unwrap()));
        assert_eq!((usage.name.as_str(), usage.restarts, usage.exit_code), ("shop-0", 3, Some(1)));
        let used = usage.used.unwrap();
        assert_eq!((used.processor, used.memory, used.memory_limit), (7_000_000, 700, 4_000));
        assert!((used.processors - 0.5).abs() < 1e-9 && usage.running);
        assert_eq!(used.at, 1_795_514_401_000_000_007);
        assert_eq!(usage.started, Some(1_795_514_400_500));
    }

    #[test]
    fn what_never_ended_has_no_exit_code() {
        let found = r#"{"State": {"Running": true, "ExitCode": 0, "FinishedAt": "0001-01-01T00:00:00Z"}}"#;
        let usage = usage(&serde_json::from_str(found).unwrap(), Some(&ContainerStatsResponse::default()));
        assert_eq!((usage.exit_code, usage.started, usage.used), (None, None, None));
    }
}

//! What replicas use, as their engine counts it.

use bollard::{
    models::{ContainerInspectResponse, ContainerStatsResponse, ContainerSummary},
    query_parameters::StatsOptionsBuilder,
};
use futures_util::{StreamExt, future::try_join_all};
use sdlc_model::{reading::Usage, service::Release};

use crate::{
    DockerError, Engine,
    error::{Asking, status},
    exit::Exit,
    replica::INDEX,
};

const NANOSECONDS: f64 = 1e9;

impl Engine {
    /// What the replicas of a release use, by index. `healthy` and `reason` are not the engine's to say, and left open.
    ///
    /// # Errors
    /// Where the engine does not say.
    pub async fn usage(&self, release: &Release) -> Result<Vec<Usage>, DockerError> {
        let summaries = self.summaries(&release.service, Some(&release.id)).await?;
        // The engine takes up to a second for each.
        let all = try_join_all(summaries.iter().map(async |summary| {
            let index = summary.labels.as_ref().and_then(|labels| labels.get(INDEX)?.parse::<u32>().ok());
            Ok::<_, DockerError>(self.used(summary).await?.map(|usage| (index, usage)))
        }));
        let mut usages: Vec<_> = all.await?.into_iter().flatten().collect();
        usages.sort_by_key(|(index, _)| *index);
        Ok(usages.into_iter().map(|(_, usage)| usage).collect())
    }

    async fn used(&self, summary: &ContainerSummary) -> Result<Option<Usage>, DockerError> {
        let Some(id) = &summary.id else { return Ok(None) };
        let found = match self.calls.retried(|| self.docker.inspect_container(id, None)).await {
            // It went away since it was listed.
            Err(error) if status(&error) == Some(404) => return Ok(None),
            found => found.asking("about a container")?,
        };
        let running = found.state.as_ref().and_then(|state| state.running).unwrap_or_default();
        let stats = if running { self.stats(id).await? } else { None };
        Ok(Some(usage(&found, &stats.unwrap_or_default())))
    }

    async fn stats(&self, id: &str) -> Result<Option<ContainerStatsResponse>, DockerError> {
        let options = StatsOptionsBuilder::new().stream(false).one_shot(true).build();
        let ask = async || self.docker.stats(id, Some(options.clone())).next().await.transpose();
        match self.calls.retried(ask).await {
            Err(error) if matches!(status(&error), Some(404 | 409)) => Ok(None),
            stats => stats.asking("what a container uses"),
        }
    }
}

fn usage(found: &ContainerInspectResponse, stats: &ContainerStatsResponse) -> Usage {
    let state = found.state.clone().unwrap_or_default();
    let running = state.running.unwrap_or_default() && !state.restarting.unwrap_or_default();
    let cpu = stats.cpu_stats.clone().unwrap_or_default();
    let memory = stats.memory_stats.clone().unwrap_or_default();
    // What `docker stats` takes off as well: pages of files that nobody used for a while.
    let cached =
        memory.stats.as_ref().and_then(|stats| stats.get("inactive_file").or(stats.get("total_inactive_file")));
    let granted = found.host_config.as_ref().and_then(|config| config.nano_cpus).filter(|granted| *granted > 0);
    #[expect(clippy::cast_precision_loss, reason = "a number of processors")]
    let granted = granted.map(|granted| granted as f64 / NANOSECONDS);
    Usage {
        name: found.name.clone().unwrap_or_default().trim_start_matches('/').to_owned(),
        running,
        restarts: found.restart_count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default(),
        exit_code: Exit::of(&state).map(|exit| exit.code),
        started: state.started_at.as_deref().and_then(milliseconds),
        processor: cpu.cpu_usage.and_then(|usage| usage.total_usage).unwrap_or_default(),
        processors: granted.or(cpu.online_cpus.map(f64::from)).unwrap_or(1.0),
        memory: memory.usage.unwrap_or_default().saturating_sub(cached.copied().unwrap_or_default()),
        memory_limit: memory.limit.unwrap_or_default(),
        ..Usage::default()
    }
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
            r#"{"cpu_stats": {"cpu_usage": {"total_usage": 7000000}, "online_cpus": 2},
                "memory_stats": {"usage": 1000, "limit": 4000, "stats": {"inactive_file": 300}}}"#,
        );
        let usage = usage(&found.unwrap(), &stats.unwrap());
        assert_eq!((usage.name.as_str(), usage.restarts, usage.exit_code), ("shop-0", 3, Some(1)));
        assert_eq!((usage.processor, usage.memory, usage.memory_limit), (7_000_000, 700, 4_000));
        assert!((usage.processors - 0.5).abs() < 1e-9 && usage.running);
        assert_eq!(usage.started, Some(1_795_514_400_500));
    }

    #[test]
    fn what_never_ended_has_no_exit_code() {
        let found = r#"{"State": {"Running": true, "ExitCode": 0, "FinishedAt": "0001-01-01T00:00:00Z"}}"#;
        let usage = usage(&serde_json::from_str(found).unwrap(), &ContainerStatsResponse::default());
        assert_eq!((usage.exit_code, usage.started), (None, None));
    }
}

//! [`Standing`]: what the engine has of the live version, whatever the journal says.

use std::time::Duration;

use sdlc_deploy::journal::state::State as Journaled;
use sdlc_docker::{Replica, State};
use sdlc_model::service::Release;
use serde_json::{Value, json};

use super::site;
use crate::console::chain;

/// For an engine that does not answer: people wait for `sdlc status`.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the engine has of the live version.
pub(crate) struct Standing {
    asked: u32,
    /// Why it is not known where it is not.
    replicas: Result<Vec<Replica>, String>,
}

impl Standing {
    /// Looks.
    pub(crate) async fn of(live: &Release) -> Self {
        let look = async { anyhow::Ok(site::engine().await?.replicas(live).await?) };
        let replicas = match tokio::time::timeout(PATIENCE, look).await {
            Ok(replicas) => replicas.map_err(|error| chain(&error)),
            Err(_) => Err(format!("the engine did not answer within {} s", PATIENCE.as_secs())),
        };
        Self { asked: live.service.replicas, replicas }
    }

    fn running(replicas: &[Replica]) -> usize {
        replicas.iter().filter(|replica| replica.state == State::Running).count()
    }

    /// For people: how many run, what became of the others, and what to do.
    pub(crate) fn lines(&self, name: &str, state: &Journaled) -> Vec<String> {
        let replicas = match &self.replicas {
            Err(reason) => return vec![format!("  replicas  unknown: {reason}")],
            Ok(replicas) => replicas,
        };
        let running = Self::running(replicas);
        let mut lines = vec![format!("  replicas  {running} of {} run", self.asked)];
        lines.extend(replicas.iter().filter_map(line));
        if u32::try_from(running).is_ok_and(|running| running < self.asked) && state.unfinished.is_none() {
            let gone = usize::try_from(self.asked).unwrap_or(usize::MAX).saturating_sub(replicas.len());
            if gone > 0 {
                lines.push(format!("            {gone} are not there at all"));
            }
            let version = state.live.as_ref().map_or("VERSION", |live| live.version.as_str());
            let back = match state.kept.is_empty() {
                true => String::new(),
                false => format!(", `sdlc rollback {name}` goes back to the version before"),
            };
            lines.push(format!("            hint: `sdlc deploy {name} {version}` starts new ones{back}"));
        }
        lines
    }

    /// For programs.
    pub(crate) fn as_json(&self) -> Value {
        let all = self.replicas.as_ref().map_or(&[][..], Vec::as_slice);
        let containers: Vec<_> = all.iter().map(container).collect();
        let running = self.replicas.as_ref().ok().map(|replicas| Self::running(replicas));
        json!({
            "asked": self.asked,
            "running": running,
            "containers": containers,
            "error": self.replicas.as_ref().err(),
        })
    }
}

fn word(state: State) -> &'static str {
    match state {
        State::Running => "running",
        State::Restarting => "restarting",
        State::Ended => "ended",
    }
}

fn line(replica: &Replica) -> Option<String> {
    let again = match replica.state {
        State::Running => return None,
        State::Restarting => format!(", and is about to be started again ({} times by now)", replica.restarts),
        State::Ended => String::new(),
    };
    let ended = replica.exit.map_or_else(|| "was never started".to_owned(), |exit| exit.to_string());
    Some(format!("            {} {ended}{again}", replica.name))
}

fn container(replica: &Replica) -> Value {
    json!({
        "name": replica.name,
        "state": word(replica.state),
        "restarts": replica.restarts,
        "exit-code": replica.exit.map(|exit| exit.code),
        "out-of-memory": replica.exit.map(|exit| exit.out_of_memory),
    })
}

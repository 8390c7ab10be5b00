//! [`Live`]: the world of containers and a proxy.
//!
//! Nothing is remembered here: what there is, is asked of the engine and the proxy each time, so it does not matter which
//! process did it, or whether that one was killed half way.

pub mod count;
pub mod router;

mod crash;
mod drain;
mod renew;
mod table;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sdlc_docker::{Engine, Exit, Health, Placement, Replica, State};
use sdlc_model::{
    rollout::Slot,
    service::{Probe, Release},
};
use sdlc_proxy::control::{SlotStatus, Status};

use crate::world::{Failure, Observed, World};

use self::{
    router::Router,
    table::{Member, table},
};

/// Lines of a replica's log that are shown when it was given up.
const LOG_LINES: u32 = 15;

/// Containers and a proxy.
pub struct Live {
    /// Where the containers are.
    pub engine: Engine,
    /// Where the requests come in.
    pub proxy: Router,
    /// The version that gets the requests when nothing is under way.
    pub from: Option<Release>,
    /// The version that is deployed.
    pub to: Release,
    /// What replicas are made with.
    pub placement: Placement,
    /// Whether what is deployed was live before: its containers are stopped when it fails, and stay.
    pub restores: bool,
    /// Of replicas that were given up.
    pub logs: Vec<LastWords>,
}

/// What is known of a replica that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastWords {
    /// Name of its container.
    pub replica: String,
    /// What it ended with by itself, the last time it did.
    pub exit: Option<Exit>,
    /// The last lines that it wrote. Untrusted.
    pub lines: Vec<String>,
}

/// A release with its replicas.
struct Group<'a> {
    release: &'a Release,
    replicas: Vec<Replica>,
}

impl Live {
    async fn group<'r>(&self, release: &'r Release) -> Result<Group<'r>, Failure> {
        Ok(Group { release, replicas: self.engine.replicas(release).await.map_err(failure)? })
    }

    /// Gives both versions their shares, with the replicas that there are.
    async fn route(&self, live: Option<&Group<'_>>, candidate: Option<&Group<'_>>, share: u32) -> Result<(), Failure> {
        let status = self.proxy.status().await.map_err(failure)?;
        // Shares of all slots add up to 100.
        let share = if candidate.is_some_and(Group::can_serve) { share.min(100) } else { 0 };
        let members = live.map(|group| group.member(100 - share));
        let others = candidate.map(|group| group.member(if live.is_some() { share } else { 100 }));
        let wanted = table(status.revision + 1, members.into_iter().chain(others).collect());
        if table::is_in_force(&status, &wanted) {
            return Ok(());
        }
        self.proxy.apply(status.revision, wanted).await.map_err(failure)?;
        Ok(())
    }

    /// Gives the live version all requests with what the proxy knows, so that it does not depend on the engine.
    async fn give_back(&self) -> Result<(), Failure> {
        let status = self.proxy.status().await.map_err(failure)?;
        let Some(from) = self.from.as_ref().filter(|from| slot(&status, from).is_some()) else { return Ok(()) };
        let members: Vec<_> = [(from, 100), (&self.to, 0)]
            .into_iter()
            .filter_map(|(release, share)| Some(Member::again(release, share, slot(&status, release)?)))
            .collect();
        let wanted = table(status.revision + 1, members);
        if !table::is_in_force(&status, &wanted) {
            self.proxy.apply(status.revision, wanted).await.map_err(failure)?;
        }
        Ok(())
    }

    async fn both(&self) -> Result<(Option<Group<'_>>, Option<Group<'_>>), Failure> {
        let live = match &self.from {
            Some(release) => Some(self.group(release).await?),
            None => None,
        };
        let candidate = self.group(&self.to).await?;
        // Containers of a version that was live before are there, stopped, before anything is done.
        let started = match self.restores {
            true => candidate.replicas.iter().any(|replica| replica.state != State::Ended),
            false => !candidate.replicas.is_empty(),
        };
        Ok((live, started.then_some(candidate)))
    }

    fn share(&self, status: &Status) -> u32 {
        if self.from.is_none() {
            return 0;
        }
        slot(status, &self.to).map_or(0, |slot| slot.share)
    }
}

impl World for Live {
    fn now(&self) -> u64 {
        now()
    }

    async fn wait(&mut self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    async fn observe(&mut self) -> Result<Observed, Failure> {
        let (live, candidate) = self.both().await?;
        let share = self.share(&self.proxy.status().await.map_err(failure)?);
        // A replica that came or went, or that the image's own check says something new of.
        self.route(live.as_ref(), candidate.as_ref(), share).await?;
        let status = self.proxy.status().await.map_err(failure)?;
        let candidate = candidate.map(|group| (group.seen(&status, share), group.replicas));
        // One that serves, or could, is the strategy's to judge.
        let sick = candidate.as_ref().filter(|(seen, _)| seen.healthy == 0 && seen.share == 0);
        let hopeless = sick.and_then(|(_, replicas)| crash::given_up(replicas, self.to.service.restart));
        Ok(Observed {
            live: live.map(|group| group.seen(&status, 100 - share)),
            candidate: candidate.map(|(seen, _)| seen),
            hopeless,
        })
    }

    async fn start(&mut self, replicas: u32) -> Result<(), Failure> {
        self.engine.scale(&self.to, replicas, &self.placement).await.map_err(failure)?;
        let (live, candidate) = self.both().await?;
        let share = self.share(&self.proxy.status().await.map_err(failure)?);
        self.route(live.as_ref(), candidate.as_ref(), share).await
    }

    async fn shift(&mut self, share: u32) -> Result<(), Failure> {
        let (live, candidate) = self.both().await?;
        if share > 0 && !candidate.as_ref().is_some_and(Group::can_serve) {
            return Err(Failure("no replica of it can get requests".to_owned()));
        }
        self.route(live.as_ref(), candidate.as_ref(), share).await
    }

    async fn promote(&mut self) -> Result<(), Failure> {
        self.shift(100).await
    }

    async fn roll_back(&mut self) -> Result<(), Failure> {
        self.give_back().await?;
        let (live, candidate) = self.both().await?;
        if live.is_some() {
            self.route(live.as_ref(), candidate.as_ref(), 0).await?;
        }
        let replicas = self.group(&self.to).await?.replicas;
        let logs = self.read_logs(&replicas).await;
        self.route(live.as_ref(), None, 0).await?;
        self.logs.extend(logs);
        self.drained(&replicas, self.to.service.drain_timeout).await?;
        for replica in &replicas {
            self.engine.stop(replica, self.to.service.stop_timeout).await.map_err(failure)?;
            if !self.restores {
                self.engine.remove(replica).await.map_err(failure)?;
            }
        }
        Ok(())
    }

    async fn retire(&mut self) -> Result<(), Failure> {
        let candidate = self.group(&self.to).await?;
        self.route(None, Some(&candidate), 100).await?;
        let Some(from) = &self.from else { return Ok(()) };
        let replicas = self.group(from).await?.replicas;
        self.drained(&replicas, from.service.drain_timeout).await?;
        for replica in &replicas {
            self.engine.stop(replica, from.service.stop_timeout).await.map_err(failure)?;
        }
        Ok(())
    }
}

impl Live {
    /// The version that is deployed, which is the live one here, has so many replicas from now on. Those that go get no new
    /// requests, and end when their last ones did. Can be done again after it was done, or half done.
    ///
    /// # Errors
    /// Where the engine or the proxy would not, or nothing would be left that can serve.
    pub async fn resize(&self, replicas: u32) -> Result<(), Failure> {
        let all = self.group(&self.to).await?.replicas;
        let (stay, leave): (Vec<_>, Vec<_>) = all.into_iter().partition(|replica| replica.index < replicas);
        if !leave.is_empty() {
            let stay = Group { release: &self.to, replicas: stay };
            if !stay.can_serve() {
                return Err(Failure("no replica that stays can get requests".to_owned()));
            }
            self.route(None, Some(&stay), 100).await?;
            self.drained(&leave, self.to.service.drain_timeout).await?;
        }
        self.engine.scale(&self.to, replicas, &self.placement).await.map_err(failure)?;
        self.route(None, Some(&self.group(&self.to).await?), 100).await
    }

    async fn read_logs(&self, replicas: &[Replica]) -> Vec<LastWords> {
        let mut logs = Vec::new();
        for replica in replicas {
            // Only for people: that they cannot be read must not keep anything from going back.
            let lines = self.engine.logs(replica, LOG_LINES).await.unwrap_or_default();
            logs.push(LastWords { replica: replica.name.clone(), exit: replica.exit, lines });
        }
        logs
    }

    /// Takes a release away for good, with its containers.
    ///
    /// # Errors
    /// Where the engine would not.
    pub async fn forget(&self, release: &Release) -> Result<(), Failure> {
        for replica in &self.group(release).await?.replicas {
            self.engine.remove(replica).await.map_err(failure)?;
        }
        Ok(())
    }
}

impl Group<'_> {
    /// Whether there is anything that could get requests.
    fn can_serve(&self) -> bool {
        self.replicas.iter().any(|replica| self.is_member(replica))
    }

    fn member(&self, share: u32) -> Member<'_> {
        let replicas = self.replicas.iter().filter(|replica| self.is_member(replica));
        Member::new(self.release, share, replicas)
    }

    /// One that the engine starts again stays: the proxy sees when it is well.
    fn is_member(&self, replica: &Replica) -> bool {
        let own = self.release.service.health.probe != Probe::Image || replica.health == Some(Health::Healthy);
        replica.state != State::Ended && replica.address.is_some() && own
    }

    fn seen(&self, status: &Status, share: u32) -> Slot {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let slot = slot(status, self.release);
        let targets = slot.map(|slot| slot.targets.as_slice()).unwrap_or_default();
        let healthy: Vec<_> = targets.iter().filter(|target| target.healthy).collect();
        let all = !self.replicas.is_empty() && healthy.len() == self.replicas.len();
        let window = slot.map(|slot| slot.window.clone()).unwrap_or_default();
        Slot {
            version: self.release.version.clone(),
            replicas: count(self.replicas.len()),
            healthy: count(healthy.len()),
            share,
            healthy_for: healthy.iter().filter_map(|target| target.healthy_for_ms).min().filter(|_| all),
            requests: window.requests,
            errors: window.errors,
            latency_p50: window.latency_p50,
            latency_p95: window.latency_p95,
            latency_p99: window.latency_p99,
        }
    }
}

fn slot<'s>(status: &'s Status, release: &Release) -> Option<&'s SlotStatus> {
    status.slots.iter().find(|slot| slot.name == release.colour.as_str() && slot.version == table::version(release))
}

fn failure(error: impl std::error::Error) -> Failure {
    Failure(error.to_string())
}

/// Milliseconds since 1970.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

//! [`Backend`]: a backend of HAProxy that serves a table.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

use sdlc_model::traffic::Counters;
use sdlc_proxy::control::{Health, Probe, Slot, SlotStatus, Status, Table, Target, TargetStatus};

use crate::{
    error::HaproxyError,
    kept::Kept,
    runtime::Runtime,
    stat::{Count, Server, servers},
    weights::weights,
};

/// A backend of HAProxy.
#[derive(Clone, Debug)]
pub struct Backend {
    runtime: Runtime,
    name: String,
    directory: PathBuf,
}

impl Backend {
    /// `socket`: of the runtime API. `directory`: where it is written down what is served; only one may use it.
    ///
    /// # Errors
    /// Where HAProxy does not answer, or has no such backend.
    pub async fn connect(socket: PathBuf, name: String, directory: PathBuf) -> Result<Self, HaproxyError> {
        let backend = Self { runtime: Runtime { path: socket }, name, directory };
        let known = backend.runtime.ask(&format!("show servers state {}", backend.name)).await?;
        if known.starts_with("Can't find backend") {
            return Err(HaproxyError::NoBackend(backend.name));
        }
        Ok(backend)
    }

    /// How it is. Where HAProxy does not serve what it should, as after it was started again, it is told once more.
    ///
    /// # Errors
    /// Where HAProxy does not answer.
    pub async fn status(&self) -> Result<Status, HaproxyError> {
        let kept = Kept::load(&self.directory)?;
        let mut there = self.servers().await?;
        if self.mend(&kept.table, &there).await? {
            there = self.servers().await?;
        }
        let info = self.runtime.ask("show info").await?;
        let field = |name: &str| info.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim();
        let by_name: BTreeMap<&str, &Server> = there.iter().map(|server| (server.name.as_str(), server)).collect();
        let wanted = |server: &&Server| targets(&kept.table).any(|target| target.id == server.name);
        Ok(Status {
            pid: field("Pid:").parse().unwrap_or(0),
            version: format!("HAProxy {}", field("Version:")),
            listening: Vec::new(),
            revision: kept.table.revision,
            slots: kept.table.slots.iter().map(|slot| slot_status(slot, &kept, &by_name)).collect(),
            draining: there
                .iter()
                .filter(|server| !wanted(server) && server.in_flight > 0)
                .map(target_status)
                .collect(),
            predecessor: None,
            standing_by: 0,
        })
    }

    /// Serves another table. Gives its revision. `expected`: that of the table before.
    ///
    /// # Errors
    /// Where somebody else changed it, or HAProxy refuses. What was begun is gone on with by [`Self::status`].
    pub async fn apply(&self, expected: u64, table: Table) -> Result<u64, HaproxyError> {
        let before = Kept::load(&self.directory)?;
        if before.table.revision != expected {
            return Err(HaproxyError::Changed { found: before.table.revision, expected });
        }
        let there = self.servers().await?;
        self.next(before, table.clone(), &there).save(&self.directory)?;
        self.mend(&table, &there).await?;
        Ok(table.revision)
    }

    /// What is kept with another table.
    fn next(&self, before: Kept, table: Table, there: &[Server]) -> Kept {
        let Kept { table: old, mut since, mut counted } = before;
        for slot in &table.slots {
            let same = |was: &&Slot| (&was.name, &was.version, was.share) == (&slot.name, &slot.version, slot.share);
            if old.slots.iter().find(same).is_some() {
                continue;
            }
            since.insert(slot.name.clone(), now());
            let known = there.iter().filter(|server| slot.targets.iter().any(|target| target.id == server.name));
            counted.extend(known.map(|server| (server.name.clone(), server.count)));
        }
        counted.retain(|name, _| targets(&table).any(|target| &target.id == name));
        since.retain(|name, _| table.slots.iter().any(|slot| &slot.name == name));
        Kept { table, since, counted }
    }

    async fn servers(&self) -> Result<Vec<Server>, HaproxyError> {
        servers(&self.runtime.ask(&format!("show stat {} 4 -1", self.name)).await?)
    }

    /// Makes HAProxy serve a table, whatever it serves. What gets more is told first. Gives whether anything was done.
    async fn mend(&self, table: &Table, there: &[Server]) -> Result<bool, HaproxyError> {
        let mut done = false;
        let mut less = Vec::new();
        for (slot, weight) in table.slots.iter().zip(weights(&table.slots)) {
            for target in &slot.targets {
                let known = there.iter().find(|server| server.name == target.id);
                match known.filter(|server| server.address == target.address.to_string()) {
                    Some(server) if server.weight == weight => continue,
                    Some(server) if server.weight > weight => less.push((target, weight)),
                    Some(_) => self.weigh(target, weight).await?,
                    None => self.add(target, weight, &slot.health, known.is_some()).await?,
                }
                done = true;
            }
        }
        for (target, weight) in less {
            self.weigh(target, weight).await?;
        }
        for server in there.iter().filter(|server| !targets(table).any(|target| target.id == server.name)) {
            // One that is busy goes when it is looked at again.
            self.runtime.tell(&format!("set server {}/{} weight 0", self.name, server.name), &[]).await?;
            if server.in_flight == 0 {
                done |= self.delete(&server.name).await?;
            }
        }
        Ok(done)
    }

    async fn weigh(&self, target: &Target, weight: u32) -> Result<(), HaproxyError> {
        self.runtime.tell(&format!("set server {}/{} weight {weight}", self.name, target.id), &[]).await
    }

    async fn add(&self, target: &Target, weight: u32, health: &Health, stale: bool) -> Result<(), HaproxyError> {
        if stale {
            self.delete(&target.id).await?;
        }
        let server = format!("{}/{}", self.name, target.id);
        let check = match health.probe {
            Probe::None => String::new(),
            _ => format!(
                "check inter {0}ms fastinter {0}ms downinter {0}ms rise {1} fall {2}",
                health.interval_ms.max(1),
                health.healthy_after.max(1),
                health.unhealthy_after.max(1)
            ),
        };
        let add = format!("add server {server} {} weight {weight} {check}", target.address);
        self.runtime.tell(&add, &["New server registered"]).await?;
        if !check.is_empty() {
            self.runtime.tell(&format!("enable health {server}"), &[]).await?;
        }
        self.runtime.tell(&format!("enable server {server}"), &[]).await
    }

    /// Whether it is gone: a request may have come in that is still answered.
    async fn delete(&self, name: &str) -> Result<bool, HaproxyError> {
        let server = format!("{}/{name}", self.name);
        self.runtime.tell(&format!("set server {server} state maint"), &[]).await?;
        Ok(self.runtime.ask(&format!("del server {server}")).await?.contains("deleted"))
    }
}

fn targets(table: &Table) -> impl Iterator<Item = &Target> {
    table.slots.iter().flat_map(|slot| &slot.targets)
}

fn slot_status(slot: &Slot, kept: &Kept, there: &BTreeMap<&str, &Server>) -> SlotStatus {
    let found: Vec<&Server> = slot.targets.iter().filter_map(|target| there.get(target.id.as_str()).copied()).collect();
    let total = found.iter().fold(Count::default(), |sum, server| plus(sum, server.count));
    let window = found.iter().fold(Count::default(), |sum, server| {
        let before = kept.counted.get(&server.name).copied().unwrap_or_default();
        // It counts from nothing again when it was started again.
        let before = if before.requests > server.count.requests { Count::default() } else { before };
        let errors = server.count.errors.saturating_sub(before.errors);
        plus(sum, Count { requests: server.count.requests - before.requests, errors })
    });
    let busiest = found.iter().map(|server| server.response).fold(0.0, f64::max);
    let missing = |target: &Target| TargetStatus {
        id: target.id.clone(),
        address: target.address,
        healthy: false,
        reason: Some("HAProxy does not have it".to_owned()),
        healthy_for_ms: None,
        in_flight: 0,
        requests: 0,
        errors: 0,
    };
    let status =
        |target: &Target| there.get(target.id.as_str()).map_or_else(|| missing(target), |server| target_status(server));
    SlotStatus {
        name: slot.name.clone(),
        version: slot.version.clone(),
        share: slot.share,
        targets: slot.targets.iter().map(status).collect(),
        total: counters(total, busiest),
        window: counters(window, busiest),
        window_ms: now().saturating_sub(kept.since.get(&slot.name).copied().unwrap_or_else(now)),
    }
}

fn target_status(server: &Server) -> TargetStatus {
    TargetStatus {
        id: server.name.clone(),
        address: server.address.parse().unwrap_or_else(|_| SocketAddr::from(([0, 0, 0, 0], 0))),
        healthy: server.up,
        reason: (!server.up).then(|| server.said.clone()),
        healthy_for_ms: server.up.then_some(server.since.saturating_mul(1000)),
        in_flight: server.in_flight,
        requests: server.count.requests,
        errors: server.count.errors,
    }
}

/// HAProxy knows no percentiles: its mean of the slowest server stands for all of them.
fn counters(count: Count, response: f64) -> Counters {
    let Count { requests, errors } = count;
    let histogram = Vec::new();
    Counters { requests, errors, latency_p50: response, latency_p95: response, latency_p99: response, histogram }
}

fn plus(one: Count, other: Count) -> Count {
    Count { requests: one.requests + other.requests, errors: one.errors + other.errors }
}

/// Milliseconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

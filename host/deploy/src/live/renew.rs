//! Replacing replicas of the live version by fresh ones, without a lost request where another one can serve meanwhile.

use std::time::{Duration, Instant};

use sdlc_docker::Replica;

use super::{Group, Live, failure, slot};
use crate::world::Failure;

const LOOK: Duration = Duration::from_millis(100);
/// For requests at a replica that gives no good answers: few of them will end.
const LITTLE: Duration = Duration::from_secs(2);

impl Live {
    /// Replaces the replica of that name by a fresh one: no new requests, those in flight end, it is stopped, and another one
    /// takes its place. Where it is the only one that serves, one more serves meanwhile. Can be done again after it was done,
    /// or half done. `patience`: until the fresh one has to be healthy.
    ///
    /// # Errors
    /// Where there is none, the engine or the proxy would not, or the fresh one does not become healthy.
    pub async fn renew(&self, name: &str, patience: Duration) -> Result<(), Failure> {
        let group = self.group(&self.to).await?;
        let Some(replica) = group.replicas.iter().find(|replica| replica.name == name) else {
            return Err(Failure(format!("the live version has no replica `{name}`")));
        };
        let healthy = self.healthy().await?;
        let serves = healthy.contains(&replica.name);
        let alone = serves && healthy.len() == 1;
        let asked = self.to.service.replicas;
        if alone {
            self.resize(asked + 1).await?;
            self.until(patience, |healthy| healthy.iter().any(|other| *other != replica.name)).await?;
        }
        self.exchange(replica, serves).await?;
        // The fresh one has the same name.
        self.until(patience, |healthy| healthy.contains(&replica.name)).await?;
        if alone {
            self.resize(asked).await?;
        }
        Ok(())
    }

    /// The same of all replicas, one after the other. What is missing comes first.
    ///
    /// # Errors
    /// As [`Live::renew`]; what was not reached stays as it is.
    pub async fn renew_all(&self, patience: Duration) -> Result<(), Failure> {
        self.resize(self.to.service.replicas).await?;
        for replica in self.group(&self.to).await?.replicas {
            self.renew(&replica.name, patience).await?;
        }
        Ok(())
    }

    /// Names of those that get requests.
    async fn healthy(&self) -> Result<Vec<String>, Failure> {
        let status = self.proxy.status().await.map_err(failure)?;
        let targets = slot(&status, &self.to).map(|slot| slot.targets.as_slice()).unwrap_or_default();
        Ok(targets.iter().filter(|target| target.healthy).map(|target| target.id.clone()).collect())
    }

    async fn exchange(&self, replica: &Replica, serves: bool) -> Result<(), Failure> {
        let service = &self.to.service;
        let mut others = self.group(&self.to).await?;
        others.replicas.retain(|other| other.name != replica.name);
        // Where there is no other, the proxy waits for this one.
        if others.can_serve() {
            self.route(None, Some(&others), 100).await?;
            let time = if serves { service.drain_timeout } else { service.drain_timeout.min(LITTLE) };
            self.drained(std::slice::from_ref(replica), time).await?;
        }
        self.engine.stop(replica, service.stop_timeout).await.map_err(failure)?;
        // What could not be made again is only started again.
        let image = self.engine.image(&self.to.image).await.map_err(failure)?;
        if image.is_some() && self.placement.missing.is_empty() {
            self.engine.remove(replica).await.map_err(failure)?;
        }
        let there = others.replicas.iter().map(|other| other.index + 1).max().unwrap_or(0);
        self.engine.scale(&self.to, service.replicas.max(there), &self.placement).await.map_err(failure)
    }

    /// Until it holds for those that get requests.
    async fn until(&self, patience: Duration, holds: impl Fn(&[String]) -> bool) -> Result<(), Failure> {
        let until = Instant::now() + patience;
        loop {
            let replicas = self.group(&self.to).await?.replicas;
            let group = Group { release: &self.to, replicas };
            // One that is started, or that the image's own check says something new of.
            if group.can_serve() {
                self.route(None, Some(&group), 100).await?;
            }
            if holds(&self.healthy().await?) {
                return Ok(());
            }
            if Instant::now() >= until {
                let time = patience.as_secs();
                return Err(Failure(format!("the fresh replica did not become healthy within {time} s")));
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

//! Waiting until requests in flight have ended.

use std::time::{Duration, Instant};

use sdlc_docker::Replica;

use super::{Live, failure};
use crate::world::Failure;

const LOOK: Duration = Duration::from_millis(100);

impl Live {
    /// Until no request is in flight at replicas that the table has no more, or the time is over.
    pub(super) async fn drained(&self, replicas: &[Replica], time: Duration) -> Result<(), Failure> {
        let until = Instant::now() + time;
        loop {
            let status = self.proxy.status().await.map_err(failure)?;
            let busy = |replica: &Replica| status.draining.iter().any(|target| target.id == replica.name);
            // A proxy that handed over has requests in flight that its successor does not know of.
            let quiet = status.predecessor.is_none() && !replicas.iter().any(busy);
            if quiet || Instant::now() >= until {
                return Ok(());
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

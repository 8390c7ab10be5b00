//! [`count`]: what the engine and the proxy count of the live version.

use sdlc_docker::{Engine, Gauges};
use sdlc_model::{reading::Counted, service::Release};

use super::{failure, router::Router, slot};
use crate::world::Failure;

/// What is counted of the live version. Where the proxy does not run, its part is left open.
///
/// # Errors
/// Where the engine does not answer, or the proxy does not although it runs.
pub async fn count(
    engine: &Engine,
    gauges: &mut Gauges,
    proxy: Option<&Router>,
    live: &Release,
) -> Result<Counted, Failure> {
    let mut replicas = engine.usage(gauges, live).await.map_err(failure)?;
    let status = match proxy {
        Some(proxy) => Some(proxy.status().await.map_err(failure)?),
        None => None,
    };
    let slot = status.as_ref().and_then(|status| slot(status, live));
    for replica in &mut replicas {
        let target = slot.and_then(|slot| slot.targets.iter().find(|target| target.id == replica.name));
        replica.healthy = replica.running && target.is_some_and(|target| target.healthy);
        replica.reason = target.and_then(|target| target.reason.clone());
        replica.requests = target.map(|target| target.requests);
        replica.errors = target.map(|target| target.errors);
        replica.in_flight = target.map_or(0, |target| target.in_flight);
    }
    Ok(Counted {
        release: live.id.clone(),
        version: live.version.clone(),
        asked: live.service.replicas,
        replicas,
        traffic: slot.map(|slot| slot.total.clone()),
    })
}

//! Taking an environment away: its proxy, its containers and their network, and what is remembered of it.

use std::{
    fs,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use sdlc_deploy::journal::{Journal, state::State};

use super::{proxy, site, site::Site};
use crate::console::Console;

const LOOK: Duration = Duration::from_millis(100);
/// For a proxy to end, once its requests had the time that they may take.
const GRACE: Duration = Duration::from_secs(10);

/// Takes it away, under its lock. What was done before is no error.
pub(crate) async fn remove(site: &Site<'_>, console: Console) -> Result<()> {
    let name = &site.environment.name;
    // A journal that makes no sense says nothing about a deployment, and goes with the rest.
    let unfinished = Journal::read(&site.directory).ok().and_then(|records| State::of(&records).unfinished);
    if let Some(unfinished) = unfinished {
        let version = &unfinished.to.version;
        bail!("the deployment of `{version}` to `{name}` is not over; hint: `sdlc rollback {name}` ends it");
    }
    // Before the proxy ends: without an engine everything stays as it is.
    let engine = site::engine().await?;
    stop_proxy(site, console).await?;
    let (containers, network) = engine.clear(&site.environment.service).await?;
    console.note(&match containers {
        0 => "there was no container".to_owned(),
        1 => "removed 1 container".to_owned(),
        more => format!("removed {more} containers"),
    });
    if network {
        console.note("removed their network");
    }
    let directory = &site.directory;
    // The lock, which is in it, is held until this process ends: whoever waits for it finds nothing deployed.
    fs::remove_dir_all(directory).with_context(|| format!("`{}` cannot be removed", directory.display()))?;
    console.note(&format!("forgot what was deployed to `{name}`; images, volumes and the history of errors stay"));
    Ok(())
}

async fn stop_proxy(site: &Site<'_>, console: Console) -> Result<()> {
    let name = &site.environment.name;
    if site.environment.haproxy.is_some() {
        console.note(&format!("HAProxy goes on, without a server for `{name}`"));
        return Ok(());
    }
    let Some(client) = proxy::find_own(site).await else { return Ok(()) };
    client.stop().await?;
    let until = Instant::now() + site.environment.service.drain_timeout + GRACE;
    while proxy::find_own(site).await.is_some() {
        if Instant::now() >= until {
            bail!("the proxy of `{name}` does not end; hint: its process is in `sdlc status {name}`");
        }
        tokio::time::sleep(LOOK).await;
    }
    console.note("stopped the proxy");
    Ok(())
}

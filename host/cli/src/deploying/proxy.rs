//! The proxy of an environment: a process of its own, which outlives the command that starts it.

use std::{
    fs::{self, File},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use sdlc_config::haproxy::Haproxy;
use sdlc_deploy::live::router::Router;
use sdlc_haproxy::Backend;
use sdlc_proxy::{
    control::Client,
    serve::{self, Options, Start, TlsFiles},
};
use tokio_util::sync::CancellationToken;

use super::site::Site;
use crate::{arguments::Global, console::Console};

const LOG: &str = "proxy.log";
const PATIENCE: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(200);
/// For another one, when the one that was started ended.
const GRACE: Duration = Duration::from_millis(500);
/// Between two processes that stand by.
const AGAIN: Duration = Duration::from_secs(3);

/// Its own: our lock is not its lock.
fn directory(site: &Site<'_>) -> PathBuf {
    site.directory.join("proxy")
}

/// The proxy of our own that runs; none: none does.
pub(crate) async fn find_own(site: &Site<'_>) -> Option<Client> {
    Client::connect(directory(site).join("control.sock")).await.ok()
}

/// Where requests come in; none: nothing runs there.
pub(crate) async fn find(site: &Site<'_>) -> Option<Router> {
    match &site.environment.haproxy {
        Some(haproxy) => connect(site, haproxy).await.ok().map(Router::Haproxy),
        None => find_own(site).await.map(Router::Own),
    }
}

async fn connect(site: &Site<'_>, haproxy: &Haproxy) -> Result<Backend> {
    site.prepare()?;
    let socket = site.project.root.join(&haproxy.socket);
    Ok(Backend::connect(socket, haproxy.backend.clone(), site.directory.clone()).await?)
}

/// An error where HAProxy does not answer, or has no such backend.
pub(crate) async fn ensure_haproxy(site: &Site<'_>, haproxy: &Haproxy) -> Result<()> {
    connect(site, haproxy).await.map(drop)
}

/// An error where HAProxy is the proxy.
pub(crate) fn require_own(site: &Site<'_>) -> Result<()> {
    let name = &site.environment.name;
    match site.environment.haproxy {
        Some(_) => bail!("HAProxy is the proxy of `{name}`, which `sdlc` does not run; hint: its own commands do that"),
        None => Ok(()),
    }
}

/// The proxy, started in the background where it does not run.
pub(crate) async fn ensure(site: &Site<'_>, global: &Global, console: Console) -> Result<Router> {
    if let Some(haproxy) = &site.environment.haproxy {
        return Ok(Router::Haproxy(connect(site, haproxy).await?));
    }
    if let Some(client) = find_own(site).await {
        let status = client.status().await?;
        let listen = site.environment.service.listen;
        if !status.listening.contains(&listen) {
            let name = &site.environment.name;
            let served: Vec<_> = status.listening.iter().map(ToString::to_string).collect();
            bail!(
                "the proxy of `{name}` serves at {}, and `sdlc.toml` says {listen}; hint: `sdlc proxy stop {name}`, then deploy",
                served.join(", ")
            );
        }
        return Ok(Router::Own(client));
    }
    let child = start(site, None, global)?;
    let client = started(site, child, None).await?;
    console.note(&format!("a proxy serves at {} from now on", site.environment.service.listen));
    Ok(Router::Own(client))
}

/// Replaces the proxy that runs by this executable.
pub(crate) async fn upgrade(site: &Site<'_>, global: &Global) -> Result<()> {
    let name = &site.environment.name;
    let before =
        find_own(site).await.with_context(|| format!("no proxy of `{name}` runs; hint: `sdlc deploy` starts one"))?;
    let before = before.status().await?.pid;
    let child = start(site, Some("--take-over"), global)?;
    started(site, child, Some(before)).await.map(drop)
}

fn start(site: &Site<'_>, how: Option<&str>, global: &Global) -> Result<Child> {
    command(site, how, global)?.spawn().context("the proxy cannot be started")
}

fn command(site: &Site<'_>, how: Option<&str>, global: &Global) -> Result<Command> {
    let log = File::options().create(true).append(true).open(site.directory.join(LOG))?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["proxy", "serve", &site.environment.name]).current_dir(&site.project.root);
    command.args(how);
    if let Some(config) = &global.config {
        command.arg("--config").arg(config.canonicalize()?);
    }
    if let Some(revision) = &global.config_from {
        command.arg("--config-from").arg(revision);
    }
    if let Some(directory) = &global.state_dir {
        command.arg("--state-dir").arg(std::path::absolute(directory)?);
    }
    // Not in our group: Ctrl-C is for the command, not for what serves.
    command.process_group(0).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    // It needs no secret of ours.
    for name in &site.environment.service.secrets {
        command.env_remove(name);
    }
    Ok(command)
}

/// Until it answers, and is not the process that was there before.
async fn started(site: &Site<'_>, mut child: Child, before: Option<u32>) -> Result<Client> {
    let until = Instant::now() + PATIENCE;
    let mut gone = None;
    loop {
        if let Some(client) = find_own(site).await
            && let Ok(status) = client.status().await
            && Some(status.pid) != before
        {
            return Ok(client);
        }
        // One that stood by may have been faster than the one that was started.
        let ended = child.try_wait()?.map(|_| *gone.get_or_insert_with(Instant::now));
        if ended.is_some_and(|ended| ended.elapsed() > GRACE) || Instant::now() >= until {
            let path = site.directory.join(LOG);
            let log = fs::read_to_string(&path).unwrap_or_default();
            let last = log.lines().next_back().unwrap_or("it does not answer");
            bail!(
                "the proxy cannot serve: {}; hint: its log is `{}`",
                last.trim_start_matches("error: "),
                path.display()
            );
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Serves, in this process, with another one that stands by.
pub(crate) async fn serve(
    site: &Site<'_>,
    start: Start,
    stop: CancellationToken,
    global: &Global,
    console: Console,
) -> Result<()> {
    site.prepare()?;
    let service = &site.environment.service;
    let root = &site.project.root;
    let tls = service.tls.as_ref();
    let options = Options {
        listen: vec![service.listen],
        tls: tls.map(|tls| TlsFiles { certificate: root.join(&tls.certificate), key: root.join(&tls.key) }),
        directory: directory(site),
        metrics: service.metrics,
        drain_timeout: service.drain_timeout,
        start,
    };
    let (pid, place) = (std::process::id(), service.listen);
    let how = match start {
        Start::Alone => "serves",
        Start::TakeOver => "takes over",
        Start::StandBy => "stands by",
    };
    let log = |what: &str| console.note(&format!("{}  process {pid} {what}", jiff::Timestamp::now()));
    log(&format!("{how} at {place}"));
    let served = tokio::select! {
        served = serve::serve(options, stop.clone()) => served,
        () = keep_stand_by(site, global) => Ok(()),
    };
    let why = match &served {
        Err(error) => format!("could not go on: {error}"),
        Ok(()) if stop.is_cancelled() => "ends: a signal asked it to".to_owned(),
        Ok(()) => "ends: `sdlc proxy stop` or `sdlc remove` asked it to, or another process took over".to_owned(),
    };
    log(&why);
    Ok(served?)
}

/// While this process serves, another one stands by, and if that one dies a next one. For ever.
async fn keep_stand_by(site: &Site<'_>, global: &Global) {
    let serves = async || Some(find_own(site).await?.status().await.ok()?.pid == std::process::id());
    let pause = tokio::time::sleep;
    loop {
        if serves().await != Some(true) {
            pause(LOOK).await;
            continue;
        }
        // One that cannot stand by is no reason to stop serving.
        if let Ok(command) = command(site, Some("--stand-by"), global)
            && let Ok(mut other) = tokio::process::Command::from(command).spawn()
        {
            let _ = other.wait().await;
        }
        pause(AGAIN).await;
    }
}

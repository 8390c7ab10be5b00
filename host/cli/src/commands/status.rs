//! `sdlc status`.

use std::{io::IsTerminal, thread, time::Duration};

use anyhow::Result;
use sdlc_deploy::{
    journal::{
        Journal,
        state::{Phase, State},
    },
    lock::{Holder, Lock},
};
use sdlc_model::service::Release;
use sdlc_proxy::control::{SlotStatus, Status as Proxy};
use sdlc_report::text;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::{
    arguments::Global,
    console::{Console, chain},
    deploy_arguments::Status as Arguments,
    deploying::{aftermath::Aftermath, naming, proxy, site::Site, standing::Standing, work::Work},
    exit::Exit,
    history_arguments::Format,
    project::Project,
    registry::wait,
};

/// Of a terminal: to its upper left corner, and nothing below.
const CLEAR: &str = "\x1b[H\x1b[J";

/// An environment at one moment.
struct Seen {
    name: String,
    state: State,
    holder: Option<Holder>,
    proxy: Option<Proxy>,
    /// Of the live version; none: nothing is live.
    standing: Option<Standing>,
}

pub(crate) fn status(arguments: &Arguments, global: &Global, console: Console) -> Result<Exit> {
    let project = Project::open(global)?;
    let sites = Site::all(&project, arguments.environment.as_deref(), global)?;
    if sites.is_empty() {
        console.note("there is no environment; hint: a table `[environments.NAME]` of `sdlc.toml` describes one");
    }
    let cancelled = crate::interrupt::token()?;
    if !arguments.no_resume {
        for site in &sites {
            resume(site, global, console, &cancelled)?;
        }
    }
    let redraw = arguments.watch && arguments.output_format == Format::Human && std::io::stdout().is_terminal();
    loop {
        let seen = sites.iter().map(look).collect::<Result<Vec<_>>>()?;
        console.data(|out| match arguments.output_format {
            Format::Json => {
                let environments: Vec<_> = seen.iter().map(as_json).collect();
                writeln!(out, "{:#}", json!({ "version": 1, "environments": environments }))
            }
            Format::Human => {
                if redraw {
                    write!(out, "{CLEAR}")?;
                }
                seen.iter().try_for_each(|seen| write!(out, "{}", page(seen)))
            }
        })?;
        if !arguments.watch || cancelled.is_cancelled() {
            break;
        }
        thread::sleep(Duration::from_secs(1));
    }
    Ok(Exit::Passed)
}

/// Requests that are shared with a version which nobody watches any more are no state to stay in: what was interrupted is gone on
/// with. Where that fails, why is told, and what there is can still be looked at.
fn resume(site: &Site<'_>, global: &Global, console: Console, cancelled: &CancellationToken) -> Result<()> {
    let State { unfinished, scaling, .. } = State::of(&Journal::read(&site.directory)?);
    if (unfinished.is_none() && !scaling) || Lock::holder(&site.directory).is_some() {
        return Ok(());
    }
    // Somebody else was faster.
    let Ok(_lock) = site.lock("status") else { return Ok(()) };
    let doing = async |work: &mut Work<'_>| work.go_on().await.map(|exit| exit.unwrap_or(Exit::Passed));
    let (result, incidents) = wait(Work::carry_out(site, global, console, cancelled.clone(), doing))?;
    let version = unfinished.as_ref().map(|unfinished| unfinished.to.version.as_str());
    Aftermath { site, version, how: "going on with it", incidents }.follow(&result, global, console);
    if let Err(error) = result {
        console.error(&chain(&error));
    }
    Ok(())
}

fn look(site: &Site<'_>) -> Result<Seen> {
    let state = State::of(&Journal::read(&site.directory)?);
    let (proxy, standing) = wait(async {
        let proxy = match proxy::find(site).await {
            Some(client) => client.status().await.ok(),
            None => None,
        };
        let standing = match &state.live {
            Some(live) => Some(Standing::of(live).await),
            None => None,
        };
        (proxy, standing)
    })?;
    Ok(Seen { name: site.environment.name.clone(), state, holder: Lock::holder(&site.directory), proxy, standing })
}

fn page(seen: &Seen) -> String {
    let mut lines = vec![seen.name.clone()];
    let live = seen.state.live.as_ref();
    let all: Vec<_> = seen.state.kept.iter().chain(live).collect();
    let called = |release: &Release| naming::of(release, &all);
    lines.push(format!("  live      {}", live.map_or_else(|| "nothing yet".to_owned(), called)));
    lines.extend(seen.standing.iter().flat_map(|standing| standing.lines(&seen.name, &seen.state)));
    if let Some(unfinished) = &seen.state.unfinished {
        let doing = match &unfinished.phase {
            Phase::Forward(_) => "is deployed",
            Phase::Back(_) => "is taken back",
            Phase::Retiring => "is live, and the version before is stopped",
        };
        let who = match &seen.holder {
            Some(holder) => format!("{} runs `{}` (process {})", holder.by, holder.doing, holder.pid),
            None => format!(
                "nobody goes on with it; hint: `sdlc status` does, and `sdlc rollback {}` takes it back",
                seen.name
            ),
        };
        lines.push(format!("  under way `{}` {doing}: {who}", unfinished.to.version));
    }
    if !seen.state.kept.is_empty() {
        let kept: Vec<_> = seen.state.kept.iter().map(called).collect();
        lines.push(format!("  kept      {}", kept.join(", ")));
    }
    match &seen.proxy {
        Some(proxy) => {
            let listening: Vec<_> = proxy.listening.iter().map(ToString::to_string).collect();
            let place = if listening.is_empty() { proxy.version.clone() } else { listening.join(", ") };
            let other = if proxy.standing_by > 0 { ", another one stands by" } else { "" };
            lines.push(format!("  proxy     {place} (process {}{other})", proxy.pid));
            proxy.slots.iter().for_each(|slot| lines.extend(slot_lines(slot)));
        }
        None => lines.push(format!(
            "  proxy     does not run: no request is served; hint: `sdlc deploy` or `sdlc rollback {}` starts it",
            seen.name
        )),
    }
    lines.iter().map(|line| format!("{}\n", text::line(line))).collect()
}

fn slot_lines(slot: &SlotStatus) -> Vec<String> {
    let healthy = slot.targets.iter().filter(|target| target.healthy).count();
    let version = slot.version.split('+').next().unwrap_or_default();
    let window = &slot.window;
    let latency = |time: f64| if window.requests > 0 { format!("{time:.0} ms") } else { "-".to_owned() };
    let mut lines = vec![format!(
        "  {:<9} {version}  {} %  {healthy}/{} healthy  {} requests, {} failed, p50 {}, p95 {} in {:.0} s",
        slot.name,
        slot.share,
        slot.targets.len(),
        window.requests,
        window.errors,
        latency(window.latency_p50),
        latency(window.latency_p95),
        slot.window_ms as f64 / 1000.0
    )];
    for target in slot.targets.iter().filter(|target| !target.healthy) {
        let reason = target.reason.as_deref().unwrap_or("it was not asked yet");
        lines.push(format!("            {} is unhealthy: {reason}", target.id));
    }
    lines
}

fn as_json(seen: &Seen) -> Value {
    let unfinished = seen.state.unfinished.as_ref();
    json!({
        "environment": seen.name,
        "live": seen.state.live.as_ref().map(|live| &live.version),
        "live-image": seen.state.live.as_ref().map(|live| &live.image),
        "replicas": seen.standing.as_ref().map(Standing::as_json),
        "kept": seen.state.kept.iter().map(|release| &release.version).collect::<Vec<_>>(),
        "kept-images": seen.state.kept.iter().map(|release| &release.image).collect::<Vec<_>>(),
        "under-way": unfinished.map(|unfinished| &unfinished.to.version),
        "lock": seen.holder,
        "proxy": seen.proxy,
    })
}

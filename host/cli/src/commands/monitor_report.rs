//! `sdlc monitor report`.

use std::time::Duration;

use anyhow::{Context, Result};
use jiff::{Timestamp, tz::TimeZone};
use sdlc_config::environment::Environment;
use sdlc_deploy::live::now;
use sdlc_monitor::report::{Policy, Setting, examine};

use super::monitor::only;
use crate::{
    arguments::Global, console::Console, deploying::site::Site, exit::Exit, history_arguments::Format,
    monitor_arguments::Report, monitoring::summary, project::Project, remember,
};

/// Longer than anything is kept.
const LONGEST: Duration = Duration::from_secs(400 * 24 * 3600);

pub(super) fn report(arguments: &Report, global: &Global, console: Console) -> Result<Exit> {
    let project = Project::open(global)?;
    let site = only(Site::all(&project, arguments.environment.as_deref(), global)?)?;
    let since = since(&arguments.since)?;
    let name = &site.environment.name;
    let from = now().saturating_sub(u64::try_from(since.as_millis()).unwrap_or(u64::MAX));
    let readings = remember::open(global, console)?.readings(&remember::key(&project), name, from)?;
    if readings.is_empty() && arguments.output_format == Format::Human {
        console.note(&format!("nothing is kept of `{name}`; hint: `sdlc monitor {name}` keeps what it sees"));
    }
    let report = examine(&readings, &setting(site.environment));
    console.data(|out| match arguments.output_format {
        Format::Human if readings.is_empty() => Ok(()),
        Format::Human => summary::write(out, name, &report),
        Format::Json => writeln!(out, "{:#}", summary::as_json(name, &report)),
    })?;
    Ok(Exit::Passed)
}

fn since(text: &str) -> Result<Duration> {
    let time = sdlc_config::scale::duration(text).filter(|time| !time.is_zero() && *time <= LONGEST);
    time.with_context(|| format!("`--since {text}` is no time of up to 400 days; hint: such as `7d` or `12h`"))
}

fn setting(environment: &Environment) -> Setting {
    let resources = &environment.service.resources;
    let policy = |scale: &sdlc_config::scale::Scale| Policy {
        plugin: scale.plugin.source.to_string(),
        target: scale.target.clone(),
    };
    Setting {
        environment: environment.name.clone(),
        cpu: resources.cpu,
        memory: resources.memory,
        scale: environment.scale.as_ref().map(policy),
        offset: i64::from(TimeZone::system().to_offset(Timestamp::now()).seconds()) * 1000,
    }
}

//! `sdlc monitor`.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use sdlc_model::reading::Reading;
use sdlc_monitor::meter::Meter;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::monitor_report;
use crate::{
    arguments::Global,
    console::Console,
    deploying::site::Site,
    exit::Exit,
    monitor_arguments::{Monitor, MonitorCommand},
    monitoring::{
        beside::Beside,
        display::{self, Display},
        vigil::Vigil,
        watch::Watch,
    },
    project::Project,
    registry::wait,
};

/// For the first word of the engine.
const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) fn monitor(arguments: &Monitor, global: &Global, console: Console) -> Result<Exit> {
    if let Some(MonitorCommand::Report(report)) = &arguments.command {
        return monitor_report::report(report, global, console);
    }
    let project = Project::open(global)?;
    let site = only(Site::all(&project, arguments.environment.as_deref(), global)?)?;
    let interval = interval(&arguments.interval)?;
    let cancelled = crate::interrupt::token()?;
    if arguments.once {
        return wait(once(&site, interval, arguments, console))?;
    }
    if arguments.apply && site.environment.scale.is_none() {
        let name = &site.environment.name;
        bail!("`{name}` has no policy to apply; hint: `[environments.{name}.scale]`");
    }
    let _lock = (arguments.apply || arguments.heal).then(|| site.lock_monitor()).transpose()?;
    wait(async {
        let mut vigil = Vigil::new(&site, (arguments.apply, arguments.heal), global, console).await?;
        let mut display = Display::of(arguments, &site, global, console).await?;
        endless(&mut vigil, interval, &mut display, console, &cancelled).await
    })?
}

pub(super) fn only(mut sites: Vec<Site<'_>>) -> Result<Site<'_>> {
    match (sites.pop(), sites.len()) {
        (Some(site), 0) => Ok(site),
        (None, _) => bail!("there is no environment; hint: a table `[environments.NAME]` of `sdlc.toml` describes one"),
        (Some(last), _) => {
            let names: Vec<_> =
                sites.iter().chain([&last]).map(|site| format!("`{}`", site.environment.name)).collect();
            bail!("which environment? there is {}; hint: `sdlc monitor NAME`", names.join(", "))
        }
    }
}

fn interval(text: &str) -> Result<Duration> {
    let least = Duration::from_millis(100);
    let time = sdlc_config::scale::duration(text).filter(|time| *time >= least);
    time.with_context(|| format!("`--interval {text}` is no time of 100 ms or more; hint: such as `5s`"))
}

/// Rates are of an interval, so it takes two looks, and more where the engine says nothing of a replica so far.
async fn once(site: &Site<'_>, interval: Duration, arguments: &Monitor, console: Console) -> Result<Exit> {
    let (mut watch, mut meter) = (Watch::new(site), Meter::default());
    let mut beside = Beside::new(&site.environment.monitor)?;
    loop {
        let look = watch.look().await?;
        let clock = look.clock;
        let measured = beside.look(clock, console);
        let reading = meter.read(look.at, clock, look.counted);
        let whole =
            |reading: &Reading| reading.replicas.iter().all(|replica| !replica.running || replica.cpu.is_some());
        if let Some(reading) = reading.filter(|reading| whole(reading) || clock > PATIENCE) {
            let reading = Reading { measured, ..reading };
            display::line(&reading, arguments.output_format, console)?;
            return Ok(Exit::Passed);
        }
        tokio::join!(tokio::time::sleep(interval), beside.first());
    }
}

async fn endless(
    vigil: &mut Vigil<'_>,
    interval: Duration,
    display: &mut Display,
    console: Console,
    cancelled: &CancellationToken,
) -> Result<Exit> {
    let mut ticks = tokio::time::interval(interval);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut exit = Exit::Interrupted;
    loop {
        tokio::select! {
            () = cancelled.cancelled() => break,
            () = display.quit() => break,
            () = vigil.over() => {}
            _ = ticks.tick() => if let Some(reading) = vigil.turn(console).await {
                display.show(&reading)?;
                exit = Exit::Passed;
            }
        }
    }
    display.leave();
    if vigil.is_busy() {
        console.note("a change of replicas is brought to its end; once more Ctrl-C leaves it to the next command");
        vigil.over().await;
    }
    Ok(exit)
}

//! `sdlc deploy --dry-run`: the rollout against a model of the service.

use std::time::Duration;

use anyhow::Result;
use sdlc_deploy::{
    guard::Guard,
    journal::progress::Progress,
    rollout::{Ending, Run},
    simulation::{Behaviour, Simulation},
    world::World,
};
use tokio_util::sync::CancellationToken;

use super::{site::Site, strategy::Plugin, timeline::Timeline};
use crate::{
    console::Console,
    deploy_arguments::{Assume, Deploy},
};

/// Simulates, and shows the timeline.
pub(crate) async fn rehearse(
    site: &Site<'_>,
    strategy: &mut Plugin,
    live: Option<&str>,
    arguments: &Deploy,
    console: Console,
) -> Result<Ending> {
    let replicas = site.environment.service.replicas;
    let live = live.map(|version| (Behaviour::good(version), replicas));
    let live_before = if live.is_some() { replicas } else { 0 };
    let mut world = Simulation::new(live, behaviour(arguments), arguments.rate.clamp(0.0, 1e5), 1);
    let mut timeline = Timeline::new(console);
    let began = world.now();
    let run = Run {
        strategy,
        guard: Guard::new(site.environment.time_limit, live_before),
        replicas,
        progress: Progress { began, last_step_at: began, ..Progress::default() },
        write: &mut |_| Ok(()),
        tell: &mut |event| timeline.tell(event),
        cancelled: CancellationToken::new(),
        hopeless: None,
        world: &mut world,
    };
    Ok(run.run().await?)
}

fn behaviour(arguments: &Deploy) -> Behaviour {
    let good = Behaviour::good(&arguments.version);
    match arguments.assume {
        Assume::Good => good,
        Assume::NeverHealthy => Behaviour { starts_in: None, ..good },
        Assume::Crashing => Behaviour { crashes_after: Some(Duration::from_secs(10)), ..good },
        Assume::Failing => Behaviour { error_rate: 0.05, ..good },
        Assume::Slow => Behaviour { latency: good.latency * 5.0, ..good },
    }
}

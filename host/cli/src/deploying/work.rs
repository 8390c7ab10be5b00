//! [`Work`]: something is changed in an environment. A rollout that is not over is gone on with first.

use anyhow::{Context, Result};
use sdlc_deploy::{
    deployment::{Deployment, Keep},
    event::Event,
    journal::{
        Journal, Purpose, Record,
        state::{Phase, State, Unfinished},
    },
    live::{LastWords, Live, now, router::Router},
    restore::Restore,
    rollout::Ending,
    strategy::Strategy,
    world::World,
};
use sdlc_docker::Engine;
use sdlc_model::service::{Colour, Release};
use sdlc_report::text;
use sdlc_resilience::incident::Incident;
use tokio_util::sync::CancellationToken;

use super::{
    hooks, images,
    last_lines::collapse,
    naming::{self, short},
    placement, proxy, site,
    site::Site,
    strategy::Plugin,
    timeline::Timeline,
};
use crate::{arguments::Global, console::Console, exit::Exit, incidents};

/// The strategy of a rollback, by name.
const RESTORE: &str = "restore";

/// Something is changed in an environment. Who has one has the lock.
pub(crate) struct Work<'a> {
    site: &'a Site<'a>,
    global: &'a Global,
    console: Console,
    cancelled: CancellationToken,
    journal: Journal,
    engine: Engine,
    proxy: Router,
}

impl<'a> Work<'a> {
    /// Does something, and gives what failed on the way.
    pub(crate) async fn carry_out(
        site: &'a Site<'a>,
        global: &'a Global,
        console: Console,
        cancelled: CancellationToken,
        doing: impl AsyncFnOnce(&mut Self) -> Result<Exit>,
    ) -> (Result<Exit>, Vec<Incident>) {
        match Self::open(site, global, console, cancelled).await {
            Ok(mut work) => (doing(&mut work).await, work.engine.recorder().take()),
            Err(error) => (Err(error), Vec::new()),
        }
    }

    /// With an engine, and a proxy that is started where it does not run.
    async fn open(
        site: &'a Site<'a>,
        global: &'a Global,
        console: Console,
        cancelled: CancellationToken,
    ) -> Result<Self> {
        let journal = Journal::open(&site.directory)?;
        let engine = site::engine().await?;
        let proxy = proxy::ensure(site, global, console).await?;
        Ok(Self { site, global, console, cancelled, journal, engine, proxy })
    }

    pub(crate) fn state(&self) -> State {
        State::of(self.journal.records())
    }

    /// Goes on with a rollout that is not over. None: there is none.
    pub(crate) async fn go_on(&mut self) -> Result<Option<Exit>> {
        self.settle().await?;
        let Some(unfinished) = self.state().unfinished else { return Ok(None) };
        let (version, phase) = (&unfinished.to.version, &unfinished.phase);
        let done = match phase {
            Phase::Forward(_) => "going on",
            Phase::Back(_) => "going back",
            Phase::Retiring => "stopping the version before",
        };
        self.console.note(&format!("the deployment of `{version}` was not over: {done}"));
        self.finish(unfinished).await.map(Some)
    }

    /// The live version gets the replicas that it is to have, where whoever was at it did not come to the end.
    async fn settle(&mut self) -> Result<()> {
        let State { live: Some(live), scaling: true, unfinished: None, .. } = self.state() else { return Ok(()) };
        let replicas = live.service.replicas;
        self.console.note(&format!("the change to {replicas} replicas was not over: going on"));
        let world = self.world(None, live, Purpose::Deploy);
        world.resize(replicas).await?;
        Ok(self.journal.write(Record::Scaled { at: now(), error: None })?)
    }

    /// Takes a rollout that is not over back. None: there is none that can be.
    pub(crate) async fn take_back(&mut self) -> Result<Option<Exit>> {
        let Some(mut unfinished) = self.state().unfinished else { return Ok(None) };
        if let Phase::Forward(_) = unfinished.phase {
            let reason = format!("`sdlc rollback` by {}", site::by());
            self.journal.write(Record::GoingBack { at: now(), reason: reason.clone() })?;
            unfinished.phase = Phase::Back(reason);
        }
        let taken = !matches!(unfinished.phase, Phase::Retiring);
        let exit = self.finish(unfinished).await?;
        // What was asked for is that the new version is gone.
        Ok(taken.then_some(if exit == Exit::Rejected { Exit::Passed } else { exit }))
    }

    async fn finish(&mut self, unfinished: Unfinished) -> Result<Exit> {
        match unfinished.purpose {
            Purpose::Restore => self.run(&mut Restore, unfinished).await,
            Purpose::Deploy => {
                let mut strategy = Plugin::of(self.site.project, self.site.environment, self.global).await?;
                self.run(&mut strategy, unfinished).await
            }
        }
    }

    /// Deploys a version.
    pub(crate) async fn deploy(&mut self, version: &str) -> Result<Exit> {
        let environment = self.site.environment;
        // All that can be wrong is looked at before anything is done.
        let mut strategy = Plugin::of(self.site.project, self.site.environment, self.global).await?;
        placement::require(&environment.service)?;
        if !hooks::before(self.site, version, self.console)? {
            return Ok(Exit::Rejected);
        }
        let image = images::image(&self.engine, self.site, version, self.console).await?;
        if let Some(live) = self.state().live.filter(|live| live.version == version && live.image != image.id) {
            let hint =
                format!("hint: other content wants a version of its own; until then `{version}@DIGEST` tells which");
            self.console
                .note(&format!("warning: `{version}` is live with another image, {}; {hint}", short(&live.image)));
        }
        let rollout = format!("{:x}", now());
        let mut to = Release {
            id: rollout.clone(),
            version: version.to_owned(),
            colour: self.state().live.map_or(Colour::Blue, |live| live.colour.other()),
            image: image.id,
            service: environment.service.clone(),
        };
        to.service.replicas = self.replicas(to.service.replicas);
        let unfinished =
            self.begin(rollout, Purpose::Deploy, to, &environment.strategy.plugin.source.to_string()).await?;
        self.run(&mut strategy, unfinished).await
    }

    /// Goes back to a version that is kept; none: the last one.
    pub(crate) async fn restore(&mut self, version: Option<&str>) -> Result<Exit> {
        let State { live, kept, .. } = self.state();
        let name = &self.site.environment.name;
        let found = match version {
            Some(version) => naming::find(version, &kept)?,
            None => kept.first(),
        };
        let release = found.with_context(|| {
            let all: Vec<_> = kept.iter().chain(&live).collect();
            let known: Vec<_> = kept.iter().map(|release| naming::of(release, &all)).collect();
            let hint = match known.len() {
                0 => "none is kept yet".to_owned(),
                1 => format!("kept is {}", naming::list(&known)),
                _ => format!("kept are {}", naming::list(&known)),
            };
            match version {
                Some(version) => format!("`{version}` is not kept in `{name}`; hint: {hint}"),
                None => {
                    format!("no version before the live one is kept in `{name}`; hint: `sdlc deploy {name} VERSION`")
                }
            }
        })?;
        let mut to = release.clone();
        // Both could be in one slot, when versions between were gone back from.
        to.colour = live.map_or(Colour::Blue, |live| live.colour.other());
        to.service.replicas = self.replicas(to.service.replicas);
        let rollout = format!("{:x}", now());
        let unfinished = self.begin(rollout, Purpose::Restore, to, RESTORE).await?;
        self.run(&mut Restore, unfinished).await
    }

    /// Where a policy says how many replicas there are, another version needs as many as the live one has by now.
    fn replicas(&self, otherwise: u32) -> u32 {
        let Some(scale) = &self.site.environment.scale else { return otherwise };
        let now = self.state().live.map_or(otherwise, |live| live.service.replicas);
        now.clamp(scale.target.min, scale.target.max)
    }

    async fn begin(&mut self, rollout: String, purpose: Purpose, to: Release, strategy: &str) -> Result<Unfinished> {
        let mut live = self.world(self.state().live, to.clone(), purpose);
        let seen = live.observe().await?;
        let record = Record::Began {
            rollout,
            at: now(),
            by: site::by(),
            purpose,
            to: Box::new(to),
            strategy: strategy.to_owned(),
            live_before: seen.live.map_or(0, |live| live.healthy),
        };
        self.journal.write(record)?;
        self.state().unfinished.context("the journal does not have the deployment that began")
    }

    fn world(&self, from: Option<Release>, to: Release, purpose: Purpose) -> Live {
        let placement = placement::placement(&to.service);
        let (engine, proxy) = (self.engine.clone(), self.proxy.clone());
        Live { engine, proxy, from, to, placement, restores: purpose == Purpose::Restore, logs: Vec::new() }
    }

    async fn run<S: Strategy>(&mut self, strategy: &mut S, unfinished: Unfinished) -> Result<Exit> {
        let (from, to) = (unfinished.from.clone(), unfinished.to.clone());
        let mut live = self.world(from, to, unfinished.purpose);
        let version = unfinished.to.version.clone();
        let mut timeline = Timeline::new(self.console);
        let environment = self.site.environment;
        let deployment = Deployment {
            journal: &mut self.journal,
            live: &mut live,
            strategy,
            time_limit: environment.time_limit,
            keep: Keep { warm: environment.keep_warm, versions: environment.keep_versions },
            tell: &mut |event: &Event| timeline.tell(event),
            cancelled: self.cancelled.clone(),
        };
        let ending = deployment.run(unfinished).await?;
        self.show_logs(&live);
        let name = &environment.name;
        Ok(match ending {
            Ending::Promoted => {
                self.console.note(&format!("`{version}` is live in `{name}`"));
                Exit::Passed
            }
            Ending::RolledBack(reason) => {
                let now = self.state().live.map_or_else(|| "nothing".to_owned(), |live| format!("`{}`", live.version));
                self.console.error(&format!("`{version}` is not live in `{name}`: {reason}; {now} is"));
                if self.cancelled.is_cancelled() {
                    return Ok(Exit::Interrupted);
                }
                self.note(reason);
                Exit::Rejected
            }
        })
    }

    fn note(&self, message: String) {
        let (source, kind) = (incidents::deployment(&self.site.environment.name), incidents::ROLLOUT.to_owned());
        self.engine.recorder().note(Incident { source, kind, message, helped: None });
    }

    fn show_logs(&self, live: &Live) {
        for LastWords { replica, exit, lines } in &live.logs {
            let ended = exit.as_ref().map_or_else(String::new, |exit| format!(", which {exit}"));
            let said = if lines.is_empty() { "it wrote nothing" } else { "its last lines" };
            self.console.note(&format!("`{replica}`{ended}: {said}"));
            for line in collapse(lines) {
                let hidden = live.placement.secrets.values().filter(|value| value.len() >= 4);
                let line = hidden.fold(line, |line, secret| line.replace(secret, "***"));
                self.console.note(&format!("  {}", text::line(&line)));
            }
        }
    }
}

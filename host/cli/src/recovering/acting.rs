//! [`Ready`]: what a healer proposed is done, under the lock of the environment, and never during a deployment.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use sdlc_deploy::{
    journal::{Journal, Record, state::State},
    live::{Live, now},
    lock::Lock,
};
use sdlc_model::{service::Release, treatment::Action};
use tokio_util::sync::CancellationToken;

use crate::{
    arguments::Global,
    console::{Console, chain},
    deploying::{aftermath::Aftermath, placement, proxy, site, site::Site, work::Work},
    exit::Exit,
};

/// What this is called, for others who want the lock meanwhile.
pub(crate) const DOING: &str = "recover: ";

/// Actions that can be begun.
pub(crate) struct Ready<'a> {
    site: &'a Site<'a>,
    global: &'a Global,
    console: Console,
    actions: Vec<Action>,
    /// The healer's words, for the journal.
    reason: String,
    _lock: Lock,
}

impl<'a> Ready<'a> {
    /// With the lock of the environment, while this release is live.
    ///
    /// # Errors
    /// Why not now.
    pub(crate) async fn new(
        site: &'a Site<'a>,
        release: &str,
        actions: Vec<Action>,
        reason: String,
        global: &'a Global,
        console: Console,
    ) -> Result<Self> {
        let lock = site.try_lock(&format!("{DOING}{reason}"))?;
        let state = State::of(&Journal::read(&site.directory)?);
        let name = &site.environment.name;
        if state.unfinished.is_some() {
            bail!("a deployment is not over; hint: `sdlc deploy` or `sdlc rollback {name}` ends it");
        }
        if state.live.as_ref().is_none_or(|live| live.id != release) {
            bail!("another version became live meanwhile");
        }
        if actions.contains(&Action::RollBack) && state.kept.is_empty() {
            bail!("no version before the live one is kept in `{name}`");
        }
        if proxy::find(site).await.is_none() {
            bail!("the proxy does not run");
        }
        Ok(Self { site, global, console, actions, reason, _lock: lock })
    }

    /// All of them, in their order. Gives why one could not be done; those that follow are not done then.
    pub(crate) async fn act(self) -> Option<String> {
        for action in &self.actions {
            let done = match action {
                Action::RollBack => self.roll_back().await,
                action => self.renew(action).await,
            };
            if let Err(error) = done {
                return Some(chain(&error));
            }
        }
        None
    }

    /// On the same path as `sdlc rollback`.
    async fn roll_back(&self) -> Result<()> {
        let doing = async |work: &mut Work<'_>| work.restore(None).await;
        let token = CancellationToken::new();
        let (result, incidents) = Work::carry_out(self.site, self.global, self.console, token, doing).await;
        let ended = match &result {
            Ok(Exit::Passed) => Ok(()),
            Ok(_) => Err(anyhow::anyhow!("the version before did not become healthy")),
            Err(error) => Err(anyhow::anyhow!("{}", chain(error))),
        };
        let aftermath = Aftermath { site: self.site, version: None, how: "a rollback by a healer", incidents };
        // It talks to web hooks by a runtime of its own.
        let (global, console) = (self.global, self.console);
        std::thread::scope(|scope| scope.spawn(|| aftermath.follow(&result, global, console)).join())
            .unwrap_or_else(|_| console.note("warning: what follows a rollback could not be done"));
        ended
    }

    /// What was begun is in the journal as a change of the number of replicas: who comes next makes sure that there are as
    /// many, and that all of them get requests.
    async fn renew(&self, action: &Action) -> Result<()> {
        let site = self.site;
        let mut journal = Journal::open(&site.directory)?;
        let live = State::of(journal.records()).live.context("nothing is live")?;
        let (before, replicas) = (live.service.replicas, self.replicas(action, &live));
        if replicas > before {
            placement::require(&live.service)?;
        }
        let proxy = proxy::find(site).await.context("the proxy does not run")?;
        let engine = site::engine().await?;
        let placement = placement::placement(&live.service);
        let reason = self.reason.clone();
        journal.write(Record::Scaling { at: now(), by: site::by(), before, replicas, reason })?;
        let world = Live { engine, proxy, from: None, to: live, placement, restores: false, logs: Vec::new() };
        let patience = site.environment.recover.start_up.max(Duration::from_secs(10));
        let done = match action {
            Action::RestartReplica(name) => world.renew(name, patience).await,
            Action::RestartService => world.renew_all(patience).await,
            Action::Scale(_) => world.resize(replicas).await,
            Action::Write(_) | Action::Delete(_) | Action::RollBack => Ok(()),
        };
        let error = done.as_ref().err().map(ToString::to_string);
        journal.write(Record::Scaled { at: now(), error })?;
        Ok(done?)
    }

    /// That there are to be. Limits of the policy hold whoever asks.
    fn replicas(&self, action: &Action, live: &Release) -> u32 {
        let (min, max) = match &self.site.environment.scale {
            Some(scale) => (scale.target.min, scale.target.max),
            None => (1, 1000),
        };
        match action {
            Action::Scale(replicas) => (*replicas).clamp(min, max.max(min)),
            _ => live.service.replicas,
        }
    }
}

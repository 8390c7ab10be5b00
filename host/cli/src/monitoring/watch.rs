//! [`Watch`]: looks at an environment, again and again.

use std::{
    path::PathBuf,
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context, Result, bail};
use sdlc_deploy::{
    journal::{
        FILE_NAME, Journal,
        state::{Deployment, DeploymentResult, State},
    },
    live::{count::count, now},
};
use sdlc_docker::{Engine, Gauges};
use sdlc_model::reading::Counted;

use crate::deploying::{proxy, site, site::Site};

/// Looks at an environment, across restarts of its engine and its proxy.
pub(crate) struct Watch<'a> {
    site: &'a Site<'a>,
    engine: Option<Engine>,
    gauges: Gauges,
    began: Instant,
    journal: Remembered,
}

/// What was counted, and when.
pub(crate) struct Look {
    /// Milliseconds since 1970.
    pub(crate) at: u64,
    /// Of a clock that never goes back.
    pub(crate) clock: Duration,
    pub(crate) counted: Counted,
    /// Whether nobody knows that there are as many replicas as there should be.
    pub(crate) scaling: bool,
    /// Whether a deployment is not over.
    pub(crate) deploying: bool,
    /// When the version became live, in milliseconds since 1970.
    pub(crate) since: Option<u64>,
    /// Versions that can be gone back to.
    pub(crate) kept: usize,
}

/// The journal as it was read last: it is looked at every second, and seldom changes.
struct Remembered {
    path: PathBuf,
    stamp: Option<(SystemTime, u64)>,
    state: State,
}

impl Remembered {
    fn state(&mut self, site: &Site<'_>) -> Result<&State> {
        let metadata = self.path.metadata().ok();
        let stamp = metadata.and_then(|metadata| Some((metadata.modified().ok()?, metadata.len())));
        if stamp.is_none() || stamp != self.stamp {
            self.state = State::of(&Journal::read(&site.directory)?);
            self.stamp = stamp;
        }
        Ok(&self.state)
    }
}

impl<'a> Watch<'a> {
    pub(crate) fn new(site: &'a Site<'a>) -> Self {
        let journal = Remembered { path: site.directory.join(FILE_NAME), stamp: None, state: State::default() };
        Self { site, engine: None, gauges: Gauges::default(), began: Instant::now(), journal }
    }

    /// What is counted now.
    pub(crate) async fn look(&mut self) -> Result<Look> {
        let name = &self.site.environment.name;
        let state = self.journal.state(self.site)?;
        let scaling = state.scaling && state.unfinished.is_none();
        let (deploying, kept) = (state.unfinished.is_some(), state.kept.len());
        let promoted = |deployment: &&Deployment| deployment.result == DeploymentResult::Promoted;
        let since = state.deployments.iter().rfind(promoted).and_then(|deployment| deployment.ended);
        let Some(live) = &state.live else {
            bail!("nothing is live in `{name}`; hint: `sdlc deploy {name} VERSION`");
        };
        let engine = match &mut self.engine {
            Some(engine) => engine,
            none => none.insert(site::engine().await?),
        };
        let proxy = proxy::find(self.site).await;
        let counted = count(engine, &mut self.gauges, proxy.as_ref(), live).await;
        let counted = counted.with_context(|| format!("`{name}` cannot be read"))?;
        Ok(Look { at: now(), clock: self.began.elapsed(), counted, scaling, deploying, since, kept })
    }
}

//! [`Scaler`]: asks the policy of an environment what a running service needs, and carries it out.

use std::{pin::Pin, time::Duration};

use anyhow::Result;
use sdlc_config::scale::Scale;
use sdlc_model::{reading::Reading, scaling::Sample};
use sdlc_monitor::meter::Meter;
use sdlc_scale::{
    decide::{Decided, Decider},
    limits::{Limits, Pace},
};

use super::{policy::Plugin, resize};
use crate::{arguments::Global, deploying::site::Site, monitoring::watch::Look};

/// What came of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The number stays as it is.
    Kept,
    /// It is not carried out, because that was not asked for.
    Observed,
    /// It was carried out.
    Done,
    /// Not now, but at one of the next decisions, if it is still wanted: why.
    Postponed(String),
    /// It could not be carried out: why. It is tried again.
    Failed(String),
}

impl Outcome {
    /// For people.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Kept => "kept".to_owned(),
            Self::Observed => "only observed".to_owned(),
            Self::Done => "done".to_owned(),
            Self::Postponed(reason) => format!("not now: {reason}"),
            Self::Failed(reason) => format!("failed: {reason}"),
        }
    }
}

/// A decision, and what came of it.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    pub(crate) decided: Decided,
    pub(crate) outcome: Outcome,
}

/// The policy of an environment, and what it decides about the running service.
pub(crate) struct Scaler<'a> {
    site: &'a Site<'a>,
    decider: Decider<Plugin>,
    interval: Duration,
    /// Of decisions: they are further apart than looks, and rates are of the time between them.
    meter: Meter,
    next: Option<Duration>,
    apply: bool,
    /// No replica served at the last decision, or answered since the one before.
    down: bool,
    /// Since when nothing is answered that was asked for, by the clock of looks.
    unanswered: Option<Duration>,
    /// The look that is under way began before the last change was over.
    stale: bool,
    under_way: Option<Pin<Box<dyn Future<Output = Turn> + 'a>>>,
}

impl<'a> Scaler<'a> {
    /// None: the environment has no policy. `before`: what was measured before this process began, the oldest first.
    pub(crate) async fn of(
        site: &'a Site<'a>,
        apply: bool,
        before: impl Iterator<Item = Sample>,
        global: &Global,
    ) -> Result<Option<Self>> {
        let (Some(scale), Some(policy)) =
            (&site.environment.scale, Plugin::of(site.project, site.environment, global).await?)
        else {
            return Ok(None);
        };
        let mut decider = Decider::new(policy, limits(scale), scale.target.clone());
        before.for_each(|sample| decider.observe(sample));
        Ok(Some(Self {
            site,
            decider,
            interval: scale.interval,
            meter: Meter::default(),
            next: None,
            apply,
            down: false,
            unanswered: None,
            stale: false,
            under_way: None,
        }))
    }

    /// Decides where it is time to, and nothing that was decided before is under way. Returns at once.
    pub(crate) async fn look(&mut self, look: &Look) -> Option<Turn> {
        if std::mem::take(&mut self.stale)
            || self.under_way.is_some()
            || self.next.is_some_and(|next| look.clock < next)
        {
            return None;
        }
        self.next = Some(look.clock + self.interval);
        let reading = self.meter.read(look.at, look.clock, look.counted.clone())?;
        let down = self.is_stuck(look, &reading) || reading.healthy == 0;
        let was_down = std::mem::replace(&mut self.down, down);
        if (self.down || was_down) && !look.scaling {
            // What nobody could answer is no load that fell: the number stays.
            return None;
        }
        // Without a proxy nobody knows the load either.
        self.decider.observe(reading.sample()?);
        let decided = self.decider.decide(look.at, reading.asked).await;
        let outcome = match () {
            // Somebody was killed on the way there, or could not do it.
            () if self.apply && look.scaling => return self.begin(look, decided),
            () if decided.replicas == decided.before => Outcome::Kept,
            () if !self.apply => Outcome::Observed,
            () if decided.replicas < decided.before && reading.healthy < reading.asked => {
                Outcome::Postponed(format!("only {} of {} replicas are healthy", reading.healthy, reading.asked))
            }
            () => return self.begin(look, decided),
        };
        Some(Turn { decided, outcome })
    }

    /// Whether nothing is answered that was asked for, and probes cannot have told yet whether it serves. A service that is
    /// well and has nothing but long requests is idle.
    fn is_stuck(&mut self, look: &Look, reading: &Reading) -> bool {
        let waiting = look.counted.replicas.iter().any(|replica| replica.in_flight > 0);
        let answered = reading.traffic.as_ref().is_none_or(|traffic| traffic.requests_per_second > 0.0);
        if answered || !waiting {
            self.unanswered = None;
            return false;
        }
        let health = &self.site.environment.service.health;
        let told = (health.interval + health.timeout) * health.unhealthy_after;
        let since = *self.unanswered.get_or_insert(look.clock);
        look.clock.saturating_sub(since) < told
    }

    fn begin(&mut self, look: &Look, decided: Decided) -> Option<Turn> {
        let release = look.counted.release.clone();
        self.under_way = Some(Box::pin(resize::carry_out(self.site, release, decided)));
        None
    }

    /// What was under way is over. Never, where nothing is.
    pub(crate) async fn over(&mut self) -> Turn {
        let Some(under_way) = &mut self.under_way else { return std::future::pending().await };
        let turn = under_way.await;
        self.under_way = None;
        self.stale = true;
        if turn.outcome == Outcome::Done {
            self.decider.applied(&turn.decided);
        }
        turn
    }

    /// Whether something is under way.
    pub(crate) fn is_busy(&self) -> bool {
        self.under_way.is_some()
    }
}

fn limits(scale: &Scale) -> Limits {
    let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let pace =
        |pace: &sdlc_config::scale::Pace| Pace { per_minute: pace.per_minute, cooldown: milliseconds(pace.cooldown) };
    Limits { up: pace(&scale.up), down: pace(&scale.down), ..Limits::between(scale.target.min, scale.target.max) }
}

//! Carries a decision about replicas out: under the lock of the environment, and never during a rollout.

use anyhow::Result;
use sdlc_deploy::{
    journal::{Journal, Record, state::State},
    live::{Live, now},
    lock::LockError,
};
use sdlc_scale::decide::Decided;

use super::live::{Outcome, Turn};
use crate::{
    console::chain,
    deploying::{placement, proxy, site, site::Site},
};

/// What this is called, for others who want the lock meanwhile.
pub(crate) const DOING: &str = "scale to ";

/// Carries a decision about this release out.
pub(crate) async fn carry_out(site: &Site<'_>, release: String, decided: Decided) -> Turn {
    let outcome = match resize(site, &release, &decided).await {
        Ok(outcome) => outcome,
        Err(error) => match error.downcast_ref::<LockError>() {
            Some(LockError::Held { .. }) => Outcome::Postponed(chain(&error)),
            _ => Outcome::Failed(chain(&error)),
        },
    };
    Turn { decided, outcome }
}

async fn resize(site: &Site<'_>, release: &str, decided: &Decided) -> Result<Outcome> {
    let name = &site.environment.name;
    let _lock = site.try_lock(&format!("{DOING}{}", decided.replicas))?;
    let mut journal = Journal::open(&site.directory)?;
    let state = State::of(journal.records());
    if state.unfinished.is_some() {
        let hint = format!("hint: `sdlc deploy` or `sdlc rollback {name}` ends it");
        return Ok(Outcome::Postponed(format!("a deployment is not over; {hint}")));
    }
    let Some(live) = state.live.filter(|live| live.id == release && live.service.replicas == decided.before) else {
        return Ok(Outcome::Postponed("something else was changed meanwhile".to_owned()));
    };
    // All that can be missing is looked at before anything is written down.
    let Some(proxy) = proxy::find(site).await else {
        return Ok(Outcome::Postponed("the proxy does not run".to_owned()));
    };
    let engine = site::engine().await?;
    if decided.replicas > decided.before {
        placement::require(&live.service)?;
    }
    let placement = placement::placement(&live.service);
    let Decided { before, replicas, reason, .. } = decided;
    journal.write(Record::Scaling {
        at: now(),
        by: site::by(),
        before: *before,
        replicas: *replicas,
        reason: reason.clone(),
    })?;
    let world = Live { engine, proxy, from: None, to: live, placement, restores: false, logs: Vec::new() };
    let done = world.resize(*replicas).await;
    let error = done.as_ref().err().map(ToString::to_string);
    journal.write(Record::Scaled { at: now(), error })?;
    done?;
    Ok(Outcome::Done)
}

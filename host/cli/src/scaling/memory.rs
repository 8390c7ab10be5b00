//! [`Memory`]: decisions as people see them, while they are made and afterwards.

use anyhow::Result;
use sdlc_history::decisions::Decision;
use sdlc_report::text;
use sdlc_scale::limits::Clamp;

use super::live::{Outcome, Turn};
use crate::{
    arguments::Global,
    console::{Console, chain},
    deploying::site::Site,
    moment::local,
    remember,
};

/// Tells decisions and keeps them in the history. One that says the same as the one before is not told again.
pub(crate) struct Memory<'a> {
    site: &'a Site<'a>,
    global: &'a Global,
    console: Console,
    last: Option<(u32, u32, Option<u32>, Outcome)>,
}

impl<'a> Memory<'a> {
    pub(crate) fn new(site: &'a Site<'a>, global: &'a Global, console: Console) -> Self {
        Self { site, global, console, last: None }
    }

    /// A history that cannot be written is told, and is no reason to stop.
    pub(crate) fn take(&mut self, turn: &Turn) {
        let decided = &turn.decided;
        let now = (decided.before, decided.replicas, decided.wanted, turn.outcome.clone());
        let first_of_kind = self.last.as_ref() != Some(&now);
        self.last = Some(now);
        let stays = turn.outcome == Outcome::Kept && decided.wanted == Some(decided.before);
        if !first_of_kind || stays {
            return;
        }
        let decision = decision(turn);
        self.console.note(&format!("{}  scale  {}", local(decision.at, "%T"), line(&decision)));
        if let Err(error) = self.keep(&decision) {
            self.console.note(&format!("warning: this decision is not kept in the history: {}", chain(&error)));
        }
    }

    fn keep(&self, decision: &Decision) -> Result<()> {
        let mut history = remember::open(self.global, self.console)?;
        Ok(history.decided(&remember::key(self.site.project), &self.site.environment.name, decision)?)
    }
}

fn decision(turn: &Turn) -> Decision {
    let decided = &turn.decided;
    Decision {
        at: i64::try_from(decided.at).unwrap_or(i64::MAX),
        before: decided.before,
        wanted: decided.wanted,
        replicas: decided.replicas,
        clamp: decided.clamp.map(Clamp::as_str).map(str::to_owned),
        reason: decided.reason.clone(),
        outcome: turn.outcome.describe(),
    }
}

/// Such as `2 -> 4  done: cpu 91 % of 70 %`.
pub(crate) fn line(decision: &Decision) -> String {
    let Decision { before, wanted, replicas, clamp, reason, outcome, .. } = decision;
    let bound = match (wanted, clamp) {
        (Some(wanted), Some(clamp)) => format!(", not {wanted}: {clamp}"),
        _ => String::new(),
    };
    format!("{before} -> {replicas}  {}{bound}; {}", text::line(outcome), text::line(reason))
}

//! [`Vigil`]: looks at an environment, and hands what is seen to whoever does something with it.

use std::{future::pending, pin::pin};

use anyhow::Result;
use sdlc_deploy::live::now;
use sdlc_model::reading::Reading;
use sdlc_monitor::meter::Meter;

use super::{beside::Beside, keep::Keeper, watch::Watch};
use crate::{
    arguments::Global,
    console::{Console, chain},
    deploying::site::Site,
    recovering::recovery::Recovery,
    remember,
    scaling::{
        live::{Scaler, Turn},
        memory::Memory,
    },
};

/// Five weeks, in milliseconds: policies look for nothing longer than a week.
const MEMORY: u64 = 35 * 86_400_000;

/// Looks at an environment, and hands what is seen to whoever does something with it.
pub(crate) struct Vigil<'a> {
    watch: Watch<'a>,
    meter: Meter,
    beside: Beside,
    keeper: Keeper<'a>,
    scaler: Option<Scaler<'a>>,
    memory: Memory<'a>,
    recovery: Recovery<'a>,
    /// Why there was no reading last time.
    said: String,
}

impl<'a> Vigil<'a> {
    /// `apply`: what the policy says is carried out. `heal`: and what the healer proposes.
    pub(crate) async fn new(
        site: &'a Site<'a>,
        (apply, heal): (bool, bool),
        global: &'a Global,
        console: Console,
    ) -> Result<Self> {
        let before = if site.environment.scale.is_some() { past(site, global, console) } else { Vec::new() };
        let before = before.iter().filter_map(Reading::sample);
        Ok(Self {
            watch: Watch::new(site),
            meter: Meter::default(),
            beside: Beside::new(&site.environment.monitor)?,
            keeper: Keeper::new(site, global, console),
            scaler: Scaler::of(site, apply, before, global).await?,
            memory: Memory::new(site, global, console),
            recovery: Recovery::of(site, heal, global, console).await?,
            said: String::new(),
        })
    }

    /// Looks once. None: there is no reading, and why is told, but not twice: the engine may be away for hours.
    pub(crate) async fn turn(&mut self, console: Console) -> Option<Reading> {
        let looked = {
            // What was begun goes on meanwhile: an engine can take its time to answer.
            let mut looking = pin!(self.watch.look());
            loop {
                tokio::select! {
                    looked = &mut looking => break looked,
                    turn = over(&mut self.scaler) => self.memory.take(&turn),
                    () = self.recovery.over() => {}
                }
            }
        };
        let look = match looked {
            Ok(look) => look,
            Err(error) => {
                let message = chain(&error);
                if self.said != message {
                    console.note(&format!("no reading: {message}"));
                    self.said = message;
                }
                return None;
            }
        };
        if !self.said.is_empty() {
            console.note("there are readings again");
            self.said.clear();
        }
        // One change at a time.
        if let Some(scaler) = &mut self.scaler
            && !self.recovery.is_busy()
            && let Some(turn) = scaler.look(&look).await
        {
            self.memory.take(&turn);
        }
        let measured = self.beside.look(look.clock, console);
        let reading = Reading { measured, ..self.meter.read(look.at, look.clock, look.counted.clone())? };
        self.keeper.observe(&reading);
        self.recovery.observe(&reading);
        if !self.scaler.as_ref().is_some_and(Scaler::is_busy) {
            self.recovery.turn(&look, &reading).await;
        }
        Some(reading)
    }

    /// What was begun is over. Never, where nothing was.
    pub(crate) async fn over(&mut self) {
        tokio::select! {
            turn = over(&mut self.scaler) => self.memory.take(&turn),
            () = self.recovery.over() => {}
        }
    }

    /// Whether something was begun that is not over.
    pub(crate) fn is_busy(&self) -> bool {
        self.scaler.as_ref().is_some_and(Scaler::is_busy) || self.recovery.is_busy()
    }
}

/// What was seen before this process began, for a policy that learns from it. A history that cannot be read is told.
fn past(site: &Site<'_>, global: &Global, console: Console) -> Vec<Reading> {
    let (key, name) = (remember::key(site.project), &site.environment.name);
    let since = now().saturating_sub(MEMORY);
    let readings = remember::open(global, console).and_then(|history| Ok(history.readings(&key, name, since)?));
    readings.unwrap_or_else(|error| {
        console.note(&format!("warning: the policy does not learn from the past: {}", chain(&error)));
        Vec::new()
    })
}

async fn over(scaler: &mut Option<Scaler<'_>>) -> Turn {
    match scaler {
        Some(scaler) => scaler.over().await,
        None => pending().await,
    }
}

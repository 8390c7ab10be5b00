//! [`Vigil`]: looks at an environment, and hands what is seen to whoever does something with it.

use anyhow::Result;
use sdlc_model::reading::Reading;
use sdlc_monitor::meter::Meter;

use super::{beside::Beside, keep::Keeper, watch::Watch};
use crate::{
    arguments::Global,
    console::{Console, chain},
    deploying::site::Site,
    scaling::{live::Scaler, memory::Memory},
};

/// Looks at an environment, and hands what is seen to whoever does something with it.
pub(crate) struct Vigil<'a> {
    watch: Watch<'a>,
    meter: Meter,
    beside: Beside,
    keeper: Keeper<'a>,
    scaler: Option<Scaler<'a>>,
    memory: Memory<'a>,
    /// Why there was no reading last time.
    said: String,
}

impl<'a> Vigil<'a> {
    /// `apply`: what the policy says is carried out.
    pub(crate) async fn new(site: &'a Site<'a>, apply: bool, global: &'a Global, console: Console) -> Result<Self> {
        Ok(Self {
            watch: Watch::new(site),
            meter: Meter::default(),
            beside: Beside::new(&site.environment.monitor)?,
            keeper: Keeper::new(site, global, console),
            scaler: Scaler::of(site, apply, std::iter::empty(), global).await?,
            memory: Memory::new(site, global, console),
            said: String::new(),
        })
    }

    /// Looks once. None: there is no reading, and why is told, but not twice: the engine may be away for hours.
    pub(crate) async fn turn(&mut self, console: Console) -> Option<Reading> {
        let look = match self.watch.look().await {
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
        if let Some(scaler) = &mut self.scaler
            && let Some(turn) = scaler.look(&look).await
        {
            self.memory.take(&turn);
        }
        let measured = self.beside.look(look.clock, console);
        let reading = Reading { measured, ..self.meter.read(look.at, look.clock, look.counted)? };
        self.keeper.observe(&reading);
        Some(reading)
    }

    /// What was begun is over. Never, where nothing was.
    pub(crate) async fn over(&mut self) {
        let Some(scaler) = &mut self.scaler else { return std::future::pending().await };
        self.memory.take(&scaler.over().await);
    }

    /// Whether something was begun that is not over.
    pub(crate) fn is_busy(&self) -> bool {
        self.scaler.as_ref().is_some_and(Scaler::is_busy)
    }
}

//! [`Keeper`]: readings go to the history, a minute's at a time.

use std::time::{Duration, Instant};

use anyhow::Result;
use sdlc_deploy::live::now;
use sdlc_model::{pool::pooled, reading::Reading};

use crate::{
    arguments::Global,
    console::{Console, chain},
    deploying::site::Site,
    remember,
};

/// Between two times that the history is written.
const PAUSE: Duration = Duration::from_secs(60);
/// As the history keeps them, in milliseconds.
const WIDTH: u64 = 10_000;
/// Of those that could not be written: an hour.
const MOST: usize = 360;

/// Keeps readings of an environment in the history.
pub(crate) struct Keeper<'a> {
    site: &'a Site<'a>,
    global: &'a Global,
    console: Console,
    seen: Vec<Reading>,
    written: Instant,
    /// Why the history could not be written, the last time.
    said: String,
}

impl<'a> Keeper<'a> {
    pub(crate) fn new(site: &'a Site<'a>, global: &'a Global, console: Console) -> Self {
        Self { site, global, console, seen: Vec::new(), written: Instant::now(), said: String::new() }
    }

    /// A history that cannot be written is told, and is no reason to stop.
    pub(crate) fn observe(&mut self, reading: &Reading) {
        let replicas = Vec::new();
        self.seen.push(Reading {
            replicas,
            measured: reading.measured.clone(),
            version: reading.version.clone(),
            ..*reading
        });
        if self.written.elapsed() >= PAUSE {
            // What belongs to one that is not complete waits.
            let complete = reading.at - reading.at % WIDTH;
            let rest: Vec<_> = self.seen.extract_if(.., |reading| reading.at >= complete).collect();
            self.write();
            self.seen.extend(rest);
        }
    }

    fn write(&mut self) {
        self.written = Instant::now();
        match self.keep() {
            Ok(()) => {
                self.seen.clear();
                self.said.clear();
            }
            Err(error) => {
                self.seen = pooled(&self.seen, WIDTH);
                self.seen.drain(..self.seen.len().saturating_sub(MOST));
                let message = chain(&error);
                if self.said != message {
                    self.console.note(&format!("warning: readings are not kept in the history: {message}"));
                    self.said = message;
                }
            }
        }
    }

    fn keep(&self) -> Result<()> {
        let mut history = remember::open(self.global, self.console)?;
        let (project, environment) = (remember::key(self.site.project), &self.site.environment.name);
        Ok(history.saw(&project, environment, now(), &self.seen)?)
    }
}

impl Drop for Keeper<'_> {
    fn drop(&mut self) {
        if !self.seen.is_empty() {
            self.write();
        }
    }
}

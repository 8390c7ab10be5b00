//! [`Breakers`]: which healers failed lately, from one command to the next.

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::Result;
use sdlc_resilience::breaker::{Breaker, Limits};

use crate::{
    arguments::Global,
    project::{self, Project},
    whole_file,
};

/// Of all projects of this user, by root and name of the healer.
pub(super) struct Breakers {
    file: PathBuf,
    root: String,
    /// With what the healer was: one that was changed has not failed yet.
    all: BTreeMap<String, (String, Breaker)>,
}

impl Breakers {
    /// What is kept; what cannot be read is nothing.
    pub(super) fn open(project: &Project, global: &Global) -> Result<Self> {
        let file = project::state_dir(global)?.join("healers.json");
        let all = fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        Ok(Self { file, root: project.root.to_string_lossy().into_owned(), all })
    }

    /// Seconds until a healer is asked again; none: it may be asked now.
    pub(super) fn closed_for(&self, healer: &str, of: &str) -> Option<u64> {
        self.all.get(&self.key(healer)).filter(|(was, _)| was == of)?.1.closed_for(&Limits::SELDOM, now())
    }

    /// Notes a call.
    pub(super) fn note(&mut self, healer: &str, of: &str, failed: bool) {
        let (was, breaker) = self.all.entry(self.key(healer)).or_default();
        if was != of {
            (*was, *breaker) = (of.to_owned(), Breaker::default());
        }
        breaker.note(&Limits::SELDOM, failed, now());
    }

    /// Keeps what was noted.
    pub(super) fn close(mut self) -> Result<()> {
        self.all.retain(|_, (_, breaker)| *breaker != Breaker::default());
        if let Some(directory) = self.file.parent() {
            fs::create_dir_all(directory)?;
        }
        let text = serde_json::to_vec(&self.all)?;
        Ok(whole_file::write(&self.file, |out| out.write_all(&text))?)
    }

    fn key(&self, healer: &str) -> String {
        format!("{} {healer}", self.root)
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

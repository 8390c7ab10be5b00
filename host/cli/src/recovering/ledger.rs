//! [`Ledger`]: what was done about a running service, and whether it helped. A line of JSON each, in the directory of the
//! environment, so that limits hold whoever is started again.

use std::{
    fs::{self, File},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use sdlc_model::treatment::IncidentKind;
use serde::{Deserialize, Serialize};

const FILE_NAME: &str = "recoveries.jsonl";
const HOUR: u64 = 3_600_000;
/// What is kept of the past.
const MOST: usize = 500;

/// A line. Times are in milliseconds since 1970; `of`: when that began, which tells it from others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
enum Record {
    Began(Recovery),
    Ended { of: u64, at: u64, error: Option<String> },
    Judged { of: u64, at: u64, helped: bool, effect: String },
}

/// Something that was done about an incident. Times are in milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Recovery {
    /// When it began.
    pub(crate) at: u64,
    /// The version that was live.
    pub(crate) version: String,
    /// What was wrong.
    pub(crate) kind: IncidentKind,
    /// With which replica; none: with the service.
    pub(crate) replica: Option<String>,
    /// What was seen. Untrusted.
    pub(crate) evidence: String,
    /// What was done, in words of the contract.
    pub(crate) actions: Vec<String>,
    /// The healer's words. Untrusted.
    pub(crate) summary: String,
    /// When it was done, and why it could not be; none: it is not, or whoever was at it was killed.
    #[serde(default)]
    pub(crate) ended: Option<(u64, Option<String>)>,
    /// Whether it helped, in words besides; none: nobody knows.
    #[serde(default)]
    pub(crate) effect: Option<(bool, String)>,
}

/// What was done in an environment.
pub(crate) struct Ledger {
    path: PathBuf,
    /// Whether the last line was cut by a crash: the next one must not become a part of it.
    cut: bool,
    recoveries: Vec<Recovery>,
}

impl Ledger {
    /// Of the environment in this directory. A line that makes no sense is none.
    pub(crate) fn open(directory: &Path) -> Result<Self> {
        let path = directory.join(FILE_NAME);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error).with_context(|| format!("`{}` cannot be read", path.display())),
        };
        let cut = !text.is_empty() && !text.ends_with('\n');
        let mut ledger = Self { path, cut, recoveries: Vec::new() };
        for record in text.lines().filter_map(|line| serde_json::from_str(line).ok()) {
            ledger.take(record);
        }
        Ok(ledger)
    }

    /// All of them, the oldest first.
    pub(crate) fn recoveries(&self) -> &[Recovery] {
        &self.recoveries
    }

    /// How many were begun within the last hour.
    pub(crate) fn within_an_hour(&self, now: u64) -> usize {
        self.recent(now).count()
    }

    /// What was done about the same within the last hour and did not help, in words of the contract.
    pub(crate) fn in_vain(&self, now: u64, kind: IncidentKind, version: &str) -> Vec<String> {
        let same = self.recent(now).filter(|recovery| recovery.kind == kind && recovery.version == version);
        let failed = same.filter(|recovery| {
            recovery.effect.as_ref().is_some_and(|(helped, _)| !helped)
                || recovery.ended.as_ref().is_some_and(|(_, error)| error.is_some())
        });
        let mut tried: Vec<_> = failed.flat_map(|recovery| recovery.actions.iter().cloned()).collect();
        tried.sort();
        tried.dedup();
        tried
    }

    fn recent(&self, now: u64) -> impl Iterator<Item = &Recovery> {
        // Of a clock that was set back by more, what was done "later" says nothing.
        self.recoveries.iter().filter(move |recovery| now.abs_diff(recovery.at) < HOUR)
    }

    /// Before it is done: whoever is killed on the way has done it, as far as limits go.
    pub(crate) fn begin(&mut self, recovery: Recovery) -> Result<()> {
        if self.recoveries.len() >= MOST {
            self.shorten()?;
        }
        self.write(Record::Began(recovery))
    }

    /// `of`: when it began.
    pub(crate) fn end(&mut self, of: u64, at: u64, error: Option<String>) -> Result<()> {
        self.write(Record::Ended { of, at, error })
    }

    /// `of`: when it began.
    pub(crate) fn judge(&mut self, of: u64, at: u64, helped: bool, effect: String) -> Result<()> {
        self.write(Record::Judged { of, at, helped, effect })
    }

    fn take(&mut self, record: Record) {
        let found = |of| move |recovery: &&mut Recovery| recovery.at == of;
        match record {
            Record::Began(recovery) => self.recoveries.push(recovery),
            Record::Ended { of, at, error } => {
                if let Some(recovery) = self.recoveries.iter_mut().rfind(found(of)) {
                    recovery.ended = Some((at, error));
                }
            }
            Record::Judged { of, helped, effect, .. } => {
                if let Some(recovery) = self.recoveries.iter_mut().rfind(found(of)) {
                    recovery.effect = Some((helped, effect));
                }
            }
        }
    }

    fn write(&mut self, record: Record) -> Result<()> {
        let mut line = if self.cut { vec![b'\n'] } else { Vec::new() };
        serde_json::to_writer(&mut line, &record)?;
        line.push(b'\n');
        let written = File::options().create(true).append(true).open(&self.path).and_then(|mut file| {
            file.write_all(&line)?;
            file.sync_data()
        });
        written.with_context(|| format!("`{}` cannot be written", self.path.display()))?;
        self.cut = false;
        self.take(record);
        Ok(())
    }

    /// The half that is older goes.
    fn shorten(&mut self) -> Result<()> {
        let kept = self.recoveries.split_off(self.recoveries.len() / 2);
        let mut text = String::new();
        for recovery in &kept {
            text.push_str(&serde_json::to_string(&Record::Began(recovery.clone()))?);
            text.push('\n');
        }
        let beside = self.path.with_extension("new");
        let written = fs::write(&beside, text).and_then(|()| fs::rename(&beside, &self.path));
        written.with_context(|| format!("`{}` cannot be written", self.path.display()))?;
        (self.recoveries, self.cut) = (kept, false);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recovery(at: u64) -> Recovery {
        Recovery {
            at,
            version: "1".to_owned(),
            kind: IncidentKind::Unreachable,
            replica: Some("shop-0".to_owned()),
            evidence: "no answer".to_owned(),
            actions: vec!["restart-replica".to_owned()],
            summary: "replace it".to_owned(),
            ended: None,
            effect: None,
        }
    }

    #[test]
    fn what_was_done_is_known_to_whoever_comes_next_and_limits_count_it() {
        let directory = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(directory.path()).unwrap();
        ledger.begin(recovery(HOUR)).unwrap();
        ledger.end(HOUR, HOUR + 1, None).unwrap();
        ledger.judge(HOUR, HOUR + 2, false, "no better".to_owned()).unwrap();
        ledger.begin(recovery(HOUR + 3)).unwrap();
        ledger.end(HOUR, HOUR + 4, None).unwrap();
        let again = Ledger::open(directory.path()).unwrap();
        assert_eq!(again.recoveries(), ledger.recoveries());
        assert_eq!((again.within_an_hour(HOUR + 9), again.within_an_hour(2 * HOUR)), (2, 1));
        assert_eq!(again.in_vain(HOUR + 9, IncidentKind::Unreachable, "1"), ["restart-replica"]);
        assert!(again.in_vain(HOUR + 9, IncidentKind::Unreachable, "2").is_empty());
        assert!(again.in_vain(3 * HOUR, IncidentKind::Unreachable, "1").is_empty());
    }

    #[test]
    fn it_is_bounded_and_a_line_that_was_cut_is_none() {
        let directory = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(directory.path()).unwrap();
        for at in 0..=u64::try_from(MOST).unwrap() {
            ledger.begin(recovery(at)).unwrap();
        }
        assert_eq!(ledger.recoveries().len(), MOST / 2 + 1);
        let path = directory.path().join(FILE_NAME);
        let mut file = File::options().append(true).open(&path).unwrap();
        file.write_all(b"{\"event\": \"began\", \"at").unwrap();
        let mut again = Ledger::open(directory.path()).unwrap();
        assert_eq!(again.recoveries(), ledger.recoveries());
        again.begin(recovery(HOUR)).unwrap();
        assert_eq!(Ledger::open(directory.path()).unwrap().recoveries(), again.recoveries());
    }
}

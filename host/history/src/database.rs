//! [`History`]: the file, and how much of runs it keeps.

use std::{
    fs::{self, DirBuilder},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, ErrorCode, OptionalExtension, Transaction, params};
use sdlc_model::baseline::Known;
use serde::Deserialize;

use crate::{
    error::HistoryError,
    run::{GateRun, Kept, Run},
    tables::{VERSION, prepare},
};

/// Runs that are kept a project.
const MOST_RUNS: i64 = 1000;
/// Of these, the last ones whose findings are kept.
const MOST_FINDINGS: i64 = 50;
/// Most kinds of findings that are kept of a run; of one with more, none are: nobody compares these.
const MOST_KNOWN: usize = 10_000;
/// Bytes of the log from which on the next one to open it moves them into the file.
const LOG: u64 = 1 << 20;

/// What runs came to, of all projects of a user.
pub struct History {
    path: PathBuf,
    pub(crate) connection: Connection,
    /// Where a broken file was set aside.
    pub set_aside: Option<PathBuf>,
}

#[derive(Deserialize)]
struct RawKnown(String, String, String, u64, u32, String);

impl History {
    /// Opens the history, or makes one. A file that is broken is set aside, and a new one is begun.
    ///
    /// # Errors
    /// Where there can be none here, or a newer version wrote it.
    pub fn open(path: &Path) -> Result<Self, HistoryError> {
        let failed = |source| HistoryError::File { path: path.to_owned(), source };
        if let Some(directory) = path.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(failed)?;
        }
        match Self::try_open(path) {
            Err(HistoryError::Database { source, .. }) if is_broken(&source) => {
                let aside = set_aside(path).map_err(failed)?;
                Ok(Self { set_aside: Some(aside), ..Self::try_open(path)? })
            }
            opened => opened,
        }
    }

    fn try_open(path: &Path) -> Result<Self, HistoryError> {
        let failed = |source| HistoryError::Database { path: path.to_owned(), source };
        let mut connection = Connection::open(path).map_err(failed)?;
        let found = prepare(&mut connection).map_err(failed)?;
        if found > VERSION {
            return Err(HistoryError::Newer { path: path.to_owned(), found, known: VERSION });
        }
        if fs::metadata(beside(path, "-wal")).is_ok_and(|log| log.len() > LOG) {
            // Whoever is at it at the moment may go on, and a disk may be full: what is left is moved by the next one.
            let _ = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        }
        Ok(Self { path: path.to_owned(), connection, set_aside: None })
    }

    /// Keeps a run of the project at this root, and lets go of what is too old. Gives the number of the run.
    ///
    /// # Errors
    /// What the database says; nothing is kept then.
    pub fn record(&mut self, project: &str, run: &Run, findings: &[Known]) -> Result<i64, HistoryError> {
        let Self { path, connection, .. } = self;
        let recorded = connection.transaction().and_then(|transaction| {
            let id = insert(&transaction, project, run, findings)?;
            forget(&transaction, project)?;
            transaction.commit()?;
            Ok(id)
        });
        recorded.map_err(|source| HistoryError::Database { path: path.clone(), source })
    }

    /// The last runs of a project, latest first, without their findings.
    ///
    /// # Errors
    /// What the database says.
    pub fn last(&self, project: &str, most: u32) -> Result<Vec<Kept>, HistoryError> {
        let query = format!("SELECT {COLUMNS} FROM run WHERE project = ?1 ORDER BY id DESC LIMIT ?2");
        let runs = self.connection.prepare(&query).and_then(|mut statement| {
            let rows = statement.query_map(params![project, most], read)?;
            rows.map(|row| self.with_gates(row?)).collect()
        });
        runs.map_err(|source| self.failed(source))
    }

    /// A run of a project by its number, with its findings; none: there is none.
    ///
    /// # Errors
    /// What the database says.
    pub fn run(&self, project: &str, id: i64) -> Result<Option<Kept>, HistoryError> {
        let query = format!("SELECT {COLUMNS}, findings FROM run WHERE project = ?1 AND id = ?2");
        let found = self.connection.query_row(&query, params![project, id], |row| {
            let text: Option<String> = row.get(8)?;
            let findings = text.and_then(|text| parse(&text));
            Ok(Kept { findings, ..read(row)? })
        });
        let found = found.optional().and_then(|found| found.map(|kept| self.with_gates(kept)).transpose());
        found.map_err(|source| self.failed(source))
    }

    fn with_gates(&self, mut kept: Kept) -> rusqlite::Result<Kept> {
        let mut statement =
            self.connection.prepare_cached("SELECT name, verdict, metrics FROM gate WHERE run = ?1 ORDER BY name")?;
        let gates = statement.query_map([kept.id], |row| {
            let metrics: String = row.get(2)?;
            Ok(GateRun {
                name: row.get(0)?,
                verdict: row.get(1)?,
                metrics: serde_json::from_str(&metrics).unwrap_or_default(),
            })
        })?;
        kept.run.gates = gates.collect::<Result<_, _>>()?;
        Ok(kept)
    }

    pub(crate) fn failed(&self, source: rusqlite::Error) -> HistoryError {
        HistoryError::Database { path: self.path.clone(), source }
    }
}

const COLUMNS: &str = "id, started, duration, revision, scope, verdict, score, files";

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Kept> {
    let run = Run {
        started: row.get(1)?,
        duration: row.get(2)?,
        revision: row.get(3)?,
        scope: row.get(4)?,
        verdict: row.get(5)?,
        score: row.get(6)?,
        files: row.get(7)?,
        gates: Vec::new(),
    };
    Ok(Kept { id: row.get(0)?, run, findings: None })
}

fn insert(transaction: &Transaction<'_>, project: &str, run: &Run, findings: &[Known]) -> rusqlite::Result<i64> {
    let kept = (findings.len() <= MOST_KNOWN).then(|| findings.iter().map(raw).collect::<Vec<_>>());
    let findings = kept.and_then(|kept| serde_json::to_string(&kept).ok());
    let Run { started, duration, revision, scope, verdict, score, files, gates } = run;
    transaction.execute(
        "INSERT INTO run (project, started, duration, revision, scope, verdict, score, files, findings)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![project, started, duration, revision, scope, verdict, score, files, findings],
    )?;
    let id = transaction.last_insert_rowid();
    for gate in gates {
        let metrics = serde_json::to_string(&gate.metrics).unwrap_or_default();
        transaction.execute(
            "INSERT INTO gate (run, name, verdict, metrics) VALUES (?1, ?2, ?3, ?4)",
            params![id, gate.name, gate.verdict, metrics],
        )?;
    }
    Ok(id)
}

fn forget(transaction: &Transaction<'_>, project: &str) -> rusqlite::Result<()> {
    let behind = "(SELECT id FROM run WHERE project = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)";
    let update =
        format!("UPDATE run SET findings = NULL WHERE project = ?1 AND id <= {behind} AND findings IS NOT NULL");
    transaction.execute(&update, params![project, MOST_FINDINGS])?;
    let delete = format!("DELETE FROM run WHERE project = ?1 AND id <= {behind}");
    transaction.execute(&delete, params![project, MOST_RUNS])?;
    Ok(())
}

/// As a [`RawKnown`].
fn raw(known: &Known) -> (&str, &str, &str, u64, u32, &str) {
    (&known.gate, &known.path, &known.rule, known.fingerprint, known.count, &known.message)
}

fn parse(text: &str) -> Option<Vec<Known>> {
    let raw: Vec<RawKnown> = serde_json::from_str(text).ok()?;
    let known = |RawKnown(gate, path, rule, fingerprint, count, message)| Known {
        gate,
        path,
        rule,
        fingerprint,
        count,
        message,
    };
    Some(raw.into_iter().map(known).collect())
}

fn is_broken(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt))
}

/// The path of a file that belongs to another one.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Moves a broken database away, so that whoever wants to can still look at it. The log goes with it.
fn set_aside(path: &Path) -> std::io::Result<PathBuf> {
    let name = |suffix: &str| beside(path, suffix);
    let free = (1..1000).map(|number| format!(".broken-{number}")).find(|suffix| !name(suffix).exists());
    let suffix = free.unwrap_or_else(|| ".broken".to_owned());
    for log in ["-wal", "-shm"] {
        if name(log).exists() {
            fs::rename(name(log), name(&format!("{suffix}{log}")))?;
        }
    }
    fs::rename(path, name(&suffix))?;
    Ok(name(&suffix))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::compare;

    fn run(score: f64) -> Run {
        Run {
            started: 1,
            duration: 2,
            revision: Some("abc".to_owned()),
            scope: "all files".to_owned(),
            verdict: "passed".to_owned(),
            score: Some(score),
            files: 3,
            gates: vec![GateRun {
                name: "lint".to_owned(),
                verdict: "passed".to_owned(),
                metrics: vec![("errors".to_owned(), 0.0), ("score".to_owned(), score)],
            }],
        }
    }

    fn known(rule: &str, count: u32) -> Known {
        let (gate, path) = ("lint".to_owned(), "a.py".to_owned());
        Known { gate, path, rule: rule.to_owned(), fingerprint: u64::MAX, count, message: "m".to_owned() }
    }

    #[test]
    fn what_was_kept_is_found_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("state/history.db");
        let id = History::open(&path).unwrap().record("/p", &run(8.0), &[known("F401", 2)]).unwrap();
        let history = History::open(&path).unwrap();
        let kept = history.run("/p", id).unwrap().unwrap();
        assert_eq!((kept.run, kept.findings), (run(8.0), Some(vec![known("F401", 2)])));
        assert_eq!(history.run("/other", id).unwrap(), None);
        assert_eq!(history.last("/p", 9).unwrap().len(), 1);
    }

    #[test]
    fn runs_are_compared() {
        let mut history = History::open(&tempfile::tempdir().unwrap().path().join("h.db")).unwrap();
        let a = history.record("/p", &run(8.0), &[known("F401", 2), known("E501", 1)]).unwrap();
        let b = history.record("/p", &run(9.0), &[known("F401", 3)]).unwrap();
        let get = |id| history.run("/p", id).unwrap().unwrap();
        let comparison = compare(&get(a), &get(b));
        assert_eq!(comparison.new, [known("F401", 1)]);
        assert_eq!(comparison.gone, [known("E501", 1)]);
        assert_eq!(comparison.metrics, [("lint".to_owned(), "score".to_owned(), Some(8.0), Some(9.0))]);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut history = History::open(&tempfile::tempdir().unwrap().path().join("h.db")).unwrap();
        let other = history.record("/other", &run(1.0), &[]).unwrap();
        let first = history.record("/p", &run(1.0), &[known("a", 1)]).unwrap();
        for _ in 0..MOST_FINDINGS {
            history.record("/p", &run(1.0), &[known("a", 1)]).unwrap();
        }
        assert_eq!(history.run("/p", first).unwrap().unwrap().findings, None);
        assert!(history.run("/p", first + 1).unwrap().unwrap().findings.is_some());
        for _ in MOST_FINDINGS..MOST_RUNS {
            history.record("/p", &run(1.0), &[]).unwrap();
        }
        assert_eq!(history.run("/p", first).unwrap(), None);
        assert_eq!(history.last("/p", 2000).unwrap().len(), 1000);
        assert!(history.run("/other", other).unwrap().is_some());
    }

    #[test]
    fn a_broken_file_is_set_aside_and_a_new_one_begun() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("h.db");
        fs::write(&path, b"this is no database, and long enough to be seen as none: ".repeat(20)).unwrap();
        let mut history = History::open(&path).unwrap();
        assert_eq!(history.set_aside.as_deref(), Some(&*directory.path().join("h.db.broken-1")));
        history.record("/p", &run(1.0), &[]).unwrap();
        assert!(fs::read(directory.path().join("h.db.broken-1")).unwrap().starts_with(b"this is no"));
    }

    #[test]
    fn a_newer_version_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("h.db");
        drop(History::open(&path).unwrap());
        Connection::open(&path).unwrap().pragma_update(None, "user_version", 9).unwrap();
        let error = History::open(&path).err().unwrap().to_string();
        assert!(error.contains("has version 9") && error.contains("hint: update"), "{error}");
    }

    #[test]
    fn what_is_in_the_log_is_moved_into_the_file_by_the_next_one_to_open_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("h.db");
        let size = |path: &Path| fs::metadata(path).unwrap().len();
        let findings: Vec<_> = (0..9000).map(|index| known(&format!("a-rule-with-a-long-name-{index}"), 1)).collect();
        let first = History::open(&path).unwrap().record("/p", &run(1.0), &findings).unwrap();
        History::open(&path).unwrap().record("/p", &run(1.0), &findings).unwrap();
        let before = size(&path);
        assert!(size(&beside(&path, "-wal")) > LOG, "the history is small: {} bytes", size(&beside(&path, "-wal")));
        History::open(&path).unwrap().record("/p", &run(1.0), &[]).unwrap();
        assert!(size(&path) > before + LOG / 2, "{} bytes after {before}", size(&path));
        assert!(size(&beside(&path, "-wal")) < LOG, "{} bytes are left", size(&beside(&path, "-wal")));
        assert_eq!(History::open(&path).unwrap().run("/p", first).unwrap().unwrap().findings.unwrap().len(), 9000);
    }

    #[test]
    fn many_write_at_once_and_nothing_is_lost() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("h.db");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        History::open(&path).unwrap().record("/p", &run(1.0), &[known("a", 1)]).unwrap();
                    }
                });
            }
        });
        assert_eq!(History::open(&path).unwrap().last("/p", 999).unwrap().len(), 160);
    }
}

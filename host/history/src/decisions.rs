//! What was decided about replicas, and what came of it.

use rusqlite::params;

use crate::{History, HistoryError};

/// Decisions that are kept an environment.
const MOST: i64 = 5000;
/// Longest text that is kept, in characters.
const LONGEST: usize = 500;

/// What was decided about the replicas of an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Milliseconds since 1970.
    pub at: i64,
    /// Replicas that there were.
    pub before: u32,
    /// What the policy said; none: it failed.
    pub wanted: Option<u32>,
    /// What there should be.
    pub replicas: u32,
    /// Why it is not what the policy said; none: it is.
    pub clamp: Option<String>,
    /// The policy's, or how it failed. Untrusted.
    pub reason: String,
    /// What came of it, such as `done`.
    pub outcome: String,
}

impl History {
    /// Keeps a decision, and lets go of those that are too old.
    ///
    /// # Errors
    /// What the database says; nothing is kept then.
    pub fn decided(&mut self, project: &str, environment: &str, decision: &Decision) -> Result<(), HistoryError> {
        let Decision { at, before, wanted, replicas, clamp, reason, outcome } = decision;
        let short = |text: &str| text.chars().take(LONGEST).collect::<String>();
        let kept = self.connection.transaction().and_then(|transaction| {
            transaction.execute(
                "INSERT INTO decision (project, environment, at, before, wanted, replicas, clamp, reason, outcome)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                params![project, environment, at, before, wanted, replicas, clamp, short(reason), short(outcome)],
            )?;
            transaction.execute(
                "DELETE FROM decision WHERE project = ?1 AND environment = ?2 AND id <=
                 (SELECT id FROM decision WHERE project = ?1 AND environment = ?2 ORDER BY id DESC LIMIT 1 OFFSET ?3)",
                params![project, environment, MOST],
            )?;
            transaction.commit()
        });
        kept.map_err(|source| self.failed(source))
    }

    /// The last decisions about an environment, the latest first.
    ///
    /// # Errors
    /// What the database says.
    pub fn decisions(&self, project: &str, environment: &str, most: u32) -> Result<Vec<Decision>, HistoryError> {
        let query = "SELECT at, before, wanted, replicas, clamp, reason, outcome FROM decision
                     WHERE project = ?1 AND environment = ?2 ORDER BY id DESC LIMIT ?3";
        let found = self.connection.prepare(query).and_then(|mut statement| {
            let rows = statement.query_map(params![project, environment, most], |row| {
                Ok(Decision {
                    at: row.get(0)?,
                    before: row.get(1)?,
                    wanted: row.get(2)?,
                    replicas: row.get(3)?,
                    clamp: row.get(4)?,
                    reason: row.get(5)?,
                    outcome: row.get(6)?,
                })
            })?;
            rows.collect()
        });
        found.map_err(|source| self.failed(source))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(at: i64) -> Decision {
        Decision {
            at,
            before: 2,
            wanted: Some(9),
            replicas: 5,
            clamp: Some("the most".to_owned()),
            reason: "cpu 90 %".to_owned(),
            outcome: "done".to_owned(),
        }
    }

    #[test]
    fn decisions_come_back_latest_first_and_are_bounded() {
        let mut history = History::open(&tempfile::tempdir().unwrap().path().join("h.db")).unwrap();
        for at in 0..MOST + 3 {
            history.decided("/p", "production", &decision(at)).unwrap();
        }
        history.decided("/p", "staging", &Decision { wanted: None, clamp: None, ..decision(7) }).unwrap();
        let last = history.decisions("/p", "production", 2).unwrap();
        assert_eq!(last, [decision(MOST + 2), decision(MOST + 1)]);
        assert_eq!(history.decisions("/p", "production", u32::MAX).unwrap().len(), 5000);
        assert_eq!(history.decisions("/p", "staging", 9).unwrap().len(), 1);
    }
}

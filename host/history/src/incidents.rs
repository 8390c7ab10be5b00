//! What failed, by pattern: how often, since when, and what helped.

use rusqlite::params;
use sdlc_resilience::incident::{Incident, pattern};

use crate::{History, HistoryError};

/// Incidents that are kept a project.
const MOST: i64 = 5000;
/// Longest text that is kept, in characters.
const LONGEST: usize = 2000;
/// What succeeds says nothing of failures before, in milliseconds.
const MEMORY: i64 = 7 * 24 * 3600 * 1000;

/// Incidents of one pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// What was done, such as `deploy production`.
    pub source: String,
    /// Who says so.
    pub kind: String,
    /// The message of the last one.
    pub message: String,
    /// How often.
    pub count: u64,
    /// How often in the week that ends now, and in the one before.
    pub weeks: (u64, u64),
    /// When the first one was, in milliseconds since 1970.
    pub first: i64,
    /// When the last one was.
    pub last: i64,
    /// What helped, and how often; what helped most first.
    pub helped: Vec<(String, u64)>,
}

impl History {
    /// Keeps incidents of the project at this root, and lets go of those that are too old.
    ///
    /// # Errors
    /// What the database says; nothing is kept then.
    pub fn note(&mut self, project: &str, at: i64, incidents: &[Incident]) -> Result<(), HistoryError> {
        if incidents.is_empty() {
            return Ok(());
        }
        let noted = self.connection.transaction().and_then(|transaction| {
            for Incident { source, kind, message, helped } in incidents {
                let message: String = message.chars().take(LONGEST).collect();
                transaction.execute(
                    "INSERT INTO incident (project, at, source, kind, pattern, message, helped)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    params![project, at, source, kind, pattern(&message), message, helped],
                )?;
            }
            transaction.execute(
                "DELETE FROM incident WHERE project = ?1 AND id <=
                 (SELECT id FROM incident WHERE project = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
                params![project, MOST],
            )?;
            transaction.commit()
        });
        noted.map_err(|source| self.failed(source))
    }

    /// Notes that what failed lately succeeded, and how. With a `kind`, only what is of it.
    ///
    /// # Errors
    /// What the database says.
    pub fn solved(
        &mut self,
        project: &str,
        at: i64,
        sources: &[String],
        kind: Option<&str>,
        how: &str,
    ) -> Result<(), HistoryError> {
        let open = "WHERE project = ?1 AND at >= ?2 AND helped IS NULL";
        let solved = self.connection.transaction().and_then(|transaction| {
            let any = format!("SELECT EXISTS (SELECT 1 FROM incident {open})");
            // Which it nearly always is not, and a run is not to wait for that.
            if transaction.query_row(&any, params![project, at - MEMORY], |row| row.get(0))? {
                let update =
                    format!("UPDATE incident SET helped = ?3 {open} AND source = ?4 AND kind = coalesce(?5, kind)");
                for source in sources {
                    transaction.execute(&update, params![project, at - MEMORY, how, source, kind])?;
                }
            }
            transaction.commit()
        });
        solved.map_err(|source| self.failed(source))
    }

    /// What failed in a project, by pattern; the last one first.
    ///
    /// # Errors
    /// What the database says.
    pub fn patterns(&self, project: &str, now: i64) -> Result<Vec<Pattern>, HistoryError> {
        let query = "SELECT alike.source, alike.kind, alike.pattern, number, first, last, this, previous, message
                     FROM (SELECT source, kind, pattern, count(*) AS number, min(at) AS first, max(at) AS last,
                           sum(at > ?2) AS this, sum(at <= ?2 AND at > ?3) AS previous, max(id) AS newest
                           FROM incident WHERE project = ?1 GROUP BY source, kind, pattern) AS alike
                     JOIN incident ON incident.id = newest ORDER BY newest DESC";
        let patterns = self.connection.prepare(query).and_then(|mut statement| {
            let rows = statement.query_map(params![project, now - MEMORY, now - 2 * MEMORY], |row| {
                let pattern = Pattern {
                    source: row.get(0)?,
                    kind: row.get(1)?,
                    message: row.get(8)?,
                    count: row.get(3)?,
                    weeks: (row.get(6)?, row.get(7)?),
                    first: row.get(4)?,
                    last: row.get(5)?,
                    helped: Vec::new(),
                };
                Ok((pattern, row.get(2)?))
            })?;
            rows.map(|row| row.and_then(|(found, pattern)| self.with_help(project, found, pattern))).collect()
        });
        patterns.map_err(|source| self.failed(source))
    }

    fn with_help(&self, project: &str, mut found: Pattern, pattern: String) -> rusqlite::Result<Pattern> {
        let mut statement = self.connection.prepare_cached(
            "SELECT helped, count(*) FROM incident WHERE project = ?1 AND source = ?2 AND kind = ?3 AND pattern = ?4
             AND helped IS NOT NULL GROUP BY helped ORDER BY count(*) DESC, helped",
        )?;
        let helped = statement
            .query_map(params![project, found.source, found.kind, pattern], |row| Ok((row.get(0)?, row.get(1)?)))?;
        found.helped = helped.collect::<Result<_, _>>()?;
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEEK: i64 = MEMORY;

    fn incident(source: &str, message: &str) -> Incident {
        let (source, kind) = (source.to_owned(), "engine".to_owned());
        Incident { source, kind, message: message.to_owned(), helped: None }
    }

    #[test]
    fn what_failed_alike_is_one_pattern_with_what_helped_most_first() {
        let directory = tempfile::tempdir().unwrap();
        let mut history = History::open(&directory.path().join("history.db")).unwrap();
        let now = 10 * WEEK;
        for (number, how) in [(1, "again"), (2, "rollback"), (3, "again")] {
            let at = now - number * WEEK / 2;
            history.note("/p", at, &[incident("deploy production", &format!("port {number} is taken"))]).unwrap();
            history.solved("/p", at + 1, &["deploy production".to_owned()], None, how).unwrap();
        }
        history.note("/p", now, &[incident("gate lint", "it ran out of memory")]).unwrap();
        history.note("/other", now, &[incident("gate lint", "it ran out of memory")]).unwrap();
        let patterns = history.patterns("/p", now).unwrap();
        assert_eq!(patterns.len(), 2);
        assert_eq!((patterns[0].source.as_str(), patterns[0].helped.as_slice()), ("gate lint", [].as_slice()));
        let ports = &patterns[1];
        assert_eq!((ports.count, ports.weeks), (3, (1, 2)));
        assert_eq!(ports.message, "port 3 is taken");
        assert_eq!(ports.helped, [("again".to_owned(), 2), ("rollback".to_owned(), 1)]);
        assert_eq!((ports.first, ports.last), (now - 3 * WEEK / 2, now - WEEK / 2));
    }

    #[test]
    fn a_history_of_the_first_version_gets_the_table() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("history.db");
        let history = History::open(&path).unwrap();
        history
            .connection
            .execute_batch("DROP TABLE incident; DROP TABLE decision; DROP TABLE reading; PRAGMA user_version = 1")
            .unwrap();
        drop(history);
        let mut history = History::open(&path).unwrap();
        history.note("/p", 1, &[incident("a", "b")]).unwrap();
        assert_eq!(history.patterns("/p", 2).unwrap().len(), 1);
    }

    #[test]
    fn a_success_long_after_says_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let mut history = History::open(&directory.path().join("history.db")).unwrap();
        history.note("/p", 0, &[incident("a", "b")]).unwrap();
        history.solved("/p", WEEK + 1, &["a".to_owned()], None, "luck").unwrap();
        assert!(history.patterns("/p", WEEK + 2).unwrap()[0].helped.is_empty());
    }

    #[test]
    fn what_helped_against_one_kind_is_not_said_of_another() {
        let directory = tempfile::tempdir().unwrap();
        let mut history = History::open(&directory.path().join("history.db")).unwrap();
        let of = |kind: &str| Incident { kind: kind.to_owned(), ..incident("a", kind) };
        history.note("/p", 1, &[of("leak"), of("crash")]).unwrap();
        history.solved("/p", 2, &["a".to_owned()], Some("leak"), "a restart").unwrap();
        let patterns = history.patterns("/p", 3).unwrap();
        let helped = |kind: &str| patterns.iter().find(|pattern| pattern.kind == kind).unwrap().helped.len();
        assert_eq!([helped("leak"), helped("crash")], [1, 0]);
    }
}

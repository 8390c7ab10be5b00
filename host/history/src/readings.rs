//! What running services did, kept for more than a year in less and less detail.

use rusqlite::{Row, Transaction, params};
use sdlc_model::{
    pool::pooled,
    reading::{Measured, Reading, Traffic},
};

use crate::{History, HistoryError};

const SECOND: u64 = 1000;
const DAY: u64 = 24 * 3600 * SECOND;

/// How long a reading spans at least, in milliseconds, and the age from which one is made of those before it. What is older
/// than the last age is gone.
const DETAILS: [(u64, u64); 3] = [(10 * SECOND, DAY), (60 * SECOND, 14 * DAY), (900 * SECOND, 400 * DAY)];
/// Readings of a kind that are pooled at once: a transaction is to be over soon. What is left waits for the next one.
const MOST_AT_ONCE: u32 = 3000;
/// Values beside the replicas that are kept of a reading.
const MOST_MEASURED: usize = 64;

const COLUMNS: &str =
    "at, interval, version, asked, running, healthy, cpu, memory, requests, error_rate, p50, p95, p99, measured";

/// Whose readings they are.
type Key<'a> = (&'a str, &'a str);

impl History {
    /// Keeps readings of an environment, pooled to 10 seconds; of what is older than a day one a minute, and of what is older
    /// than 14 days one of 15 minutes; what is older than 400 days goes. `now` is in milliseconds since 1970.
    ///
    /// Where two watch the same environment, what the one that saw more says counts.
    ///
    /// # Errors
    /// What the database says; nothing is kept then.
    pub fn saw(
        &mut self,
        project: &str,
        environment: &str,
        now: u64,
        readings: &[Reading],
    ) -> Result<(), HistoryError> {
        let kept = self.connection.transaction().and_then(|transaction| {
            let key = (project, environment);
            let [(width, _), ..] = DETAILS;
            insert(&transaction, key, width, &pooled(readings, width))?;
            for (index, (width, age)) in DETAILS.into_iter().enumerate() {
                let next = DETAILS.get(index + 1).map(|(width, _)| *width);
                thin(&transaction, key, width, next, now.saturating_sub(age))?;
            }
            transaction.commit()
        });
        kept.map_err(|source| self.failed(source))
    }

    /// What is kept of an environment since a moment, in milliseconds since 1970; the oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub fn readings(&self, project: &str, environment: &str, since: u64) -> Result<Vec<Reading>, HistoryError> {
        let query =
            format!("SELECT {COLUMNS} FROM reading WHERE project = ?1 AND environment = ?2 AND at >= ?3 ORDER BY at");
        let found = self.connection.prepare(&query).and_then(|mut statement| {
            statement.query_map(params![project, environment, signed(since)], read)?.collect()
        });
        found.map_err(|source| self.failed(source))
    }
}

/// Pools what is older than `before` to the next width, or lets go of it.
fn thin(
    transaction: &Transaction<'_>,
    (project, environment): Key<'_>,
    width: u64,
    next: Option<u64>,
    before: u64,
) -> rusqlite::Result<()> {
    let delete = "DELETE FROM reading WHERE project = ?1 AND environment = ?2 AND width = ?3 AND slot < ?4";
    let delete = |before: u64| {
        transaction.execute(delete, params![project, environment, signed(width), signed(before / width)]).map(drop)
    };
    let Some(next) = next else { return delete(before) };
    // Never a part of what becomes one.
    let before = before - before % next;
    let query = format!(
        "SELECT {COLUMNS} FROM reading
         WHERE project = ?1 AND environment = ?2 AND width = ?3 AND slot < ?4 ORDER BY slot LIMIT ?5"
    );
    let bound = signed(before / width);
    let mut statement = transaction.prepare_cached(&query)?;
    let rows = statement.query_map(params![project, environment, signed(width), bound, MOST_AT_ONCE], read)?;
    let mut old: Vec<Reading> = rows.collect::<Result<_, _>>()?;
    let mut until = before;
    if old.len() == MOST_AT_ONCE as usize {
        until = old.last().map_or(until, |last| last.at - last.at % next);
        old.retain(|reading| reading.at < until);
    }
    if !old.is_empty() {
        insert(transaction, (project, environment), next, &pooled(&old, next))?;
        delete(until)?;
    }
    Ok(())
}

fn insert(
    transaction: &Transaction<'_>,
    (project, environment): Key<'_>,
    width: u64,
    readings: &[Reading],
) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare_cached(
        "INSERT INTO reading (project, environment, width, slot, at, interval, version, asked, running, healthy, cpu, memory,
                              requests, error_rate, p50, p95, p99, measured)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
         ON CONFLICT DO UPDATE SET at = excluded.at, interval = excluded.interval, asked = excluded.asked,
             running = excluded.running, healthy = excluded.healthy, cpu = excluded.cpu, memory = excluded.memory,
             requests = excluded.requests, error_rate = excluded.error_rate, p50 = excluded.p50, p95 = excluded.p95,
             p99 = excluded.p99, measured = excluded.measured
         WHERE excluded.interval > reading.interval",
    )?;
    for reading in readings {
        let Reading { at, interval, version, asked, running, healthy, cpu, memory, traffic, .. } = reading;
        let latency = |value: fn(&Traffic) -> Option<f64>| traffic.as_ref().and_then(value);
        statement.execute(params![
            project,
            environment,
            signed(width),
            signed(at / width),
            signed(*at),
            signed(*interval),
            version,
            asked,
            running,
            healthy,
            finite(*cpu),
            finite(*memory),
            traffic.map(|traffic| finite(traffic.requests_per_second)),
            traffic.map(|traffic| finite(traffic.error_rate)),
            latency(|traffic| traffic.latency_p50),
            latency(|traffic| traffic.latency_p95),
            latency(|traffic| traffic.latency_p99),
            measured(&reading.measured),
        ])?;
    }
    Ok(())
}

/// As JSON; none: nothing.
fn measured(values: &[Measured]) -> Option<String> {
    let values: Vec<_> = values.iter().filter(|measured| measured.value.is_finite()).take(MOST_MEASURED).collect();
    if values.is_empty() { None } else { serde_json::to_string(&values).ok() }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Reading> {
    let unsigned = |value: i64| u64::try_from(value).unwrap_or_default();
    let traffic = match row.get(8)? {
        None => None,
        Some(requests_per_second) => Some(Traffic {
            requests_per_second,
            error_rate: row.get::<_, Option<_>>(9)?.unwrap_or_default(),
            latency_p50: row.get(10)?,
            latency_p95: row.get(11)?,
            latency_p99: row.get(12)?,
        }),
    };
    let measured: Option<String> = row.get(13)?;
    Ok(Reading {
        at: unsigned(row.get(0)?),
        interval: unsigned(row.get(1)?),
        version: row.get(2)?,
        asked: row.get(3)?,
        running: row.get(4)?,
        healthy: row.get(5)?,
        cpu: row.get(6)?,
        memory: row.get(7)?,
        traffic,
        measured: measured.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
        replicas: Vec::new(),
    })
}

/// SQLite knows no others.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// What is no number would be kept as nothing.
fn finite(value: f64) -> f64 {
    if value.is_finite() { value } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: u64 = 1_700_000_000_000 - 1_700_000_000_000 % DAY;
    const MINUTE: u64 = 60 * SECOND;

    fn history() -> History {
        History::open(&tempfile::tempdir().unwrap().path().join("h.db")).unwrap()
    }

    fn reading(at: u64, interval: u64, requests_per_second: f64) -> Reading {
        let traffic = Traffic { requests_per_second, latency_p95: Some(7.0), ..Traffic::default() };
        Reading { at, interval, version: "1".to_owned(), asked: 2, traffic: Some(traffic), ..Reading::default() }
    }

    /// One a second from there on.
    fn seconds(from: u64, count: u64) -> Vec<Reading> {
        (1..=count).map(|second| reading(from + second * SECOND - 1, SECOND, 5.0)).collect()
    }

    fn requests(readings: &[Reading]) -> f64 {
        let of = |reading: &Reading| reading.traffic.unwrap().requests_per_second * reading.interval as f64;
        readings.iter().map(of).sum::<f64>() / 1000.0
    }

    #[test]
    fn readings_come_back_as_one_of_ten_seconds_and_are_their_environments() {
        let mut history = history();
        let mut readings = seconds(START, 60);
        let value = Measured { source: "machine".to_owned(), name: "cpu-percent".to_owned(), value: 12.5 };
        readings.iter_mut().for_each(|reading| reading.measured.push(value.clone()));
        history.saw("/p", "production", START + MINUTE, &readings).unwrap();
        let kept = history.readings("/p", "production", START).unwrap();
        assert_eq!(kept.len(), 6);
        assert_eq!((kept[0].interval, kept[0].traffic.unwrap().latency_p95), (10 * SECOND, Some(7.0)));
        assert_eq!(kept[0].measured, [value]);
        assert!((requests(&kept) - 300.0).abs() < 1e-9, "{kept:?}");
        assert_eq!(history.readings("/p", "production", START + 50 * SECOND).unwrap().len(), 1);
        assert!(history.readings("/p", "staging", 0).unwrap().is_empty());
        assert!(history.readings("/other", "production", 0).unwrap().is_empty());
    }

    #[test]
    fn two_that_watch_do_not_count_twice() {
        let mut history = history();
        history.saw("/p", "production", START + MINUTE, &seconds(START, 60)).unwrap();
        history.saw("/p", "production", START + MINUTE, &seconds(START, 57)).unwrap();
        assert!((requests(&history.readings("/p", "production", 0).unwrap()) - 300.0).abs() < 1e-9);
    }

    #[test]
    fn what_grows_old_is_kept_in_less_detail_with_the_same_total_and_then_goes() {
        let mut history = history();
        let saw = |history: &mut History, now, readings: &[Reading]| {
            history.saw("/p", "production", now, readings).unwrap();
            history.readings("/p", "production", 0).unwrap()
        };
        let hours: Vec<_> =
            (1..=2 * 360).map(|step| reading(START + step * 10 * SECOND - 1, 10 * SECOND, 3.0)).collect();
        let all = requests(&hours);
        assert_eq!(saw(&mut history, START + 7200 * SECOND, &hours).len(), 720);
        // Half a minute more than a day later: what is pooled is whole minutes.
        let minutes = saw(&mut history, START + DAY + 3630 * SECOND, &[]);
        assert_eq!(minutes.len(), 60 + 360);
        let minutes = saw(&mut history, START + DAY + 7200 * SECOND, &[]);
        assert_eq!((minutes.len(), minutes[0].interval), (120, MINUTE));
        let quarters = saw(&mut history, START + 14 * DAY + 7200 * SECOND, &[]);
        assert_eq!((quarters.len(), quarters[0].interval), (8, 15 * MINUTE));
        assert!((requests(&quarters) - all).abs() < 1e-6 * all);
        assert_eq!(saw(&mut history, START + 400 * DAY + 3600 * SECOND, &[]).len(), 4);
        assert!(saw(&mut history, START + 401 * DAY, &[]).is_empty());
    }

    #[test]
    fn after_a_long_pause_what_is_old_is_pooled_bit_by_bit_and_nothing_is_lost() {
        let mut history = history();
        let day: Vec<_> = (1..=8640).map(|step| reading(START + step * 10 * SECOND - 1, 10 * SECOND, 3.0)).collect();
        history.saw("/p", "production", START + DAY, &day).unwrap();
        let mut lengths = Vec::new();
        for _ in 0..5 {
            history.saw("/p", "production", START + 10 * DAY, &[]).unwrap();
            let kept = history.readings("/p", "production", 0).unwrap();
            assert!((requests(&kept) - requests(&day)).abs() < 1e-3);
            lengths.push(kept.len());
        }
        assert_eq!(lengths.last(), Some(&1440), "{lengths:?}");
        assert!(lengths[0] > 1440 && lengths[0] < 8640, "{lengths:?}");
    }

    #[test]
    fn a_history_of_the_version_before_gets_the_table() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("history.db");
        let history = History::open(&path).unwrap();
        history.connection.execute_batch("DROP TABLE reading; PRAGMA user_version = 3").unwrap();
        drop(history);
        let mut history = History::open(&path).unwrap();
        history.saw("/p", "production", START + MINUTE, &seconds(START, 1)).unwrap();
        assert_eq!(history.readings("/p", "production", 0).unwrap().len(), 1);
    }
}

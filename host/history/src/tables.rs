//! The tables of each version, and how a connection to them is set up.

use std::time::Duration;

use rusqlite::{Connection, config::DbConfig};

/// Version of the tables.
pub(crate) const VERSION: i64 = 4;
/// Pages of 4 KiB of the log from which on they are moved by whoever writes.
const LOG_PAGES: i64 = 1024;
/// Others may write meanwhile; each for a few milliseconds.
const PATIENCE: Duration = Duration::from_secs(2);

const TABLES: &str = "
CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project TEXT NOT NULL,
    started INTEGER NOT NULL,
    duration INTEGER NOT NULL,
    revision TEXT,
    scope TEXT NOT NULL,
    verdict TEXT NOT NULL,
    score REAL,
    files INTEGER NOT NULL,
    findings TEXT
);
CREATE INDEX run_of_project ON run (project, id);
CREATE TABLE gate (
    run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    verdict TEXT NOT NULL,
    metrics TEXT NOT NULL,
    PRIMARY KEY (run, name)
) WITHOUT ROWID;
";

/// Since version 2.
const INCIDENTS: &str = "
CREATE TABLE incident (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project TEXT NOT NULL,
    at INTEGER NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    pattern TEXT NOT NULL,
    message TEXT NOT NULL,
    helped TEXT
);
CREATE INDEX incident_of_project ON incident (project, id);
";

/// Since version 3.
const DECISIONS: &str = "
CREATE TABLE decision (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project TEXT NOT NULL,
    environment TEXT NOT NULL,
    at INTEGER NOT NULL,
    before INTEGER NOT NULL,
    wanted INTEGER,
    replicas INTEGER NOT NULL,
    clamp TEXT,
    reason TEXT NOT NULL,
    outcome TEXT NOT NULL
);
CREATE INDEX decision_of_environment ON decision (project, environment, id);
";

/// Since version 4.
const READINGS: &str = "
CREATE TABLE reading (
    project TEXT NOT NULL,
    environment TEXT NOT NULL,
    width INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    version TEXT NOT NULL,
    at INTEGER NOT NULL,
    interval INTEGER NOT NULL,
    asked INTEGER NOT NULL,
    running INTEGER NOT NULL,
    healthy INTEGER NOT NULL,
    cpu REAL NOT NULL,
    memory REAL NOT NULL,
    requests REAL,
    error_rate REAL,
    p50 REAL,
    p95 REAL,
    p99 REAL,
    measured TEXT,
    PRIMARY KEY (project, environment, width, slot, version)
) WITHOUT ROWID;
";

/// Sets the connection up, and gives the version of the tables.
pub(crate) fn prepare(connection: &mut Connection) -> rusqlite::Result<i64> {
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // In WAL mode a power failure may cost the last runs, and never the file.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    // Every command would wait for the disk as it ends. Most open the history while they do something else, so what is in the log is
    // moved into the file then.
    connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
    // What was moved takes no room from the next write on.
    connection.pragma_update(None, "journal_size_limit", 0)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    let version = |connection: &Connection| connection.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0));
    let found = version(connection)?;
    if found >= VERSION {
        return Ok(found);
    }
    // Another process may be at the same.
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    if found < 1 {
        transaction.execute_batch(TABLES)?;
    }
    if found < 2 {
        transaction.execute_batch(INCIDENTS)?;
    }
    if found < 3 {
        transaction.execute_batch(DECISIONS)?;
    }
    if found < 4 {
        transaction.execute_batch(READINGS)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
    }
    transaction.commit()?;
    version(connection)
}

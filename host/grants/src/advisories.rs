//! [`Advisories`]: the database of advisories, opened at the first question, if it was granted.

use std::{
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

use sdlc_advisories::{database::Database, error::DatabaseError};
use sdlc_model::advisory::{self, Advisory};
use sdlc_sandbox::capabilities::Refusal;

pub(crate) struct Advisories {
    /// None: not granted.
    path: Option<PathBuf>,
    database: Option<Database>,
}

impl Advisories {
    pub(crate) fn new(path: Option<PathBuf>) -> Self {
        Self { path, database: None }
    }

    pub(crate) fn info(&mut self, prefix: &str) -> Result<advisory::Database, Refusal> {
        let ecosystems = self.open(prefix)?.ecosystems();
        // A clock before 1970 would make any database look new.
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|error| Refusal::Other(error.to_string()))?;
        Ok(advisory::Database { now: now.as_secs(), ecosystems })
    }

    pub(crate) fn find(&mut self, prefix: &str, ecosystem: &str, name: &str) -> Result<Vec<Advisory>, Refusal> {
        self.open(prefix)?.find(ecosystem, name).map_err(refusal)
    }

    fn open(&mut self, prefix: &str) -> Result<&Database, Refusal> {
        let Some(path) = &self.path else {
            return Err(Refusal::Denied(format!(
                "advisories may not be looked up; hint: `{prefix}grant = {{ advisories = true }}`"
            )));
        };
        if self.database.is_none() {
            self.database = Some(Database::open(path).map_err(refusal)?);
        }
        self.database.as_ref().ok_or_else(|| Refusal::Other("the database is not open".to_owned()))
    }
}

fn refusal(error: DatabaseError) -> Refusal {
    match error {
        DatabaseError::Missing(_) => Refusal::Missing(error.to_string()),
        _ => Refusal::Other(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_grant_nothing_is_said_but_what_would_grant_it() {
        let refused = Advisories::new(None).find("gates.a.", "PyPI", "flask").unwrap_err();
        let hint = "advisories may not be looked up; hint: `gates.a.grant = { advisories = true }`";
        assert_eq!(refused, Refusal::Denied(hint.to_owned()));
    }

    #[test]
    fn a_database_that_is_not_there_is_missing_and_never_empty() {
        let directory = tempfile::tempdir().unwrap();
        let refused = Advisories::new(Some(directory.path().join("x.db"))).info("gates.a.").unwrap_err();
        assert!(matches!(&refused, Refusal::Missing(text) if text.contains("sdlc advisories update")), "{refused}");
    }
}

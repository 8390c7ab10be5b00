//! [`Surroundings`]: what the gate asks of the host, so that tests can answer instead.

use sdlc_sdk::{
    Error,
    advisories::{Advisory, Database},
};

use lock_files::ecosystem::Ecosystem;

pub(crate) trait Surroundings {
    /// Paths of files that match any of the globs.
    fn files(&self, globs: &[String]) -> Result<Vec<String>, Error>;

    fn read(&self, path: &str) -> Result<Vec<u8>, Error>;

    fn database(&self) -> Result<Database, Error>;

    fn find(&self, ecosystem: Ecosystem, name: &str) -> Result<Vec<Advisory>, Error>;
}

/// The host itself.
pub(crate) struct Host;

impl Surroundings for Host {
    fn files(&self, globs: &[String]) -> Result<Vec<String>, Error> {
        Ok(sdlc_sdk::workspace::files(globs)?.into_iter().map(|entry| entry.path).collect())
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Error> {
        sdlc_sdk::workspace::read(path)
    }

    fn database(&self) -> Result<Database, Error> {
        sdlc_sdk::advisories::info()
    }

    fn find(&self, ecosystem: Ecosystem, name: &str) -> Result<Vec<Advisory>, Error> {
        sdlc_sdk::advisories::find(ecosystem.name(), name)
    }
}

//! [`Host`]: what the gate asks of the host, so that tests can answer in its place.

use sdlc_sdk::{Error, tools, workspace, workspace_times};

use crate::settings::Program;

/// Lines that differ from the base revision; both ends count from 1 and are included.
#[derive(Clone, Debug)]
pub(crate) struct Changed {
    pub(crate) path: String,
    pub(crate) first: u32,
    pub(crate) last: u32,
}

/// What the gate asks for.
pub(crate) trait Host {
    /// Files that may be read and match any of the globs, sorted.
    fn files(&self, globs: &[String]) -> Result<Vec<String>, Error>;
    fn read(&self, path: &str) -> Result<Vec<u8>, Error>;
    /// Milliseconds since the start of 1970; none: the run is not about the working tree.
    fn modified(&self, path: &str) -> Result<Option<u64>, Error>;
    /// None: the run has no base revision.
    fn changes(&self) -> Result<Option<Vec<Changed>>, Error>;
    fn run(&self, program: &Program) -> Result<tools::Output, Error>;
}

/// The real one.
pub(crate) struct Sdlc;

impl Host for Sdlc {
    fn files(&self, globs: &[String]) -> Result<Vec<String>, Error> {
        Ok(workspace::files(globs)?.into_iter().map(|entry| entry.path).collect())
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Error> {
        workspace::read(path)
    }

    fn modified(&self, path: &str) -> Result<Option<u64>, Error> {
        match workspace_times::modified(path) {
            Ok(time) => Ok(Some(time)),
            Err(Error::Missing(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn changes(&self) -> Result<Option<Vec<Changed>>, Error> {
        match workspace::changes() {
            Ok(lines) => Ok(Some(
                lines
                    .into_iter()
                    .map(|lines| Changed { path: lines.path, first: lines.first, last: lines.last })
                    .collect(),
            )),
            Err(Error::Missing(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn run(&self, program: &Program) -> Result<tools::Output, Error> {
        tools::run(&tools::Command {
            program: program.name.clone(),
            arguments: program.arguments.clone(),
            directory: None,
            stdin: Vec::new(),
        })
    }
}

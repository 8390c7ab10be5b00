//! [`Runtime`]: one command, one answer.

use std::{io, path::PathBuf, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
    time::timeout,
};

use crate::error::HaproxyError;

const PATIENCE: Duration = Duration::from_secs(10);
/// Longest answer, in bytes.
const LONGEST: u64 = 16 << 20;

/// The socket of the runtime API.
#[derive(Clone, Debug)]
pub(crate) struct Runtime {
    pub(crate) path: PathBuf,
}

impl Runtime {
    /// What is answered, without the empty line at its end.
    pub(crate) async fn ask(&self, command: &str) -> Result<String, HaproxyError> {
        let exchange = async {
            let mut stream = UnixStream::connect(&self.path).await?;
            stream.write_all(format!("{command}\n").as_bytes()).await?;
            let mut answer = Vec::new();
            stream.take(LONGEST).read_to_end(&mut answer).await?;
            Ok(answer)
        };
        let late = |_| io::Error::new(io::ErrorKind::TimedOut, format!("no answer in {} s", PATIENCE.as_secs()));
        let answer = timeout(PATIENCE, exchange).await.map_err(late).and_then(|answer| answer);
        let answer = answer.map_err(|error| HaproxyError::NoAnswer { path: self.path.clone(), error })?;
        Ok(String::from_utf8_lossy(&answer).trim_end().to_owned())
    }

    /// For commands that say nothing when all is well, or one of these.
    pub(crate) async fn tell(&self, command: &str, well: &[&str]) -> Result<(), HaproxyError> {
        let answer = self.ask(command).await?;
        if answer.is_empty() || well.iter().any(|well| answer.contains(well)) {
            return Ok(());
        }
        Err(HaproxyError::Refused { command: command.to_owned(), answer })
    }
}

//! [`Router`]: where the requests of an environment come in.

use sdlc_haproxy::{Backend, HaproxyError};
use sdlc_proxy::{
    control::{Client, Status, Table},
    error::Error,
};

/// Where the requests of an environment come in.
#[derive(Clone, Debug)]
pub enum Router {
    /// The proxy of our own.
    Own(Client),
    /// HAProxy, which somebody else runs.
    Haproxy(Backend),
}

/// Why requests do not go where they should.
#[derive(Debug, thiserror::Error)]
pub enum RouterError {
    /// The proxy of our own says no.
    #[error(transparent)]
    Own(#[from] Error),
    /// HAProxy says no.
    #[error(transparent)]
    Haproxy(#[from] HaproxyError),
}

impl Router {
    /// How it is.
    ///
    /// # Errors
    /// Where it does not answer.
    pub async fn status(&self) -> Result<Status, RouterError> {
        Ok(match self {
            Self::Own(client) => client.status().await?,
            Self::Haproxy(backend) => backend.status().await?,
        })
    }

    /// Routes by another table. Gives its revision. `expected`: that of the table before.
    ///
    /// # Errors
    /// Where it does not answer, or refuses.
    pub async fn apply(&self, expected: u64, table: Table) -> Result<u64, RouterError> {
        Ok(match self {
            Self::Own(client) => client.apply(expected, table).await?,
            Self::Haproxy(backend) => backend.apply(expected, table).await?,
        })
    }
}

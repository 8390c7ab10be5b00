//! What goes over the control socket: a [`Request`] and its [`Response`] as one JSON document a line, and the [`Client`]
//! that sends them. Does not check what a [`Table`] says; the proxy does.

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use sdlc_model::traffic::Counters;
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::UnixStream,
    time::timeout,
};

use crate::error::Error;

/// The longest line, in bytes.
pub const LONGEST_LINE: u64 = 1 << 20;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// All routing there is; replaced as a whole, atomically.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Table {
    /// Greater than that of the table it replaces. A proxy without one is at 0.
    pub revision: u64,
    /// Who gets requests.
    pub slots: Vec<Slot>,
    /// Whether clients stay where they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sticky: Option<Sticky>,
    /// How often requests are sent again; without it, what [`Retries::default`] says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retries: Option<Retries>,
}

/// A version of the application, on one or more targets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Slot {
    /// Unique in the table; of letters, digits, `-`, `_` and `.`.
    pub name: String,
    /// What runs there. Counters begin again with another one.
    pub version: String,
    /// Per cent of new requests. Shares of all slots add up to 100, or to 0 where nobody is to get any.
    pub share: u32,
    /// Each request goes to the one that has the fewest in flight.
    pub targets: Vec<Target>,
    /// How its targets are probed.
    pub health: Health,
}

/// One instance of the application.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Target {
    /// Unique in the table, such as the identifier of a container.
    pub id: String,
    /// Where it answers HTTP/1.1.
    pub address: SocketAddr,
}

/// How targets are probed: kept up as long as the target is in the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Health {
    /// What is asked.
    pub probe: Probe,
    /// Time between two probes, in milliseconds.
    pub interval_ms: u64,
    /// How long a probe may take, in milliseconds.
    pub timeout_ms: u64,
    /// Successes in a row that make a target healthy. One is enough after a restart of the proxy, and where failed
    /// connections of requests made it unhealthy.
    pub healthy_after: u32,
    /// Failures in a row that make a target unhealthy.
    pub unhealthy_after: u32,
    /// Time from when the target was first in the table in which failures do not count, in milliseconds.
    pub start_period_ms: u64,
}

/// What a target is asked, and which answer is a success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Probe {
    /// A `GET` over HTTP/1.1.
    #[serde(rename_all = "kebab-case")]
    Http {
        /// Path and query, from `/` on.
        path: String,
        /// Statuses that are a success; empty: 200 to 399.
        #[serde(default)]
        status: Vec<u16>,
        /// What the body must contain, in its first MiB.
        #[serde(default)]
        body: Option<String>,
        /// The `Host` to ask for; without it, the address.
        #[serde(default)]
        host: Option<String>,
        /// What takes longer is a failure, in milliseconds.
        #[serde(default)]
        slowest_ms: Option<u64>,
    },
    /// That a connection can be made.
    Tcp,
    /// Nothing: said healthy by who applies the table. Where requests cannot connect, and after a restart of the proxy,
    /// it takes a connection that can be made.
    None,
}

/// Clients stay with a slot as long as it has a share and a healthy target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Sticky {
    /// Name of the cookie that says which.
    pub cookie: String,
}

/// How often requests are sent again where that is safe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Retries {
    /// How often a request is sent again at most.
    pub at_most: u32,
    /// Requests sent again, per cent of all requests in the long run. 100 are in reserve for when it gets rough.
    pub budget: u32,
}

impl Default for Retries {
    fn default() -> Self {
        Self { at_most: 2, budget: 20 }
    }
}

/// What a proxy is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Request {
    /// How it is; answered by [`Response::Status`].
    Status,
    /// To replace its table; answered by [`Response::Applied`] once the table is on the disk and in force.
    Apply {
        /// Revision of the table that it replaces; refused where that is another one.
        expected: u64,
        /// The new one.
        table: Table,
    },
    /// To end once all requests have ended; answered at once by [`Response::Stopping`].
    Stop,
    /// From the next proxy: for its listeners, which come with [`Response::Listeners`].
    HandOver,
    /// From a proxy that serves when this one dies: for its listeners, which come with [`Response::Listeners`]. When this one
    /// ends in order, [`Response::Stopping`] follows.
    StandBy,
    /// From the next proxy: that it serves; answered by [`Response::Stopping`].
    TakenOver,
}

/// What a proxy answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Response {
    /// How it is.
    Status(Status),
    /// The table is on the disk and in force.
    Applied {
        /// Of the new table.
        revision: u64,
    },
    /// Nothing was done.
    Refused {
        /// Why.
        reason: String,
        /// What to do.
        hint: Option<String>,
    },
    /// It takes no more requests, and ends once those in flight have ended.
    Stopping,
    /// For another proxy: descriptors come with this line, in this order.
    Listeners {
        /// Addresses as they were asked for.
        listen: Vec<SocketAddr>,
        /// The last one, where there is one.
        metrics: Option<SocketAddr>,
    },
}

/// How a proxy is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Status {
    /// Of its process.
    pub pid: u32,
    /// Of `sdlc`.
    pub version: String,
    /// Where it takes requests.
    pub listening: Vec<SocketAddr>,
    /// Of the table in force.
    pub revision: u64,
    /// Those of the table in force, in its order.
    pub slots: Vec<SlotStatus>,
    /// Not in the table any more, requests still in flight.
    pub draining: Vec<TargetStatus>,
    /// Process of a proxy that handed over and has not ended yet. It still passes requests on by its last table.
    pub predecessor: Option<u32>,
    /// Processes that serve when this one dies.
    #[serde(default)]
    pub standing_by: u32,
}

/// How a slot is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SlotStatus {
    /// As in the table.
    pub name: String,
    /// As in the table.
    pub version: String,
    /// As in the table.
    pub share: u32,
    /// In the order of the table.
    pub targets: Vec<TargetStatus>,
    /// Since the slot is there.
    pub total: Counters,
    /// Since its share last changed.
    pub window: Counters,
    /// How long that is, in milliseconds.
    pub window_ms: u64,
}

/// How a target is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TargetStatus {
    /// As in the table.
    pub id: String,
    /// As in the table.
    pub address: SocketAddr,
    /// Whether it gets requests.
    pub healthy: bool,
    /// Why not, for people.
    pub reason: Option<String>,
    /// How long it has been healthy, in milliseconds.
    pub healthy_for_ms: Option<u64>,
    /// Requests that have not ended, and tunnels that are open.
    pub in_flight: u64,
    /// Requests sent to it, or that were to be.
    pub requests: u64,
    /// Those without an answer, or with one that failed or broke off.
    pub errors: u64,
}

/// Asks a proxy. Async, for a runtime of tokio; each call is a connection of its own, so that it reaches whichever proxy
/// serves in the directory by then.
#[derive(Clone, Debug)]
pub struct Client {
    path: PathBuf,
}

impl Client {
    /// `path`: the socket, `control.sock` in the directory of the proxy.
    ///
    /// # Errors
    /// Where no proxy listens there.
    pub async fn connect(path: impl AsRef<Path>) -> Result<Self, Error> {
        let client = Self { path: path.as_ref().to_owned() };
        client.stream().await?;
        Ok(client)
    }

    /// # Errors
    /// Where the proxy does not answer, or not in time. That it refuses is no error here.
    pub async fn call(&self, request: &Request) -> Result<Response, Error> {
        let mut stream = BufReader::new(self.stream().await?);
        let no_answer = |error| Error::NoAnswer { path: self.path.clone(), error };
        let exchange = async {
            stream.write_all(&line(request)?).await?;
            read_line(&mut stream).await
        };
        let late = |_| io::Error::new(io::ErrorKind::TimedOut, format!("no answer in {} s", PATIENCE.as_secs()));
        let answer = timeout(PATIENCE, exchange).await.map_err(late).and_then(|answer| answer).map_err(no_answer)?;
        let answer = answer.ok_or_else(|| no_answer(io::ErrorKind::UnexpectedEof.into()))?;
        serde_json::from_slice(&answer)
            .map_err(|error| Error::Answer { path: self.path.clone(), reason: error.to_string() })
    }

    /// # Errors
    /// As [`Self::call`].
    pub async fn status(&self) -> Result<Status, Error> {
        match self.call(&Request::Status).await? {
            Response::Status(status) => Ok(status),
            other => Err(self.unexpected(other)),
        }
    }

    /// Gives the new revision. `expected`: that of the table which `table` replaces.
    ///
    /// # Errors
    /// As [`Self::call`], and where the proxy refuses.
    pub async fn apply(&self, expected: u64, table: Table) -> Result<u64, Error> {
        match self.call(&Request::Apply { expected, table }).await? {
            Response::Applied { revision } => Ok(revision),
            other => Err(self.unexpected(other)),
        }
    }

    /// Does not wait for the end.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn stop(&self) -> Result<(), Error> {
        match self.call(&Request::Stop).await? {
            Response::Stopping => Ok(()),
            other => Err(self.unexpected(other)),
        }
    }

    async fn stream(&self) -> Result<UnixStream, Error> {
        UnixStream::connect(&self.path).await.map_err(|error| Error::NoAnswer { path: self.path.clone(), error })
    }

    fn unexpected(&self, response: Response) -> Error {
        match response {
            Response::Refused { reason, hint } => Error::Refused { reason, hint },
            other => Error::Answer { path: self.path.clone(), reason: format!("{other:?} was not asked for") },
        }
    }
}

/// A document as a line.
pub(crate) fn line(document: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(document)?;
    line.push(b'\n');
    Ok(line)
}

/// The next line; nothing at the end. A line that is too long is an error.
pub(crate) async fn read_line(stream: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    stream.take(LONGEST_LINE).read_until(b'\n', &mut line).await?;
    match line.last() {
        Some(b'\n') => Ok(Some(line)),
        None => Ok(None),
        Some(_) if line.len() as u64 >= LONGEST_LINE => {
            Err(io::Error::new(io::ErrorKind::InvalidData, "a line of more than 1 MiB"))
        }
        Some(_) => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

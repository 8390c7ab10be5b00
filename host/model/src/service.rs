//! [`Service`]: what a deployment makes: so many replicas of an image, and how to tell that they are well.

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};

/// A service in one environment. Holds no secret: only names of variables that have them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// Name of the project.
    pub project: String,
    /// Name of the environment.
    pub environment: String,
    /// Image without a tag, such as `shop` or `registry.example/acme/shop`.
    pub image: String,
    /// How the image is built; none: it has to be there, or in its registry.
    pub build: Option<Build>,
    /// Wanted replicas of the live version.
    pub replicas: u32,
    /// Where a replica listens, in its container.
    pub port: u16,
    /// Where the proxy serves.
    pub listen: SocketAddr,
    /// Where the proxy shows its metrics.
    pub metrics: Option<SocketAddr>,
    /// The proxy's certificate; none: it does not speak TLS.
    pub tls: Option<Tls>,
    /// Name of a cookie that keeps a client at the version that it has seen.
    pub sticky: Option<String>,
    /// What a replica may use.
    pub resources: Resources,
    /// How to tell that a replica is well.
    pub health: Health,
    /// Variables of a replica.
    pub env: BTreeMap<String, String>,
    /// Names of variables whose values come from the environment of `sdlc`.
    pub secrets: Vec<String>,
    /// What is mounted.
    pub volumes: Vec<Volume>,
    /// Networks that replicas join besides their own.
    pub networks: Vec<String>,
    /// What the engine does when a replica ends.
    pub restart: Restart,
    /// What is run instead of what the image says.
    pub command: Option<Vec<String>>,
    /// How long a replica may take to end, once it was asked to.
    pub stop_timeout: Duration,
    /// How long requests in flight may take, once their replica gets no new ones.
    pub drain_timeout: Duration,
}

/// How an image is built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Build {
    /// Directory, relative to `sdlc.toml`.
    pub context: PathBuf,
    /// Dockerfile, relative to the context.
    pub dockerfile: String,
    /// Arguments.
    pub args: BTreeMap<String, String>,
    /// Stage.
    pub target: Option<String>,
}

/// Files in PEM, relative to `sdlc.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tls {
    /// The chain of certificates.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// What a replica may use; none: no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resources {
    /// Thousandths of a processor.
    pub cpu: Option<u64>,
    /// Bytes.
    pub memory: Option<u64>,
}

/// How to tell that a replica is well.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Health {
    /// What is asked.
    pub probe: Probe,
    /// How often.
    pub interval: Duration,
    /// Longest that an answer may take.
    pub timeout: Duration,
    /// Successes in a row that make it healthy.
    pub healthy_after: u32,
    /// Failures in a row that make it unhealthy.
    pub unhealthy_after: u32,
    /// How long failures do not count at first.
    pub start_period: Duration,
}

/// What is asked of a replica.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Probe {
    /// An HTTP request.
    Http {
        /// Path and query.
        path: String,
        /// Statuses that are well; none: 200 to 399.
        status: Vec<u16>,
        /// Text that the answer has to contain.
        body: Option<String>,
        /// A slower answer is none.
        slowest: Option<Duration>,
    },
    /// A connection.
    Tcp,
    /// The image's own `HEALTHCHECK`.
    Image,
}

/// Something that is mounted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume {
    /// A directory of the machine (absolute), or the name of a volume.
    pub source: String,
    /// Where it is in the container.
    pub target: String,
    /// Whether it cannot be written.
    pub read_only: bool,
}

/// What the engine does when a replica ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Restart {
    /// Starts it again, unless it was stopped.
    #[default]
    UnlessStopped,
    /// Starts it again where it failed.
    OnFailure,
    /// Nothing.
    No,
}

/// One version of a service, as it was deployed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// Of its own: that of the rollout that made it.
    pub id: String,
    /// As given to `sdlc deploy`.
    pub version: String,
    /// Which of the two slots it is in.
    pub colour: Colour,
    /// Digest of the image.
    pub image: String,
    /// What it is.
    pub service: Service,
}

/// One of the two slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Colour {
    /// The first.
    Blue,
    /// The second.
    Green,
}

impl Colour {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Blue => Self::Green,
            Self::Green => Self::Blue,
        }
    }

    /// As in names of containers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Blue => "blue",
            Self::Green => "green",
        }
    }
}

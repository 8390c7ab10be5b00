//! [`Replica`]: a container of a release.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    net::Ipv4Addr,
    time::Duration,
};

use bollard::{
    container::LogOutput,
    models::{
        ContainerCreateBody, ContainerSummary, EndpointIpamConfig, EndpointSettings, HealthStatusEnum, HostConfig,
        Mount, MountType, NetworkingConfig, RestartPolicy, RestartPolicyNameEnum,
    },
    query_parameters::{
        CreateContainerOptionsBuilder, ListContainersOptionsBuilder, LogsOptionsBuilder, RemoveContainerOptionsBuilder,
        StopContainerOptionsBuilder,
    },
};
use futures_util::StreamExt;
use sdlc_model::service::{Release, Restart, Service, Volume};

use crate::{
    DockerError, Engine,
    error::{Asking, status},
    exit::Exit,
};

const PROJECT: &str = "sdlc.project";
const ENVIRONMENT: &str = "sdlc.environment";
const RELEASE: &str = "sdlc.release";
const VERSION: &str = "sdlc.version";
const COLOUR: &str = "sdlc.colour";
pub(crate) const INDEX: &str = "sdlc.index";

/// A container of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replica {
    /// Name of the container.
    pub name: String,
    /// Which of its release it is, from 0.
    pub index: u32,
    /// What it does.
    pub state: State,
    /// Where it is, in the network of the environment.
    pub address: Option<Ipv4Addr>,
    /// What the image's own check says; none: it has none, or the replica does not run.
    pub health: Option<Health>,
    /// How often the engine started it again, since it was started by somebody.
    pub restarts: u64,
    /// What it ended with, the last time it did; none: it never ended.
    pub exit: Option<Exit>,
}

/// What a container does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It runs.
    Running,
    /// It ended by itself, and the engine is about to start it again.
    Restarting,
    /// It was stopped, was never started, or ended by itself and is not started again.
    Ended,
}

/// What the image's own check says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// It has not said yes or no.
    Starting,
    /// Yes.
    Healthy,
    /// No.
    Unhealthy,
}

/// What a replica is made with, besides its release.
#[derive(Clone, Debug, Default)]
pub struct Placement {
    /// Values of the secrets, by name. They go to the engine in the body of a request, and nowhere else.
    pub secrets: BTreeMap<String, String>,
    /// Names of secrets that have no value here. Replicas that are there have theirs; none is made without.
    pub missing: Vec<String>,
}

pub(crate) fn network_name(service: &Service) -> String {
    format!("sdlc-{}-{}", service.project, service.environment)
}

fn name(release: &Release, index: u32) -> String {
    format!("{}-{}-{}-{index}", release.service.project, release.service.environment, release.id)
}

impl Engine {
    /// The replicas of a release, running or not, by index.
    ///
    /// # Errors
    /// Where the engine does not say.
    pub async fn replicas(&self, release: &Release) -> Result<Vec<Replica>, DockerError> {
        let network = network_name(&release.service);
        let mut replicas = Vec::new();
        for summary in self.summaries(&release.service, Some(&release.id)).await? {
            replicas.extend(self.replica(&summary, &network).await?);
        }
        replicas.sort_by_key(|replica| replica.index);
        Ok(replicas)
    }

    /// Those of all releases of an environment, in no order.
    pub(crate) async fn all(&self, service: &Service) -> Result<Vec<Replica>, DockerError> {
        let network = network_name(service);
        let mut replicas = Vec::new();
        for summary in self.summaries(service, None).await? {
            replicas.extend(self.replica(&summary, &network).await?);
        }
        Ok(replicas)
    }

    pub(crate) async fn summaries(
        &self,
        service: &Service,
        release: Option<&str>,
    ) -> Result<Vec<ContainerSummary>, DockerError> {
        let mut labels =
            vec![format!("{PROJECT}={}", service.project), format!("{ENVIRONMENT}={}", service.environment)];
        labels.extend(release.map(|release| format!("{RELEASE}={release}")));
        let filters = HashMap::from([("label", labels)]);
        let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
        self.calls.retried(|| self.docker.list_containers(Some(options.clone()))).await.asking("for its containers")
    }

    async fn replica(&self, summary: &ContainerSummary, network: &str) -> Result<Option<Replica>, DockerError> {
        let (Some(id), Some(labels)) = (&summary.id, &summary.labels) else { return Ok(None) };
        let found = match self.calls.retried(|| self.docker.inspect_container(id, None)).await {
            // It went away since it was listed.
            Err(error) if status(&error) == Some(404) => return Ok(None),
            found => found.asking("about a container")?,
        };
        let state = found.state.unwrap_or_default();
        let exit = Exit::of(&state);
        let networks = found.network_settings.and_then(|settings| settings.networks).unwrap_or_default();
        let endpoint = networks.get(network);
        let fixed = endpoint.and_then(|endpoint| endpoint.ipam_config.as_ref()?.ipv4_address.as_ref());
        let running = state.running.unwrap_or_default() && !state.restarting.unwrap_or_default();
        let health = state.health.and_then(|health| match health.status? {
            HealthStatusEnum::STARTING => Some(Health::Starting),
            HealthStatusEnum::HEALTHY => Some(Health::Healthy),
            HealthStatusEnum::UNHEALTHY => Some(Health::Unhealthy),
            HealthStatusEnum::EMPTY | HealthStatusEnum::NONE => None,
        });
        Ok(Some(Replica {
            name: found.name.unwrap_or_default().trim_start_matches('/').to_owned(),
            index: labels.get(INDEX).and_then(|index| index.parse().ok()).unwrap_or_default(),
            state: match (running, state.restarting) {
                (true, _) => State::Running,
                (false, Some(true)) => State::Restarting,
                (false, _) => State::Ended,
            },
            address: fixed.and_then(|address| address.parse().ok()),
            health: if running { health } else { None },
            restarts: found.restart_count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default(),
            exit,
        }))
    }

    /// The release has so many replicas that run from now on: those that are missing are made, those that are too many go.
    ///
    /// # Errors
    /// Where one of them cannot be started.
    pub async fn scale(&self, release: &Release, replicas: u32, placement: &Placement) -> Result<(), DockerError> {
        let subnet = self.network(&network_name(&release.service), &labels(&release.service)).await?;
        let there = self.replicas(release).await?;
        for surplus in there.iter().filter(|replica| replica.index >= replicas) {
            self.stop(surplus, release.service.stop_timeout).await?;
            self.remove(surplus).await?;
        }
        for index in 0..replicas {
            match there.iter().find(|replica| replica.index == index) {
                Some(Replica { state: State::Running, .. }) => {}
                Some(replica) => self.start(&replica.name).await?,
                None => {
                    let address = self.free_address(&release.service, subnet.addresses()).await?;
                    self.create(release, index, address, placement).await?;
                    self.start(&name(release, index)).await?;
                }
            }
        }
        Ok(())
    }

    async fn free_address(
        &self,
        service: &Service,
        mut addresses: impl Iterator<Item = Ipv4Addr>,
    ) -> Result<Ipv4Addr, DockerError> {
        let network = network_name(service);
        let taken: BTreeSet<_> = self.all(service).await?.iter().filter_map(|replica| replica.address).collect();
        let free = addresses.find(|address| !taken.contains(address));
        free.ok_or_else(|| DockerError::Nonsense(format!("that no address is free in the network `{network}`")))
    }

    async fn create(
        &self,
        release: &Release,
        index: u32,
        address: Ipv4Addr,
        placement: &Placement,
    ) -> Result<(), DockerError> {
        let name = name(release, index);
        if let Some(secret) = placement.missing.first() {
            return Err(DockerError::Secret { container: name, secret: secret.clone() });
        }
        let options = CreateContainerOptionsBuilder::new().name(&name).build();
        let body = body(release, index, address, placement);
        let made = self.calls.retried(|| self.docker.create_container(Some(options.clone()), body.clone())).await;
        match made {
            // A call before this one made it, and its answer was lost.
            Err(error) if status(&error) == Some(409) => {}
            made => made.map(drop).asking(format!("for the container `{name}`"))?,
        }
        for network in &release.service.networks {
            let request = bollard::models::NetworkConnectRequest { container: name.clone(), endpoint_config: None };
            let joined = self.calls.retried(|| self.docker.connect_network(network, request.clone())).await;
            joined.asking(format!("to let `{name}` join the network `{network}`"))?;
        }
        Ok(())
    }

    async fn start(&self, name: &str) -> Result<(), DockerError> {
        self.calls
            .retried(|| self.docker.start_container(name, None))
            .await
            .asking(format!("to start the container `{name}`"))
    }

    /// Asks a replica to end, and ends it when its time is over. It stays there, stopped.
    ///
    /// # Errors
    /// Where the engine would not.
    pub async fn stop(&self, replica: &Replica, time: Duration) -> Result<(), DockerError> {
        let seconds = i32::try_from(time.as_secs()).unwrap_or(i32::MAX);
        let options = StopContainerOptionsBuilder::new().t(seconds).build();
        let name = &replica.name;
        match self.calls.retried(|| self.docker.stop_container(name, Some(options.clone()))).await {
            Err(error) if matches!(status(&error), Some(304 | 404)) => Ok(()),
            stopped => stopped.asking(format!("to stop the container `{name}`")),
        }
    }

    /// Takes a replica away, whatever it does.
    ///
    /// # Errors
    /// Where the engine would not.
    pub async fn remove(&self, replica: &Replica) -> Result<(), DockerError> {
        let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
        let name = &replica.name;
        match self.calls.retried(|| self.docker.remove_container(name, Some(options.clone()))).await {
            Err(error) if matches!(status(&error), Some(404 | 409)) => Ok(()),
            removed => removed.asking(format!("to remove the container `{name}`")),
        }
    }

    /// The last lines that a replica wrote.
    ///
    /// # Errors
    /// Where the engine does not say.
    pub async fn logs(&self, replica: &Replica, lines: u32) -> Result<Vec<String>, DockerError> {
        let options = LogsOptionsBuilder::new().stdout(true).stderr(true).tail(&lines.to_string()).build();
        let mut stream = self.docker.logs(&replica.name, Some(options));
        let mut text = Vec::new();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.asking(format!("for the log of `{}`", replica.name))?;
            text.extend_from_slice(match &chunk {
                LogOutput::StdErr { message }
                | LogOutput::StdOut { message }
                | LogOutput::StdIn { message }
                | LogOutput::Console { message } => message,
            });
        }
        Ok(String::from_utf8_lossy(&text).lines().map(str::to_owned).collect())
    }
}

fn labels(service: &Service) -> HashMap<String, String> {
    let label = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    HashMap::from([label(PROJECT, &service.project), label(ENVIRONMENT, &service.environment)])
}

fn body(release: &Release, index: u32, address: Ipv4Addr, placement: &Placement) -> ContainerCreateBody {
    let service = &release.service;
    let mut labels = labels(service);
    labels.insert(RELEASE.to_owned(), release.id.clone());
    labels.insert(VERSION.to_owned(), release.version.clone());
    labels.insert(COLOUR.to_owned(), release.colour.as_str().to_owned());
    labels.insert(INDEX.to_owned(), index.to_string());
    let variables = service.env.iter().chain(&placement.secrets);
    let network = network_name(service);
    let endpoint = EndpointSettings {
        ipam_config: Some(EndpointIpamConfig {
            ipv4_address: Some(address.to_string()),
            ..EndpointIpamConfig::default()
        }),
        ..EndpointSettings::default()
    };
    ContainerCreateBody {
        image: Some(release.image.clone()),
        cmd: service.command.clone(),
        env: Some(variables.map(|(name, value)| format!("{name}={value}")).collect()),
        labels: Some(labels),
        stop_timeout: i64::try_from(service.stop_timeout.as_secs()).ok(),
        host_config: Some(host(service, &network)),
        networking_config: Some(NetworkingConfig { endpoints_config: Some(HashMap::from([(network, endpoint)])) }),
        ..ContainerCreateBody::default()
    }
}

fn host(service: &Service, network: &str) -> HostConfig {
    let policy = match service.restart {
        Restart::UnlessStopped => RestartPolicyNameEnum::UNLESS_STOPPED,
        Restart::OnFailure => RestartPolicyNameEnum::ON_FAILURE,
        Restart::No => RestartPolicyNameEnum::NO,
    };
    let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    HostConfig {
        network_mode: Some(network.to_owned()),
        nano_cpus: service.resources.cpu.map(|thousandths| signed(thousandths.saturating_mul(1_000_000))),
        memory: service.resources.memory.map(signed),
        // Somebody has to hand signals on, and to bury children.
        init: Some(true),
        mounts: Some(service.volumes.iter().map(mount).collect()),
        restart_policy: Some(RestartPolicy { name: Some(policy), maximum_retry_count: None }),
        security_opt: Some(vec!["no-new-privileges".to_owned()]),
        ..HostConfig::default()
    }
}

fn mount(volume: &Volume) -> Mount {
    let typ = if volume.source.starts_with('/') { MountType::BIND } else { MountType::VOLUME };
    Mount {
        typ: Some(typ),
        source: Some(volume.source.clone()),
        target: Some(volume.target.clone()),
        read_only: Some(volume.read_only),
        ..Mount::default()
    }
}

//! [`Environment`]: a service, and how new versions of it are deployed.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use sdlc_model::service::{Build, Health, Probe, Resources, Restart, Service, Tls, Volume};
use serde_json::Value;

use crate::{
    haproxy::Haproxy,
    monitor::Monitor,
    notify::Notify,
    plugin::{PluginRef, PluginSource, plugin},
    problem::nearest,
    raw_environment::{RawBuild, RawDeploy, RawEnvironment, RawHealth, RawResources},
    recover::Recover,
    scale::Scale,
    settings::{LimitSettings, Reading},
};

const DEFAULT_STRATEGY: &str = "blue-green";

/// An environment.
#[derive(Clone, Debug)]
pub struct Environment {
    /// As in `sdlc.toml`.
    pub name: String,
    /// What is deployed.
    pub service: Service,
    /// Names of gates that have to pass first.
    pub gates: Vec<String>,
    /// Commands that have to succeed first.
    pub before: Vec<String>,
    /// The strategy.
    pub strategy: Strategy,
    /// The policy; none: the number of replicas stays as it is.
    pub scale: Option<Scale>,
    /// What is wrong with it while it runs, and what may be done about it.
    pub recover: Recover,
    /// Longest that a deployment may take.
    pub time_limit: Duration,
    /// How long the version before runs on.
    pub keep_warm: Duration,
    /// How many versions before the live one are kept.
    pub keep_versions: usize,
    /// Who is told of failures.
    pub notify: Vec<Notify>,
    /// Where requests come in; none: at the proxy of our own.
    pub haproxy: Option<Haproxy>,
    /// What is measured beside the replicas.
    pub monitor: Monitor,
}

/// Says the next step of a deployment.
#[derive(Clone, Debug)]
pub struct Strategy {
    /// Which plugin.
    pub plugin: PluginRef,
    /// Longest time of one call.
    pub timeout: Option<Duration>,
    /// Limits that were set.
    pub limits: LimitSettings,
    /// The plugin's own settings, a JSON object.
    pub settings: Value,
}

impl Reading<'_> {
    /// `gates` are the names of the gates; `project` is the name of the project.
    pub(crate) fn environment(
        &mut self,
        name: String,
        raw: RawEnvironment,
        gates: &[String],
        project: Option<&str>,
    ) -> Environment {
        let path = format!("environments.{name}");
        let key = |key: &str| format!("{path}.{key}");
        self.require_plain_name(&path, "environment", &name);
        if name == "report" {
            let message = "no environment can be called `report`: `sdlc monitor report` is a command of its own";
            self.wrong(&path, message.to_owned());
        }
        for (index, gate) in raw.gates.iter().enumerate() {
            if !gates.contains(gate) {
                let hint = nearest(gate, gates.iter().map(String::as_str));
                let hint = hint.map_or_else(String::new, |gate| format!("; hint: did you mean `{gate}`?"));
                self.wrong(&key(&format!("gates.{index}")), format!("no gate is called `{gate}`{hint}"));
            }
        }
        let short = |reading: &mut Self, name: &str, text: Option<String>, default: u64| {
            reading.time(&key(name), text, Duration::from_secs(default))
        };
        let time_limit = short(self, "time-limit", raw.time_limit.clone(), 1800);
        let keep_warm = short(self, "keep-warm", raw.keep_warm.clone(), 0);
        let strategy = self.strategy(&key("deploy"), raw.deploy.clone());
        let scale = raw.scale.clone().map(|scale| self.scale(&key("scale"), scale));
        let recover = self.recover(&key("recover"), raw.recover.clone());
        let (before, gates, keep_versions) = (raw.before.clone(), raw.gates.clone(), raw.keep_versions.unwrap_or(2));
        let notify = raw.notify.iter().enumerate();
        let notify =
            notify.filter_map(|(index, raw)| self.notify(&key(&format!("notify.{index}")), raw.clone())).collect();
        let haproxy = self.haproxy(&path, &raw);
        let monitor = self.monitor(&key("monitor"), raw.monitor.clone());
        let service = self.service(&path, &name, raw, project);
        Environment {
            name,
            service,
            gates,
            before,
            strategy,
            scale,
            recover,
            time_limit,
            keep_warm,
            keep_versions,
            notify,
            haproxy,
            monitor,
        }
    }

    fn service(&mut self, path: &str, name: &str, raw: RawEnvironment, project: Option<&str>) -> Service {
        let key = |key: &str| format!("{path}.{key}");
        if raw.image.is_empty() || raw.image.rsplit('/').next().is_some_and(|last| last.contains([':', '@'])) {
            let message = format!("`{}` is no image without a tag; hint: the version is the tag", raw.image);
            self.wrong(&key("image"), message);
        }
        let replicas = raw.replicas.unwrap_or(1);
        if !(1..=1000).contains(&replicas) {
            self.wrong(&key("replicas"), format!("`replicas` is {replicas}, but must be between 1 and 1000"));
        }
        for (index, secret) in raw.secrets.iter().enumerate() {
            self.value(&key(&format!("secrets.{index}")), (self.vocabulary.variable)(secret));
            if raw.env.contains_key(secret) {
                self.wrong(&key(&format!("secrets.{index}")), format!("`{secret}` is in `env` as well"));
            }
        }
        let listen = raw.listen.unwrap_or_else(|| format!("0.0.0.0:{}", raw.port));
        let volumes = raw.volumes.iter().enumerate();
        let volumes = volumes.filter_map(|(index, text)| self.value(&key(&format!("volumes.{index}")), volume(text)));
        let volumes = volumes.collect();
        Service {
            // Names of containers are made of these.
            project: plain(project.unwrap_or("app")),
            environment: plain(name),
            build: raw.build.map(build),
            replicas,
            port: raw.port,
            listen: self.address(&key("listen"), &listen).unwrap_or(SocketAddr::from(([0, 0, 0, 0], raw.port))),
            metrics: raw.metrics.and_then(|metrics| self.address(&key("metrics"), &metrics)),
            tls: raw.tls.map(|tls| Tls { certificate: tls.certificate.into(), key: tls.key.into() }),
            sticky: raw.sticky,
            resources: self.resources(&key("resources"), raw.resources),
            health: self.health(&key("health"), raw.health),
            env: raw.env,
            secrets: raw.secrets,
            volumes,
            networks: raw.networks,
            restart: self.restart(&key("restart"), raw.restart.as_deref()),
            command: raw.command,
            stop_timeout: self.time(&key("stop-timeout"), raw.stop_timeout, Duration::from_secs(10)),
            drain_timeout: self.time(&key("drain-timeout"), raw.drain_timeout, Duration::from_secs(30)),
            image: raw.image,
        }
    }

    fn strategy(&mut self, path: &str, raw: Option<RawDeploy>) -> Strategy {
        let Some(raw) = raw else {
            let source = PluginSource::Builtin(DEFAULT_STRATEGY.to_owned());
            let plugin = PluginRef { source, trust: None };
            let settings = Value::Object(serde_json::Map::new());
            return Strategy { plugin, timeout: None, limits: LimitSettings::default(), settings };
        };
        Strategy {
            plugin: plugin(self, &format!("{path}.plugin"), raw.plugin),
            timeout: self.duration(&format!("{path}.timeout"), raw.timeout),
            limits: self.limits(&format!("{path}.limits"), raw.limits),
            settings: Value::Object(raw.settings.into_iter().collect()),
        }
    }

    /// A time that may be zero.
    pub(crate) fn time(&mut self, path: &str, raw: Option<String>, default: Duration) -> Duration {
        let Some(text) = raw else { return default };
        let parsed = humantime::parse_duration(&text);
        self.value(path, parsed.map_err(|_| format!("`{text}` is no time; hint: such as `30s` or `5m`")))
            .unwrap_or(default)
    }

    fn address(&mut self, path: &str, text: &str) -> Option<SocketAddr> {
        let message = || format!("`{text}` is no address; hint: such as `0.0.0.0:8080` or `127.0.0.1:8080`");
        self.value(path, text.parse().map_err(|_| message()))
    }

    fn resources(&mut self, path: &str, raw: RawResources) -> Resources {
        Resources {
            cpu: raw.cpu.and_then(|text| self.value(&format!("{path}.cpu"), processors(&text))),
            memory: raw.memory.and_then(|text| self.value(&format!("{path}.memory"), memory(&text))),
        }
    }

    fn health(&mut self, path: &str, raw: RawHealth) -> Health {
        let key = |key: &str| format!("{path}.{key}");
        let http = raw.path.is_some() || raw.body.is_some() || !raw.status.is_empty() || raw.slowest.is_some();
        let kind = raw.kind.as_deref().unwrap_or("http");
        if http && kind != "http" {
            self.wrong(&key("kind"), format!("`path`, `status`, `body` and `slowest` are of `http`, not of `{kind}`"));
        }
        let slowest = self.duration(&key("slowest"), raw.slowest);
        let probe = match kind {
            "tcp" => Probe::Tcp,
            "image" => Probe::Image,
            "http" => {
                let path = raw.path.unwrap_or_else(|| "/".to_owned());
                if !path.starts_with('/') {
                    self.wrong(&key("path"), format!("`{path}` is no path; hint: it begins with `/`"));
                }
                Probe::Http { path, status: raw.status, body: raw.body, slowest }
            }
            other => {
                self.wrong(&key("kind"), format!("`{other}` is no kind of check; hint: `http`, `tcp` or `image`"));
                Probe::Tcp
            }
        };
        let seconds = Duration::from_secs;
        Health {
            probe,
            interval: self.duration(&key("interval"), raw.interval).unwrap_or(seconds(5)),
            timeout: self.duration(&key("timeout"), raw.timeout).unwrap_or(seconds(2)),
            healthy_after: raw.healthy_after.unwrap_or(2).max(1),
            unhealthy_after: raw.unhealthy_after.unwrap_or(3).max(1),
            start_period: self.time(&key("start-period"), raw.start_period, Duration::ZERO),
        }
    }

    fn restart(&mut self, path: &str, raw: Option<&str>) -> Restart {
        match raw {
            None | Some("unless-stopped") => Restart::UnlessStopped,
            Some("on-failure") => Restart::OnFailure,
            Some("no") => Restart::No,
            Some(other) => {
                self.wrong(path, format!("`{other}` is none of `unless-stopped`, `on-failure` and `no`"));
                Restart::UnlessStopped
            }
        }
    }
}

fn build(raw: RawBuild) -> Build {
    Build {
        context: PathBuf::from(raw.context.unwrap_or_else(|| ".".to_owned())),
        dockerfile: raw.dockerfile.unwrap_or_else(|| "Dockerfile".to_owned()),
        args: raw.args,
        target: raw.target,
    }
}

/// As engines allow it in names.
fn plain(name: &str) -> String {
    let name: String = name.chars().map(|char| if char.is_ascii_alphanumeric() { char } else { '-' }).collect();
    name.to_ascii_lowercase().trim_matches('-').to_owned()
}

/// Thousandths.
fn processors(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is no number of processors; hint: such as `0.5` or `500m`");
    let thousandths = match text.strip_suffix('m') {
        Some(digits) => digits.parse::<u64>().map_err(|_| wrong())?,
        None => {
            let processors = text.parse::<f64>().ok().filter(|number| (0.0..10_000.0).contains(number));
            (processors.ok_or_else(wrong)? * 1000.0).round() as u64
        }
    };
    if thousandths == 0 { Err(wrong()) } else { Ok(thousandths) }
}

/// Bytes. As in Kubernetes, `Mi` is `MiB`.
fn memory(text: &str) -> Result<u64, String> {
    let whole = if text.ends_with('i') { format!("{text}B") } else { text.to_owned() };
    let bytes = whole.parse::<bytesize::ByteSize>().map(|size| size.as_u64()).ok().filter(|bytes| *bytes >= 6 << 20);
    bytes.ok_or_else(|| format!("`{text}` is no size of memory of 6 MiB or more; hint: such as `256Mi` or `1GiB`"))
}

fn volume(text: &str) -> Result<Volume, String> {
    let wrong = || format!("`{text}` is no volume; hint: such as `/srv/shop:/data` or `data:/data:ro`");
    let parts: Vec<_> = text.split(':').collect();
    let (source, target, read_only) = match parts.as_slice() {
        [source, target] | [source, target, "rw"] => (source, target, false),
        [source, target, "ro"] => (source, target, true),
        _ => return Err(wrong()),
    };
    let named = !source.is_empty() && source.chars().all(|char| char.is_ascii_alphanumeric() || "-_.".contains(char));
    if !(source.starts_with('/') || named) || !target.starts_with('/') {
        return Err(wrong());
    }
    Ok(Volume { source: (*source).to_owned(), target: (*target).to_owned(), read_only })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processors_and_memory_are_read_as_in_kubernetes() {
        assert_eq!((processors("500m"), processors("0.5"), processors("2")), (Ok(500), Ok(500), Ok(2000)));
        assert!(processors("0").is_err() && processors("-1").is_err() && processors("much").is_err());
        assert_eq!((memory("1Gi"), memory("256 MiB")), (Ok(1 << 30), Ok(256 << 20)));
        assert!(memory("1k").is_err());
    }

    #[test]
    fn volumes_are_directories_or_names() {
        assert_eq!(
            volume("data:/data:ro").unwrap(),
            Volume { source: "data".into(), target: "/data".into(), read_only: true }
        );
        assert!(volume("/srv/x:/y").is_ok());
        assert!(volume("./x:/y").is_err() && volume("/x").is_err() && volume("a:b").is_err());
    }
}

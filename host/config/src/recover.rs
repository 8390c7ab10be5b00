//! [`Recover`]: what is wrong with a running service, and what may be done about it.

use std::time::Duration;

use serde_json::Value;

use crate::{
    plugin::{PluginRef, PluginSource, plugin},
    problem::nearest,
    raw_recover::RawRecover,
    settings::{LimitSettings, Reading},
};

const DEFAULT_HEALER: &str = "service-recovery";
const MOST_PER_HOUR: u32 = 6;

/// What may be done about a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Allowed {
    /// Replacing a replica.
    RestartReplica,
    /// Replacing all of them, one after the other.
    RestartService,
    /// Another number of replicas.
    Scale,
    /// The version before.
    RollBack,
}

impl Allowed {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::RestartReplica, Self::RestartService, Self::Scale, Self::RollBack];

    /// As in `sdlc.toml` and in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RestartReplica => "restart-replica",
            Self::RestartService => "restart-service",
            Self::Scale => "scale",
            Self::RollBack => "roll-back",
        }
    }
}

/// What is wrong with a running service, and what may be done about it.
#[derive(Clone, Debug)]
pub struct Recover {
    /// The healer.
    pub plugin: PluginRef,
    /// What it may do.
    pub allow: Vec<Allowed>,
    /// Most actions within an hour.
    pub most_per_hour: u32,
    /// Share of requests that may fail, 0 to 1.
    pub error_rate: f64,
    /// 95th percentile that is put up with; none: any.
    pub latency: Option<Duration>,
    /// How long something has to be wrong.
    pub lasting: Duration,
    /// How long a replica may take until it is healthy for the first time.
    pub start_up: Duration,
    /// How often a replica may end within five minutes.
    pub crashes: u32,
    /// How long memory is watched.
    pub leak_window: Duration,
    /// A replica that reaches its limit within this time leaks.
    pub leak_within: Duration,
    /// Longest time of one call.
    pub timeout: Option<Duration>,
    /// Limits that were set.
    pub limits: LimitSettings,
    /// The plugin's own settings, a JSON object.
    pub settings: Value,
}

impl Reading<'_> {
    pub(crate) fn recover(&mut self, path: &str, raw: RawRecover) -> Recover {
        let key = |key: &str| format!("{path}.{key}");
        let seconds = Duration::from_secs;
        let error_rate = raw.error_rate.unwrap_or(0.05);
        if !(0.0..1.0).contains(&error_rate) {
            self.wrong(&key("error-rate"), format!("`error-rate` is {error_rate}, but must be 0 to below 1"));
        }
        let plugin = match raw.plugin {
            Some(raw) => plugin(self, &key("plugin"), raw),
            None => PluginRef { source: PluginSource::Builtin(DEFAULT_HEALER.to_owned()), trust: None },
        };
        Recover {
            plugin,
            allow: self.allow(&key("allow"), raw.allow),
            most_per_hour: raw.most_per_hour.unwrap_or(MOST_PER_HOUR),
            error_rate,
            latency: self.duration(&key("latency"), raw.latency),
            lasting: self.duration(&key("lasting"), raw.lasting).unwrap_or(seconds(30)),
            start_up: self.time(&key("start-up"), raw.start_up, seconds(60)),
            crashes: raw.crashes.unwrap_or(2),
            leak_window: self.duration(&key("leak-window"), raw.leak_window).unwrap_or(seconds(1800)),
            leak_within: self.duration(&key("leak-within"), raw.leak_within).unwrap_or(seconds(3600)),
            timeout: self.duration(&key("timeout"), raw.timeout),
            limits: self.limits(&key("limits"), raw.limits),
            settings: Value::Object(raw.settings.into_iter().collect()),
        }
    }

    fn allow(&mut self, path: &str, raw: Option<Vec<String>>) -> Vec<Allowed> {
        let Some(names) = raw else { return vec![Allowed::RestartReplica, Allowed::RestartService] };
        let names = names.into_iter().enumerate();
        let allowed = names.filter_map(|(index, name)| {
            let found = Allowed::ALL.into_iter().find(|allowed| allowed.as_str() == name);
            if found.is_none() {
                let known = Allowed::ALL.into_iter().map(Allowed::as_str);
                let hint = match nearest(&name, known.clone()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("there is `{}`", known.collect::<Vec<_>>().join("`, `")),
                };
                self.wrong(&format!("{path}.{index}"), format!("`{name}` is nothing that can be done; hint: {hint}"));
            }
            found
        });
        allowed.collect()
    }
}

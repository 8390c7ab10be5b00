//! [`Settings`]: which service, and which load.

use std::{collections::BTreeMap, time::Duration};

use sdlc_sdk::Problem;

/// Which service, and which load. Times are texts such as `10s` or `500ms`.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct Settings {
    /// What is asked for, such as `http://127.0.0.1:8080/search?q=x`.
    pub(crate) url: String,
    /// Method of the request. Default: `GET`.
    pub(crate) method: String,
    /// Headers of the request.
    pub(crate) headers: BTreeMap<String, String>,
    /// Body of the request.
    pub(crate) body: String,
    /// Program and arguments that start the service; none: it runs already.
    pub(crate) start: Vec<String>,
    /// Where it is started, relative to the workspace.
    pub(crate) directory: Option<String>,
    /// How long it may take to start. Default: `10s`.
    pub(crate) patience: String,
    /// Requests a second, on schedule whether or not earlier ones are answered. Default: 50.
    pub(crate) rate: f64,
    /// Load that is not counted. Default: `2s`.
    pub(crate) warm_up: String,
    /// Load that is counted. Default: `10s`.
    pub(crate) duration: String,
    /// Most requests in flight. Default: 256.
    pub(crate) connections: u32,
    /// After which a request counts as failed. Default: `10s`.
    pub(crate) timeout: String,
    /// Percent of the requests that may fail; with more of them there are no figures. Default: 1.
    pub(crate) error_rate: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            url: String::new(),
            method: "GET".to_owned(),
            headers: BTreeMap::new(),
            body: String::new(),
            start: Vec::new(),
            directory: None,
            patience: "10s".to_owned(),
            rate: 50.0,
            warm_up: "2s".to_owned(),
            duration: "10s".to_owned(),
            connections: 256,
            timeout: "10s".to_owned(),
            error_rate: 1.0,
        }
    }
}

impl Settings {
    /// All that is wrong.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.url.is_empty() {
            problems.push(Problem::new("url", "is missing; hint: such as `http://127.0.0.1:8080/`"));
        } else if self.address().is_none() {
            problems.push(Problem::new("url", format!("`{}` is no address of `http` or `https`", self.url)));
        }
        let times = [
            ("patience", &self.patience),
            ("warm-up", &self.warm_up),
            ("duration", &self.duration),
            ("timeout", &self.timeout),
        ];
        for (key, text) in times {
            if humantime::parse_duration(text).is_err() {
                problems.push(Problem::new(key, format!("`{text}` is no time; hint: such as `10s` or `500ms`")));
            }
        }
        if !(self.rate.is_finite() && self.rate > 0.0) {
            problems.push(Problem::new("rate", "must be more than 0"));
        }
        if self.connections == 0 {
            problems.push(Problem::new("connections", "must be at least 1"));
        }
        if !(0.0..=100.0).contains(&self.error_rate) {
            problems.push(Problem::new("error-rate", "must be 0 to 100 percent"));
        }
        problems
    }

    /// Host and port of the address, as grants have them.
    pub(crate) fn address(&self) -> Option<String> {
        let (scheme, rest) = self.url.split_once("://")?;
        let port = match scheme {
            "http" => 80,
            "https" => 443,
            _ => return None,
        };
        let host = rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty() && !host.contains('@'))?;
        let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        Some(if has_port { host.to_owned() } else { format!("{host}:{port}") })
    }

    pub(crate) fn patience(&self) -> Duration {
        time(&self.patience)
    }

    pub(crate) fn warm_up(&self) -> Duration {
        time(&self.warm_up)
    }

    pub(crate) fn duration(&self) -> Duration {
        time(&self.duration)
    }

    pub(crate) fn timeout(&self) -> Duration {
        time(&self.timeout)
    }
}

/// Of a text that was checked.
fn time(text: &str) -> Duration {
    humantime::parse_duration(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_port() {
        for (url, address) in [
            ("http://127.0.0.1:8080/x", Some("127.0.0.1:8080")),
            ("https://example.com?q", Some("example.com:443")),
            ("http://[::1]/", Some("[::1]:80")),
            ("ftp://example.com", None),
            ("http://u:p@example.com/", None),
            ("http:///x", None),
        ] {
            let settings = Settings { url: url.to_owned(), ..Settings::default() };
            assert_eq!(settings.address().as_deref(), address, "{url}");
        }
    }

    #[test]
    fn all_problems_are_told_with_their_keys() {
        let settings = Settings {
            warm_up: "soon".to_owned(),
            rate: 0.0,
            connections: 0,
            error_rate: 101.0,
            ..Settings::default()
        };
        let keys: Vec<_> = settings.problems().into_iter().map(|problem| problem.key).collect();
        assert_eq!(keys, ["url", "warm-up", "rate", "connections", "error-rate"]);
    }
}

//! Whether a deployment could begin: everything that has to be there, looked at without changing anything.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
};

use anyhow::Result;
use sdlc_deploy::{
    journal::{Journal, state::State},
    lock::Lock,
};
use sdlc_docker::Engine;
use sdlc_model::service::{Probe, Release};

use super::{
    images,
    naming::short,
    placement, proxy,
    site::{self, Site},
    strategy::Plugin,
};
use crate::{arguments::Global, console::chain};

/// Bytes that have to be free where the engine keeps its data.
const LEAST_DISK: u64 = 1 << 30;

/// One thing that was looked at.
pub(crate) struct Check {
    pub(crate) what: &'static str,
    pub(crate) state: Readiness,
    pub(crate) detail: String,
}

/// Whether it is ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readiness {
    Ready,
    /// It can begin, but people should know.
    Warning,
    Missing,
}

/// Everything, in the order in which it is needed.
pub(crate) async fn analyze(site: &Site<'_>, version: &str, global: &Global) -> Vec<Check> {
    let mut checks = Checks::default();
    match site::engine().await {
        Ok(engine) => checks.engine(&engine, site, version).await,
        Err(error) => checks.add("engine", Readiness::Missing, chain(&error)),
    }
    checks.result(
        "strategy",
        Plugin::of(site.project, site.environment, global)
            .await
            .map(|_| site.environment.strategy.plugin.source.to_string()),
    );
    checks.secrets(site);
    checks.address(site).await;
    checks.hooks(site);
    checks.journal(site, version);
    checks.0
}

/// What was looked at, and the image that was found.
#[derive(Default)]
struct Checks(Vec<Check>, Option<String>);

impl Checks {
    fn add(&mut self, what: &'static str, state: Readiness, detail: String) {
        self.0.push(Check { what, state, detail });
    }

    fn result(&mut self, what: &'static str, result: Result<String>) {
        match result {
            Ok(detail) => self.add(what, Readiness::Ready, detail),
            Err(error) => self.add(what, Readiness::Missing, chain(&error)),
        }
    }

    async fn engine(&mut self, engine: &Engine, site: &Site<'_>, version: &str) {
        match engine.about().await {
            Ok(about) => {
                self.add("engine", Readiness::Ready, format!("Docker {}", about.version));
                if !about.live_restore {
                    let detail = "replicas stop while the engine is started again; hint: `\"live-restore\": true` in its `daemon.json`";
                    self.add("engine", Readiness::Warning, detail.to_owned());
                }
                self.disk(Path::new(&about.directory));
            }
            Err(error) => self.add("engine", Readiness::Missing, error.to_string()),
        }
        let service = &site.environment.service;
        let reference = images::reference(service, version);
        if let Some(build) = &service.build {
            let dockerfile = site.project.root.join(&build.context).join(&build.dockerfile);
            // Without the `.` of the context.
            let dockerfile: PathBuf = dockerfile.components().collect();
            let state = if dockerfile.is_file() { Readiness::Ready } else { Readiness::Missing };
            let detail = format!("`{reference}` is built of `{}`", dockerfile.display());
            return self.add("image", state, detail);
        }
        match engine.image(&reference).await {
            Ok(Some(image)) => {
                self.1 = Some(image.id.clone());
                self.add("image", Readiness::Ready, format!("`{reference}`, {} MiB", image.size >> 20));
                if service.health.probe == Probe::Image && !image.has_health_check {
                    let detail =
                        "the image has no `HEALTHCHECK`; hint: `health = { path = \"/\" }` or `{ kind = \"tcp\" }`";
                    self.add("health", Readiness::Missing, detail.to_owned());
                }
            }
            Ok(None) => self.add("image", Readiness::Warning, format!("`{reference}` is not here: it will be fetched")),
            Err(error) => self.add("image", Readiness::Missing, error.to_string()),
        }
    }

    /// Only of an engine on this machine.
    fn disk(&mut self, directory: &Path) {
        let Ok(stat) = rustix::fs::statvfs(directory) else { return };
        let free = stat.f_bavail.saturating_mul(stat.f_frsize);
        let state = if free >= LEAST_DISK { Readiness::Ready } else { Readiness::Missing };
        self.add("disk", state, format!("{} MiB are free in `{}`", free >> 20, directory.display()));
    }

    fn secrets(&mut self, site: &Site<'_>) {
        let service = &site.environment.service;
        let missing = placement::missing(service);
        if !missing.is_empty() {
            self.add("secrets", Readiness::Missing, format!("{} not set", placement::list(&missing)));
        } else if !service.secrets.is_empty() {
            self.add("secrets", Readiness::Ready, format!("{} set", placement::list(&service.secrets)));
        }
    }

    async fn address(&mut self, site: &Site<'_>) {
        if let Some(haproxy) = &site.environment.haproxy {
            let found = proxy::ensure_haproxy(site, haproxy).await;
            return self.result("address", found.map(|()| format!("HAProxy serves `{}`", haproxy.backend)));
        }
        let listen = site.environment.service.listen;
        if proxy::find(site).await.is_some() {
            return self.add("address", Readiness::Ready, format!("our proxy serves at {listen}"));
        }
        match TcpListener::bind(listen) {
            Ok(_) => self.add("address", Readiness::Ready, format!("{listen} is free")),
            Err(error) => self.add("address", Readiness::Missing, format!("{listen} cannot be served at: {error}")),
        }
    }

    fn hooks(&mut self, site: &Site<'_>) {
        for command in &site.environment.before {
            let first = command.split_whitespace().next().unwrap_or_default();
            let is_file = !first.starts_with("./") || site.project.root.join(first).is_file();
            let state = if is_file { Readiness::Ready } else { Readiness::Missing };
            self.add("before", state, format!("`{command}`"));
        }
    }

    fn journal(&mut self, site: &Site<'_>, version: &str) {
        if let Some(holder) = Lock::holder(&site.directory) {
            let detail = format!("{} runs `{}` (process {})", holder.by, holder.doing, holder.pid);
            return self.add("lock", Readiness::Missing, detail);
        }
        match Journal::read(&site.directory).map(|records| State::of(&records)) {
            Ok(State { unfinished: Some(unfinished), .. }) => {
                let detail =
                    format!("the deployment of `{}` is not over: it is gone on with first", unfinished.to.version);
                self.add("journal", Readiness::Warning, detail);
            }
            Ok(State { live: Some(live), .. }) if live.version == version => {
                let (state, detail) = again(&live, self.1.as_deref(), site.environment.service.build.is_some());
                self.add("journal", state, detail);
            }
            Ok(State { live: Some(live), .. }) => {
                self.add("journal", Readiness::Ready, format!("`{}` is live", live.version));
            }
            Ok(_) => self.add("journal", Readiness::Ready, "nothing was deployed yet".to_owned()),
            Err(error) => self.add("journal", Readiness::Missing, error.to_string()),
        }
    }
}

/// Of a version that is live already. `image`: the one that would be deployed, as far as it is known.
fn again(live: &Release, image: Option<&str>, built: bool) -> (Readiness, String) {
    let (version, now) = (&live.version, short(&live.image));
    let hint = "hint: other content wants a version of its own";
    match image {
        Some(image) if image != live.image => {
            let other = short(image);
            (Readiness::Warning, format!("`{version}` is live already with another image, {now}, not {other}; {hint}"))
        }
        Some(_) => (Readiness::Ready, format!("`{version}` is live already, with this image")),
        None if built => (
            Readiness::Warning,
            format!("`{version}` is live already; what is built may be another image than {now}; {hint}"),
        ),
        None => (Readiness::Warning, format!("`{version}` is live already, with the image {now}; {hint}")),
    }
}

//! [`Site`]: an environment, and where on this machine its journal, its lock and its proxy are.

use std::{
    fs,
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::PathBuf,
    process, thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use sdlc_config::{environment::Environment, problem::nearest};
use sdlc_deploy::{
    live::now,
    lock::{Holder, Lock, LockError},
};
use sdlc_docker::Engine;

use crate::{
    arguments::Global,
    project::{self, Project},
    recovering::acting,
    scaling::resize,
};

/// How long a change of the number of replicas is waited for: draining takes its time.
const PATIENCE: Duration = Duration::from_secs(90);
const LOOK: Duration = Duration::from_millis(200);

/// An environment and its place on this machine.
pub(crate) struct Site<'a> {
    pub(crate) project: &'a Project,
    pub(crate) environment: &'a Environment,
    /// Only for this user.
    pub(crate) directory: PathBuf,
}

impl<'a> Site<'a> {
    /// The environment of that name.
    pub(crate) fn open(project: &'a Project, name: &str, global: &Global) -> Result<Self> {
        let environments = &project.settings.environments;
        let Some(environment) = environments.iter().find(|environment| environment.name == name) else {
            let hint = match nearest(name, environments.iter().map(|environment| environment.name.as_str())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("`{}` has a table `[environments.NAME]` for each", project.file_name()),
            };
            bail!("no environment is called `{name}`; hint: {hint}");
        };
        Self::of(project, environment, global)
    }

    /// All environments, or the one of that name.
    pub(crate) fn all(project: &'a Project, name: Option<&str>, global: &Global) -> Result<Vec<Self>> {
        if let Some(name) = name {
            return Ok(vec![Self::open(project, name, global)?]);
        }
        project.settings.environments.iter().map(|environment| Self::of(project, environment, global)).collect()
    }

    fn of(project: &'a Project, environment: &'a Environment, global: &Global) -> Result<Self> {
        let service = &environment.service;
        let directory = project::state_dir(global)?.join("deploy").join(&service.project).join(&service.environment);
        Ok(Self { project, environment, directory: std::path::absolute(directory)? })
    }

    /// Makes the directory, and makes sure that nobody else can get at it.
    pub(crate) fn prepare(&self) -> Result<()> {
        let directory = &self.directory;
        let shown = directory.display();
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory)
            .with_context(|| format!("`{shown}` cannot be made"))?;
        let metadata = fs::symlink_metadata(directory)?;
        let ours = rustix::process::geteuid().as_raw();
        if metadata.uid() != ours || metadata.mode() & 0o022 != 0 {
            bail!(
                "`{shown}` can be written by others; hint: `chown` and `chmod 700` it, or name another `--state-dir`"
            );
        }
        Ok(())
    }

    /// The lock of the environment, for as long as something is changed. Waits for whoever only changes or replaces replicas,
    /// which is soon over.
    pub(crate) fn lock(&self, doing: &str) -> Result<Lock> {
        self.prepare()?;
        let until = Instant::now() + PATIENCE;
        loop {
            match self.try_lock(doing) {
                Err(LockError::Held { holder: Some(holder), .. })
                    if is_short(&holder.doing) && Instant::now() < until =>
                {
                    thread::sleep(LOOK);
                }
                locked => return Ok(locked?),
            }
        }
    }

    /// The same, without waiting.
    pub(crate) fn try_lock(&self, doing: &str) -> Result<Lock, LockError> {
        let holder = Holder { pid: process::id(), by: by(), doing: doing.to_owned(), since: now() };
        Lock::take(&self.directory, &self.environment.name, &holder)
    }

    /// For as long as replicas are changed here by what is seen: two that do would work against each other.
    pub(crate) fn lock_monitor(&self) -> Result<Lock> {
        self.prepare()?;
        let directory = self.directory.join("monitor");
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&directory)?;
        let holder = Holder { pid: process::id(), by: by(), doing: "monitor".to_owned(), since: now() };
        Ok(Lock::take(&directory, &self.environment.name, &holder)?)
    }
}

/// Whether what somebody does under the lock is soon over.
fn is_short(doing: &str) -> bool {
    [resize::DOING, acting::DOING].iter().any(|short| doing.starts_with(short))
}

/// The engine that `DOCKER_HOST` names, or the one of this machine.
pub(crate) async fn engine() -> Result<Engine> {
    let host = std::env::var("DOCKER_HOST").ok().filter(|host| !host.is_empty());
    Ok(Engine::connect(host.as_deref()).await?)
}

/// Who runs this, such as `ada@build-3`.
pub(crate) fn by() -> String {
    let user = std::env::var("USER").or_else(|_| std::env::var("LOGNAME"));
    let user = user.unwrap_or_else(|_| format!("uid {}", rustix::process::getuid().as_raw()));
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    format!("{user}@{host}")
}

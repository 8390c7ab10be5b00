//! [`Tools`]: the programs that one gate or healer may run.

use std::{
    ffi::OsString,
    fs, io, iter,
    path::{Component, Path, PathBuf},
    time::{Duration, Instant},
};

use tokio::{join, sync::OnceCell, time::timeout};

use crate::{
    capability::{Capabilities, Layers},
    capture::Capture,
    command::{Command, Ending, Output},
    environment,
    error::ToolError,
    forward::Forwards,
    grant::Grant,
    host::Host,
    launcher::role,
    limits::Limits,
    message::{self, Plan, Report},
    pattern::{self, Pattern},
    private::Private,
    process::Process,
    search::{Program, SearchPath},
    secrets::Secrets,
    tier::Tier,
};

/// How long the streams may stay open when all processes are gone: only one that got away holds them.
const DRAIN: Duration = Duration::from_secs(1);

/// What the kernel can do does not change while we run.
static CAPABILITIES: OnceCell<Capabilities> = OnceCell::const_new();

/// How well programs have to be, and are at most, confined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confinement {
    /// Less is an error.
    pub least: Tier,
    /// More is not tried.
    pub most: Tier,
}

impl Default for Confinement {
    fn default() -> Self {
        Self { least: Tier::Environment, most: Tier::Namespaces }
    }
}

/// The programs that one gate or healer may run.
#[derive(Debug)]
pub struct Tools {
    host: Host,
    grant: Grant,
    limits: Limits,
    confinement: Confinement,
    prefix: String,
    search: SearchPath,
    secrets: Secrets,
}

impl Tools {
    /// Of a grant; `prefix` is what stands before `grant` in hints, such as `gates.coverage.`.
    pub fn new(
        mut host: Host,
        grant: Grant,
        limits: Limits,
        confinement: Confinement,
        prefix: impl Into<String>,
    ) -> Result<Self, ToolError> {
        host.workspace = fs::canonicalize(&host.workspace).map_err(|error| unusable(&host.workspace, &error))?;
        host.temporary = fs::canonicalize(&host.temporary).map_err(|error| unusable(&host.temporary, &error))?;
        grant.read.iter().chain(&grant.write).chain(&grant.hidden).try_for_each(|path| check_inside(path))?;
        let search = SearchPath::new(&host.path, &host.workspace);
        let secrets = Secrets::new(grant.environment.iter().map(|variable| variable.value().to_owned()));
        Ok(Self { host, grant, limits, confinement, prefix: prefix.into(), search, secrets })
    }

    /// The granted values, which are to be redacted wherever text of the plugin goes.
    #[must_use]
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// How well programs are confined here. Finds out at the first call in this process.
    pub async fn tier(&self) -> Result<Tier, ToolError> {
        Ok(self.confinement(self.confinement, false).await?.0)
    }

    /// How well programs that serve are confined here.
    pub async fn serving_tier(&self) -> Result<Tier, ToolError> {
        Ok(self.confinement(self.serving(), true).await?.0)
    }

    fn serving(&self) -> Confinement {
        Confinement { most: self.confinement.most.min(Tier::Landlock), ..self.confinement }
    }

    /// Runs a program to its end, or to the end of its time. When the future is dropped the program is ended, with all
    /// that it started.
    pub async fn run(&self, command: &Command) -> Result<Output, ToolError> {
        self.carry_out(command, self.confinement, &[]).await
    }

    /// The same for a program that serves at a TCP port of this machine, until the future is dropped. It shares the
    /// network of the machine, so it is confined by Landlock at most: it may listen at that port and no other.
    pub async fn serve(&self, command: &Command, port: u16) -> Result<Output, ToolError> {
        self.carry_out(command, self.serving(), &[port]).await
    }

    async fn carry_out(&self, command: &Command, confinement: Confinement, serve: &[u16]) -> Result<Output, ToolError> {
        let begin = Instant::now();
        self.check(command)?;
        let program = self.search.find(&command.program)?;
        let (tier, layers) = self.confinement(confinement, !serve.is_empty()).await?;
        let private = Private::new(&self.host.temporary).map_err(|error| unusable(&self.host.temporary, &error))?;
        let plan = Plan { serve: serve.to_vec(), ..self.plan(command, &program, private.path(), layers) };
        let plan = message::encode(&plan).map_err(|error| not_started(&command.program, error))?;
        let forwards = Forwards::new(if layers.namespaces { &self.grant.connect } else { &[] });
        let role = if layers.namespaces { role::SUPERVISE_NAMESPACES } else { role::SUPERVISE };
        let process = Process::start(&self.host.launcher, role, forwards.addresses())
            .map_err(|error| not_started(&command.program, error))?;
        let attended = self.attend(process, &plan, &forwards).await;
        private.remove();
        let (ending, stdout, stderr) = attended?;
        Ok(Output {
            ending,
            stdout: stdout.redacted(&self.secrets),
            stderr: stderr.redacted(&self.secrets),
            truncated: stdout.is_truncated() || stderr.is_truncated(),
            duration: begin.elapsed(),
            tier,
        })
    }

    /// Hands over the plan, and collects what comes of it until nothing is left.
    async fn attend(
        &self,
        mut process: Process,
        plan: &[u8],
        forwards: &Forwards,
    ) -> Result<(Ending, Capture, Capture), ToolError> {
        let [mut stdout, mut stderr] = [(); 2].map(|()| Capture::new(self.limits.output, &self.secrets));
        let streams = (process.stdout.take(), process.stderr.take());
        let reading = async { join!(stdout.read(streams.0), stderr.read(streams.1)) };
        let waiting = async {
            let talk = async {
                process.send(plan).await;
                let listeners = match forwards.is_empty() {
                    true => Vec::new(),
                    false => process.listeners(forwards.len()).await?,
                };
                let _serving = forwards.serve(listeners);
                process.report().await
            };
            let report = timeout(self.limits.time, talk).await;
            process.end().await;
            report
        };
        let report = {
            tokio::pin!(reading, waiting);
            tokio::select! {
                report = &mut waiting => {
                    let _ = timeout(DRAIN, reading).await;
                    report
                }
                _ = &mut reading => waiting.await,
            }
        };
        // None came in time.
        let ending = report.map_or(Ok(Ending::TimeLimit), |report| ending(report?))?;
        Ok((ending, stdout, stderr))
    }

    /// Whether the grant has it.
    fn check(&self, command: &Command) -> Result<(), ToolError> {
        let Command { program, arguments, directory, .. } = command;
        pattern::check_program(program).map_err(|error| ToolError::Denied(error.to_string()))?;
        if !self.grant.run.iter().any(|pattern| pattern.matches(program, arguments)) {
            let known = self.grant.run.iter().any(|pattern| pattern.program() == program);
            let with = if known { " with these arguments" } else { "" };
            let line = quote(&Pattern::of(program, arguments));
            let prefix = &self.prefix;
            return Err(ToolError::Denied(format!(
                "`{program}` may not be run{with}; hint: {prefix}grant = {{ run = [{line}] }}"
            )));
        }
        if arguments.iter().any(|argument| argument.contains('\0')) {
            return Err(ToolError::Denied(format!("an argument of `{program}` has a NUL byte in it")));
        }
        directory.as_deref().map_or(Ok(()), check_inside)
    }

    async fn confinement(&self, confinement: Confinement, serves: bool) -> Result<(Tier, Layers), ToolError> {
        let capabilities = CAPABILITIES.get_or_try_init(|| probe(&self.host.launcher)).await?;
        let Confinement { least, most } = confinement;
        // In the network of the machine it would be a listener that others can connect to.
        let least = if self.grant.loopback && !serves { Tier::Namespaces } else { least };
        let (tier, missing) = capabilities.tier(most, serves || !self.grant.connect.is_empty());
        if tier < least {
            return Err(ToolError::Other(format!(
                "programs cannot be confined by `{least}` here, only by `{tier}`: {missing}; hint: lower \
                 `min-confinement`, or run where that can be had"
            )));
        }
        Ok((tier, capabilities.layers(most)))
    }

    fn plan(&self, command: &Command, program: &Program, private: &Path, layers: Layers) -> Plan {
        let paths =
            |paths: &[PathBuf]| paths.iter().map(|path| path.clone().into_os_string()).collect::<Vec<OsString>>();
        let toolchains = self.host.toolchains.iter().chain([&program.file]);
        let mut ports: Vec<u16> = self.grant.connect.iter().map(|endpoint| endpoint.port).collect();
        ports.sort_unstable();
        ports.dedup();
        Plan {
            program: program.path.clone().into(),
            name: command.program.clone(),
            arguments: command.arguments.clone(),
            environment: environment::build(self.search.value(), private, &self.grant.environment),
            stdin: command.stdin.clone(),
            workspace: self.host.workspace.clone().into(),
            directory: command.directory.clone().unwrap_or_default().into(),
            limits: self.limits.clone(),
            layers,
            read: paths(&self.grant.read),
            write: paths(&self.grant.write),
            hidden: paths(&self.grant.hidden),
            system: toolchains.map(|path| path.clone().into()).collect(),
            private: private.as_os_str().to_owned(),
            ports,
            serve: Vec::new(),
            loopback: layers.namespaces && self.grant.loopback,
            hosts: Forwards::new(&self.grant.connect).hosts(),
        }
    }
}

fn ending(report: Report) -> Result<Ending, ToolError> {
    match report {
        Report::Exited(status) => Ok(Ending::Exited(status)),
        Report::Signal(signal) => Ok(Ending::Signal(signal)),
        Report::Failed(error) => Err(error),
        Report::Started | Report::Listening => Err(ToolError::Other("the launcher gave no answer".to_owned())),
    }
}

/// What can be had here.
async fn probe(launcher: &Path) -> Result<Capabilities, ToolError> {
    const PATIENCE: Duration = Duration::from_secs(10);
    let failed =
        |error: io::Error| ToolError::Other(format!("how programs can be confined was not found out: {error}"));
    let mut process = Process::start(launcher, role::PROBE, iter::empty()).map_err(failed)?;
    let answer = timeout(PATIENCE, process.receive()).await;
    process.end().await;
    answer.map_err(|error| failed(error.into()))?.map_err(failed)
}

fn unusable(directory: &Path, error: &io::Error) -> ToolError {
    ToolError::Other(format!("`{}` cannot be used: {error}", directory.display()))
}

fn not_started(program: &str, error: io::Error) -> ToolError {
    ToolError::of_start(&error, format!("`{program}` cannot be started: {error}"))
}

/// Relative, and not upwards. Links are another matter, that of the launcher.
fn check_inside(path: &Path) -> Result<(), ToolError> {
    let inside = path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    match inside && !path.as_os_str().as_encoded_bytes().contains(&0) {
        true => Ok(()),
        false => {
            Err(ToolError::Denied(format!("`{}` is not a path in the workspace; hint: such as `src`", path.display())))
        }
    }
}

/// A string of TOML.
fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

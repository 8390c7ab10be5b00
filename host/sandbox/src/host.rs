//! The host's side of what plugins import: from the contract's records to [`Capabilities`] and back.

use sdlc_model::advisory::{Advisory, Affected, Ecosystem, Event, Order, Range, Severity};
use wasmtime::component::{HasSelf, Linker};

use crate::{
    bindings::host::sdlc::plugin::{advisories, load, services, tools, workspace, workspace_times},
    bindings::types::{self, Error},
    capabilities::{LoadMeasurement, LoadPlan, Refusal, Service, ToolCommand},
    state::State,
};

/// Adds everything that a plugin may import of the host. What a kind may not have is refused before.
pub(crate) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    workspace::add_to_linker::<State, HasSelf<State>>(linker, |state| state)?;
    workspace_times::add_to_linker::<State, HasSelf<State>>(linker, |state| state)?;
    tools::add_to_linker::<State, HasSelf<State>>(linker, |state| state)?;
    services::add_to_linker::<State, HasSelf<State>>(linker, |state| state)?;
    load::add_to_linker::<State, HasSelf<State>>(linker, |state| state)?;
    advisories::add_to_linker::<State, HasSelf<State>>(linker, |state| state)?;
    types::add_to_linker::<State, HasSelf<State>>(linker, |state| state)
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::InvalidInput(text) => Self::InvalidInput(text),
            Refusal::Missing(text) => Self::Missing(text),
            Refusal::Denied(text) => Self::Denied(text),
            Refusal::Exceeded(text) => Self::Exceeded(text),
            Refusal::Other(text) => Self::Other(text),
        }
    }
}

impl types::Host for State {}

impl workspace::Host for State {
    async fn files(&mut self, globs: Vec<String>) -> Result<Vec<workspace::Entry>, Error> {
        let files = self.capabilities.files(&globs)?;
        Ok(files.into_iter().map(|file| workspace::Entry { path: file.path, size: file.size }).collect())
    }

    async fn read(&mut self, path: String) -> Result<Vec<u8>, Error> {
        Ok(self.capabilities.read(&path)?)
    }

    async fn changes(&mut self) -> Result<Vec<workspace::ChangedLines>, Error> {
        let lines = self.capabilities.changes()?.into_iter();
        Ok(lines
            .map(|lines| workspace::ChangedLines { path: lines.path, first: lines.first, last: lines.last })
            .collect())
    }
}

impl workspace_times::Host for State {
    async fn modified(&mut self, path: String) -> Result<u64, Error> {
        Ok(self.capabilities.modified(&path)?)
    }
}

impl tools::Host for State {
    async fn run(&mut self, command: tools::Command) -> Result<tools::Output, Error> {
        let output = self.capabilities.run(tool_command(command)).await?;
        Ok(tools::Output {
            status: output.status,
            stdout: output.stdout,
            stderr: output.stderr,
            truncated: output.truncated,
            duration: output.duration,
        })
    }
}

fn tool_command(command: tools::Command) -> ToolCommand {
    let tools::Command { program, arguments, directory, stdin } = command;
    ToolCommand { program, arguments, directory, stdin }
}

impl services::Host for State {
    async fn start(&mut self, service: services::Service) -> Result<(), Error> {
        let services::Service { command, address, patience } = service;
        Ok(self.capabilities.start(Service { command: tool_command(command), address, patience }).await?)
    }

    async fn stop(&mut self) -> Result<(), Error> {
        Ok(self.capabilities.stop().await?)
    }
}

impl load::Host for State {
    async fn run(&mut self, plan: load::Plan) -> Result<load::Measurement, Error> {
        let load::Plan { request, rate, warm_up, duration, connections, timeout } = plan;
        let load::Request { method, url, headers, body } = request;
        let plan = LoadPlan { method, url, headers, body, rate, warm_up, duration, connections, timeout };
        let LoadMeasurement { requests, errors, throughput, p50, p90, p95, p99, p999, max, saturated } =
            self.capabilities.load(plan).await?;
        Ok(load::Measurement { requests, errors, throughput, p50, p90, p95, p99, p999, max, saturated })
    }
}

impl advisories::Host for State {
    async fn info(&mut self) -> Result<advisories::Database, Error> {
        let database = self.capabilities.advisories()?;
        let ecosystem =
            |of: Ecosystem| advisories::Ecosystem { name: of.name, advisories: of.advisories, updated: of.updated };
        Ok(advisories::Database {
            now: database.now,
            ecosystems: database.ecosystems.into_iter().map(ecosystem).collect(),
        })
    }

    async fn find(&mut self, ecosystem: String, name: String) -> Result<Vec<advisories::Advisory>, Error> {
        let found = self.capabilities.find_advisories(&ecosystem, &name)?;
        Ok(found.into_iter().map(Into::into).collect())
    }
}

impl From<Advisory> for advisories::Advisory {
    fn from(advisory: Advisory) -> Self {
        Self {
            id: advisory.id,
            aliases: advisory.aliases,
            summary: advisory.summary,
            severities: advisory.severities.into_iter().map(Into::into).collect(),
            rating: advisory.rating,
            affected: advisory.affected.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Affected> for advisories::Affected {
    fn from(affected: Affected) -> Self {
        Self {
            ranges: affected.ranges.into_iter().map(Into::into).collect(),
            versions: affected.versions,
            severities: affected.severities.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Severity> for advisories::Severity {
    fn from(severity: Severity) -> Self {
        Self { kind: severity.kind, score: severity.score }
    }
}

impl From<Range> for advisories::Range {
    fn from(range: Range) -> Self {
        let order = match range.order {
            Order::Semver => advisories::Order::Semver,
            Order::Ecosystem => advisories::Order::Ecosystem,
        };
        let event = |event| match event {
            Event::Introduced(version) => advisories::Event::Introduced(version),
            Event::Fixed(version) => advisories::Event::Fixed(version),
            Event::LastAffected(version) => advisories::Event::LastAffected(version),
            Event::Limit(version) => advisories::Event::Limit(version),
        };
        Self { order, events: range.events.into_iter().map(event).collect() }
    }
}

//! [`Services`]: programs that serve while load is put on them, and that load.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sdlc_load::{
    plan::{LoadError, Plan},
    run,
};
use sdlc_sandbox::capabilities::{LoadMeasurement, LoadPlan, Refusal, Service};
use sdlc_tools::{
    command::{Ending, Output},
    error::ToolError,
    grant::Endpoint,
    tools::Tools,
};
use tokio::{
    net::TcpStream,
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::{
    capabilities::{Reached, refused, tools_command},
    grant::Grant,
};

/// How often it is looked whether a service takes connections.
const INTERVAL: Duration = Duration::from_millis(20);
/// Bytes of what a service wrote that are told.
const TOLD: usize = 2000;

/// A service under way; it ends with all that it started when its task does.
type Running = JoinHandle<Result<Output, ToolError>>;

/// Programs that serve, and who may be put load on.
pub(crate) struct Services {
    tools: Arc<Tools>,
    serve: Vec<Endpoint>,
    connect: Vec<Endpoint>,
    prefix: String,
    reached: Reached,
    running: Vec<Running>,
}

impl Services {
    pub(crate) fn new(grant: &Grant, tools: Arc<Tools>, reached: Reached) -> Self {
        let Grant { serve, connect, prefix, .. } = grant.clone();
        Self { tools, serve, connect, prefix, reached, running: Vec::new() }
    }

    pub(crate) async fn start(&mut self, service: Service) -> Result<(), Refusal> {
        let Service { command, address, patience } = service;
        let endpoint: Endpoint =
            address.parse().map_err(|error: sdlc_tools::error::GrantError| Refusal::InvalidInput(error.to_string()))?;
        if !self.serve.contains(&endpoint) {
            let prefix = &self.prefix;
            return Err(Refusal::Denied(format!(
                "nothing may serve at `{address}`; hint: {prefix}grant = {{ serve = [\"{address}\"] }}"
            )));
        }
        if connects(&endpoint).await {
            return Err(Refusal::Other(format!(
                "`{address}` is taken: something else serves there; hint: stop it, or choose another port"
            )));
        }
        self.reached.note(self.tools.serving_tier().await.map_err(refused)?);
        let (tools, program) = (Arc::clone(&self.tools), command.program.clone());
        let port = endpoint.port;
        let mut running = tokio::spawn(async move { tools.serve(&tools_command(command), port).await });
        let patience = Duration::from_millis(patience.into());
        let begin = Instant::now();
        while !connects(&endpoint).await {
            if running.is_finished() {
                let output = (&mut running).await.map_err(|error| Refusal::Other(error.to_string()))?;
                return Err(Self::ended(&program, &address, output.map_err(refused)?));
            }
            if begin.elapsed() > patience {
                end(running).await;
                return Err(Refusal::Exceeded(format!(
                    "`{program}` does not serve at `{address}` after {} ms; hint: does it listen there, and in time?",
                    patience.as_millis()
                )));
            }
            sleep(INTERVAL).await;
        }
        self.running.push(running);
        Ok(())
    }

    fn ended(program: &str, address: &str, output: Output) -> Refusal {
        let how = match output.ending {
            Ending::Exited(status) => format!("ended with status {status}"),
            Ending::Signal(signal) => format!("was ended by signal {signal}"),
            Ending::TimeLimit => "came to the end of its time".to_owned(),
        };
        let text = [output.stdout, output.stderr].concat();
        let from = text.len().saturating_sub(TOLD);
        let told = String::from_utf8_lossy(text.get(from..).unwrap_or_default()).trim().to_owned();
        Refusal::Other(format!("`{program}` {how} before it served at `{address}`\n{told}"))
    }

    pub(crate) async fn stop(&mut self) -> Result<(), Refusal> {
        for running in self.running.drain(..) {
            end(running).await;
        }
        Ok(())
    }

    pub(crate) async fn load(&mut self, plan: LoadPlan) -> Result<LoadMeasurement, Refusal> {
        let milliseconds = |number: u32| Duration::from_millis(number.into());
        let plan = Plan {
            method: plan.method,
            url: plan.url,
            headers: plan.headers,
            body: plan.body,
            rate: plan.rate,
            warm_up: milliseconds(plan.warm_up),
            duration: milliseconds(plan.duration),
            connections: plan.connections,
            timeout: milliseconds(plan.timeout),
        };
        let (host, port) = run::address(&plan).map_err(not_loaded)?;
        let granted = |endpoint: &Endpoint| endpoint.host == host && endpoint.port == port;
        if !self.connect.iter().chain(&self.serve).any(granted) {
            let address = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
            return Err(Refusal::Denied(format!(
                "no load may be put on `{address}`; hint: {}grant = {{ connect = [\"{address}\"] }}",
                self.prefix
            )));
        }
        let measured = run::run(plan).await.map_err(not_loaded)?;
        if self.running.iter().any(JoinHandle::is_finished) {
            return Err(Refusal::Other(
                "a service ended while load was put on it; hint: did it fail, or does another serve at its port?"
                    .to_owned(),
            ));
        }
        Ok(LoadMeasurement {
            requests: measured.requests,
            errors: measured.errors,
            throughput: measured.throughput,
            p50: measured.p50,
            p90: measured.p90,
            p95: measured.p95,
            p99: measured.p99,
            p999: measured.p999,
            max: measured.max,
            saturated: measured.saturated,
        })
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        self.running.iter().for_each(JoinHandle::abort);
    }
}

/// Whether something takes connections there.
async fn connects(endpoint: &Endpoint) -> bool {
    let connecting = TcpStream::connect((endpoint.host.as_str(), endpoint.port));
    matches!(timeout(Duration::from_secs(1), connecting).await, Ok(Ok(_)))
}

/// Its task is given up, and with it the launcher's socket: that ends all that was started.
async fn end(running: Running) {
    running.abort();
    let _ = running.await;
}

fn not_loaded(error: LoadError) -> Refusal {
    match error {
        LoadError::Plan(text) => Refusal::InvalidInput(text),
        LoadError::NoAnswer { .. } => Refusal::Missing(error.to_string()),
        LoadError::Untrusted { .. } | LoadError::Stopped | LoadError::Machine(_) => Refusal::Other(error.to_string()),
    }
}

//! Measures a service: the host starts it and puts load on it, this gate says how and judges the figures.

mod judge;
mod settings;

use std::time::Duration;

use sdlc_sdk::{
    Error, Finding, Info, Metric, Plugin, Problem, Report, Rule, Severity, WorkspaceGate,
    load::{self, Plan, Request},
    services::{self, Service},
    tools::Command,
};

use crate::settings::Settings;

struct Performance(Settings);

impl Plugin for Performance {
    type Settings = Settings;

    fn info() -> Info {
        Info::new("performance", env!("CARGO_PKG_VERSION"), "measures response times and throughput of a service")
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        let problems = settings.problems();
        if problems.is_empty() { Ok(Self(settings)) } else { Err(problems) }
    }

    fn rules(ids: &[String]) -> Vec<Rule> {
        judge::rules().into_iter().filter(|rule| ids.is_empty() || ids.contains(&rule.id)).collect()
    }
}

impl WorkspaceGate for Performance {
    fn check(&self) -> Result<Report, Error> {
        if let Some(service) = self.service() {
            services::start(&service)?;
        }
        let measured = load::run(&self.plan());
        services::stop()?;
        let (findings, metrics): (Vec<Finding>, Vec<Metric>) = judge::judge(&measured?, &self.0);
        Ok(Report { findings, metrics })
    }
}

impl Performance {
    fn service(&self) -> Option<Service> {
        let (program, arguments) = self.0.start.split_first()?;
        let command = Command {
            program: program.clone(),
            arguments: arguments.to_vec(),
            directory: self.0.directory.clone(),
            stdin: Vec::new(),
        };
        Some(Service { command, address: self.0.address()?, patience: milliseconds(self.0.patience()) })
    }

    fn plan(&self) -> Plan {
        let settings = &self.0;
        let headers = settings.headers.iter().map(|(name, value)| (name.clone(), value.clone()));
        Plan {
            request: Request {
                method: settings.method.clone(),
                url: settings.url.clone(),
                headers: headers.collect(),
                body: settings.body.clone().into_bytes(),
            },
            rate: settings.rate,
            warm_up: milliseconds(settings.warm_up()),
            duration: milliseconds(settings.duration()),
            connections: settings.connections,
            timeout: milliseconds(settings.timeout()),
        }
    }
}

fn milliseconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}

/// What a figure that is not to be trusted is told as.
fn finding(rule: &str, severity: Severity, message: String) -> Finding {
    Finding::new(rule, severity, message)
}

sdlc_sdk::export!(Performance: workspace_gate);

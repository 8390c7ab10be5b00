//! `sdlc deployments`.

use anyhow::Result;
use sdlc_deploy::journal::{
    Journal, Purpose,
    state::{Deployment, DeploymentResult, State},
};
use sdlc_report::text;
use serde_json::{Value, json};

use crate::{
    arguments::Global,
    console::Console,
    deploy_arguments::Deployments,
    deploying::{figures::Figures, site::Site},
    exit::Exit,
    history_arguments::Format,
    project::Project,
};

pub(crate) fn deployments(arguments: &Deployments, global: &Global, console: Console) -> Result<Exit> {
    let project = Project::open(global)?;
    let mut all = Vec::new();
    for site in Site::all(&project, arguments.environment.as_deref(), global)? {
        let deployments = State::of(&Journal::read(&site.directory)?).deployments;
        all.push((site.environment.name.clone(), deployments));
    }
    console.data(|out| match arguments.output_format {
        Format::Json => {
            let environments: Vec<_> = all.iter().map(|(name, all)| as_json(name, all, arguments.number)).collect();
            writeln!(out, "{:#}", json!({ "version": 1, "environments": environments }))
        }
        Format::Human => all.iter().try_for_each(|(name, deployments)| {
            writeln!(out, "{name}")?;
            for deployment in deployments.iter().rev().take(arguments.number) {
                writeln!(out, "  {}", line(deployment))?;
            }
            writeln!(out, "  {}", Figures::of(deployments))
        }),
    })?;
    Ok(Exit::Passed)
}

fn line(deployment: &Deployment) -> String {
    let Deployment { from, to, by, began, ended, result, purpose, .. } = deployment;
    let when = i64::try_from(*began).ok().and_then(|at| jiff::Timestamp::from_millisecond(at).ok());
    let when =
        when.map_or_else(String::new, |at| at.to_zoned(jiff::tz::TimeZone::system()).strftime("%F %T").to_string());
    let took = ended.map_or_else(String::new, |ended| format!("{:.1} s", ended.saturating_sub(*began) as f64 / 1000.0));
    let result = match (result, purpose) {
        (DeploymentResult::UnderWay, _) => "under way".to_owned(),
        (DeploymentResult::Promoted, Purpose::Deploy) => "live".to_owned(),
        (DeploymentResult::Promoted, Purpose::Restore) => "gone back to".to_owned(),
        (DeploymentResult::RolledBack { reason, .. }, _) => format!("rolled back: {}", text::line(reason)),
    };
    let from = from.as_deref().unwrap_or("-");
    format!("{when}  {from} -> {to}  {took:>8}  {by}  {result}")
}

fn as_json(name: &str, deployments: &[Deployment], most: usize) -> Value {
    let rows: Vec<_> = deployments.iter().rev().take(most).map(row).collect();
    json!({ "environment": name, "deployments": rows, "figures": Figures::of(deployments).as_json() })
}

fn row(deployment: &Deployment) -> Value {
    let (result, reason, restored) = match &deployment.result {
        DeploymentResult::UnderWay => ("under-way", None, None),
        DeploymentResult::Promoted => ("promoted", None, None),
        DeploymentResult::RolledBack { reason, restored_in } => ("rolled-back", Some(reason), Some(restored_in)),
    };
    json!({
        "rollout": deployment.rollout,
        "purpose": deployment.purpose,
        "by": deployment.by,
        "from": deployment.from,
        "to": deployment.to,
        "strategy": deployment.strategy,
        "began-ms": deployment.began,
        "ended-ms": deployment.ended,
        "result": result,
        "reason": reason,
        "restored-in-ms": restored,
    })
}

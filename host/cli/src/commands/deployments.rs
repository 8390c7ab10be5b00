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
    deploying::{figures::Figures, naming, site::Site},
    exit::Exit,
    history_arguments::Format,
    moment::local,
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
            table(deployments, arguments.number).iter().try_for_each(|line| writeln!(out, "  {line}"))?;
            writeln!(out, "  {}", Figures::of(deployments))
        }),
    })?;
    Ok(Exit::Passed)
}

/// A line each, the last one first, in columns that do not depend on the longest name that could be.
fn table(deployments: &[Deployment], most: usize) -> Vec<String> {
    let images: Vec<_> =
        deployments.iter().map(|deployment| (deployment.to.as_str(), deployment.to_image.as_str())).collect();
    let all: Vec<_> = deployments.iter().rev().take(most).map(|deployment| row_of(deployment, &images)).collect();
    let width = |column: fn(&[String; 5]) -> &String| {
        all.iter().map(|row| column(row).chars().count()).max().unwrap_or_default()
    };
    let (versions, by) = (width(|[_, versions, ..]| versions), width(|[_, _, _, by, _]| by));
    let line = |[when, what, took, who, result]: &[String; 5]| {
        format!("{when}  {what:<versions$}  {took:>8}  {who:<by$}  {result}")
    };
    all.iter().map(line).collect()
}

/// When, what, how long, by whom, and what came of it.
fn row_of(deployment: &Deployment, images: &[(&str, &str)]) -> [String; 5] {
    let Deployment { from, from_image, to, to_image, by, began, ended, result, purpose, .. } = deployment;
    let when = local(*began, "%F %T");
    let took = ended.map_or_else(String::new, |ended| format!("{:.1} s", ended.saturating_sub(*began) as f64 / 1000.0));
    let result = match (result, purpose) {
        (DeploymentResult::UnderWay, _) => "under way".to_owned(),
        (DeploymentResult::Promoted, Purpose::Deploy) => "live".to_owned(),
        (DeploymentResult::Promoted, Purpose::Restore) => "gone back to".to_owned(),
        (DeploymentResult::RolledBack { reason, .. }, _) => format!("rolled back: {}", text::line(reason)),
    };
    let called = |version: &str, image: &str| naming::name(version, image, images.iter().copied());
    let from = match (from, from_image) {
        (Some(from), Some(image)) => called(from, image),
        _ => "-".to_owned(),
    };
    [when, format!("{from} -> {}", called(to, to_image)), took, text::line(by), result]
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
        "from-image": deployment.from_image,
        "to": deployment.to,
        "to-image": deployment.to_image,
        "strategy": deployment.strategy,
        "began-ms": deployment.began,
        "ended-ms": deployment.ended,
        "result": result,
        "reason": reason,
        "restored-in-ms": restored,
    })
}

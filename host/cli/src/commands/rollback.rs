//! `sdlc rollback`.

use anyhow::Result;

use crate::{
    arguments::Global,
    console::Console,
    deploy_arguments::Rollback,
    deploying::{aftermath::Aftermath, site::Site, work::Work},
    exit::Exit,
    project::Project,
    registry::wait,
};

pub(crate) fn rollback(arguments: &Rollback, global: &Global, console: Console) -> Result<Exit> {
    let project = Project::open(global)?;
    let site = Site::open(&project, &arguments.environment, global)?;
    let version = arguments.version.as_deref();
    let _lock = site.lock(&format!("rollback{}", version.map_or_else(String::new, |version| format!(" {version}"))))?;
    let cancelled = crate::interrupt::token()?;
    let doing = async |work: &mut Work<'_>| go(work, version).await;
    let (result, incidents) = wait(Work::carry_out(&site, global, console, cancelled, doing))?;
    Aftermath { site: &site, version, how: "a rollback", incidents }.follow(&result, global, console);
    result
}

async fn go(work: &mut Work<'_>, version: Option<&str>) -> Result<Exit> {
    match work.take_back().await? {
        // Out of a deployment that was under way, which is all that was asked for.
        Some(exit) if version.is_none() => Ok(exit),
        _ => work.restore(version).await,
    }
}

//! `sdlc rollback`.

use anyhow::Result;

use crate::{
    arguments::Global,
    console::Console,
    deploy_arguments::Rollback,
    deploying::{site::Site, work::Work},
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
    wait(async {
        let mut work = Work::open(&site, global, console, cancelled).await?;
        match work.take_back().await? {
            // Out of a deployment that was under way, which is all that was asked for.
            Some(exit) if version.is_none() => Ok(exit),
            _ => work.restore(version).await,
        }
    })?
}

//! `sdlc proxy`.

use anyhow::{Context, Result};
use sdlc_proxy::serve::Start;

use crate::{
    arguments::Global,
    console::Console,
    deploy_arguments::{Proxy, Serve},
    deploying::{proxy, site::Site},
    exit::Exit,
    project::Project,
    registry::wait,
};

pub(crate) fn proxy(command: &Proxy, global: &Global, console: Console) -> Result<Exit> {
    let project = Project::open(global)?;
    match command {
        Proxy::Serve(Serve { environment, take_over, stand_by }) => {
            let site = Site::open(&project, environment, global)?;
            proxy::require_own(&site)?;
            let start = match (take_over, stand_by) {
                (true, _) => Start::TakeOver,
                (_, true) => Start::StandBy,
                _ => Start::Alone,
            };
            let stop = crate::interrupt::token()?;
            // Routing is the work of all cores.
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            runtime.block_on(proxy::serve(&site, start, stop, global, console))?;
        }
        Proxy::Upgrade { environment } => {
            let site = Site::open(&project, environment, global)?;
            proxy::require_own(&site)?;
            wait(proxy::upgrade(&site, global))??;
            console.note(&format!("a new proxy serves `{environment}`; the one before ends when its requests have"));
        }
        Proxy::Stop { environment } => {
            let site = Site::open(&project, environment, global)?;
            proxy::require_own(&site)?;
            wait(async {
                let client =
                    proxy::find_own(&site).await.with_context(|| format!("no proxy of `{environment}` runs"))?;
                anyhow::Ok(client.stop().await?)
            })??;
            console.note(&format!("the proxy of `{environment}` ends when its requests have"));
        }
    }
    Ok(Exit::Passed)
}

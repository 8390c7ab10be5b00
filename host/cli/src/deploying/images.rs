//! The image of a version: built, found, or fetched.

use std::collections::HashMap;

use anyhow::{Context, Result, bail};
use sdlc_docker::{Credentials, Engine, Image};
use sdlc_model::service::Service;

use super::{build_log::BuildLog, site::Site};
use crate::{console::Console, registry};

/// Name of the image of a version.
pub(crate) fn reference(service: &Service, version: &str) -> String {
    if version.starts_with("sha256:") {
        format!("{}@{version}", service.image)
    } else {
        format!("{}:{version}", service.image)
    }
}

/// What the engine calls the image of a version. It is built where the environment says how, else fetched where the engine
/// has it not.
pub(crate) async fn image(engine: &Engine, site: &Site<'_>, version: &str, console: Console) -> Result<Image> {
    let service = &site.environment.service;
    let reference = reference(service, version);
    if let Some(build) = &service.build {
        if reference.contains('@') {
            bail!("`{version}` is a digest, but `build` makes an image; hint: give a version to build");
        }
        console.note(&format!("building `{reference}`"));
        let labels = HashMap::from([("sdlc.project".to_owned(), service.project.clone())]);
        let mut log = BuildLog::default();
        let show = |lines: Vec<String>| lines.iter().for_each(|line| console.note(&format!("  {line}")));
        let built =
            engine.build(&site.project.root, build, &reference, &labels, &mut |line| show(log.take(line))).await;
        show(log.end());
        built?;
    } else if engine.image(&reference).await?.is_none() {
        console.note(&format!("fetching `{reference}`"));
        let mut tell = |line: &str| console.note(&format!("  {line}"));
        engine.pull(&reference, credentials(&service.image).await?, &mut tell).await?;
    }
    engine.image(&reference).await?.with_context(|| format!("the engine has no image `{reference}`"))
}

/// The login for the registry of an image, from the usual Docker configuration.
async fn credentials(image: &str) -> Result<Option<Credentials>> {
    let server = match image.split_once('/') {
        Some((first, _)) if first.contains(['.', ':']) || first == "localhost" => first,
        _ => "docker.io",
    };
    let login = registry::client()?.login(server).await?;
    Ok(login.map(|(user, password)| Credentials { server: server.to_owned(), user, password }))
}

//! `sdlc plugin publish`.

use std::{collections::BTreeMap, time::SystemTime};

use anyhow::{Context, Result};
use sdlc_registry::{
    client::{DESCRIPTION, Publication, SOURCE, TITLE, VERSION},
    reference::Reference,
};
use sdlc_sandbox::{anatomy::Anatomy, limits::Limits};
use semver::Version;

use super::component;
use crate::{console::Console, exit::Exit, plugin_arguments::Publish, registry};

pub(crate) fn publish(arguments: &Publish, console: Console) -> Result<Exit> {
    let reference: Reference = arguments.reference.parse()?;
    let name = arguments.component.display().to_string();
    let bytes = component::read(&arguments.component)?;
    Anatomy::of(&bytes).with_context(|| format!("plugin `{name}`"))?;
    let info = component::wait(component::load(&name, &bytes, None)?.describe(&Limits::default()))??;
    if let (Some(tag), Ok(own)) = (reference.tag(), Version::parse(&info.version))
        && Version::parse(tag).is_ok_and(|tag| tag != own)
    {
        console.note(&format!("warning: the tag is `{tag}`, but the plugin says that it is version {own}"));
    }
    let mut annotations = BTreeMap::from([
        (TITLE.to_owned(), info.name),
        (VERSION.to_owned(), info.version),
        (DESCRIPTION.to_owned(), info.summary),
    ]);
    annotations.extend(info.homepage.map(|homepage| (SOURCE.to_owned(), homepage)));
    let publication =
        Publication { component: &bytes, annotations, created: SystemTime::now(), force: arguments.force };
    let published = registry::wait(registry::client()?.publish(&reference, &publication))??;
    let how = if published.unchanged { "was there already" } else { "published" };
    console.note(&format!("`{reference}` {how}; next: `sdlc plugin add {reference}` in another repository"));
    console.data(|out| writeln!(out, "{}", reference.with_digest(published.manifest)))?;
    Ok(Exit::Passed)
}

//! `sdlc plugin build`.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, Result};
use sdlc_authoring::{
    build::{self, Toolbox},
    manifest::{FILE_NAME, Manifest},
};

use crate::{console::Console, exit::Exit, plugin_arguments::Project};

/// Where the component is put, below the project.
const OUT: &str = "out";

pub(crate) fn build(arguments: &Project, console: Console) -> Result<Exit> {
    let (component, _) = built(&arguments.project, console)?;
    console.data(|out| writeln!(out, "{}", component.display()))?;
    Ok(Exit::Passed)
}

/// Builds a project; gives the component's path and the project's manifest.
pub(super) fn built(project: &Path, console: Console) -> Result<(PathBuf, Manifest)> {
    let manifest = manifest(project)?;
    console.note(&format!("building `{}` ({})", manifest.name, manifest.lang));
    let started = Instant::now();
    let toolbox = Toolbox::new(std::env::var_os("PATH").unwrap_or_default());
    let component = build::build(project, &manifest, &toolbox, &project.join(OUT))?;
    let size = fs::metadata(&component).map_or(0, |metadata| metadata.len());
    let took = started.elapsed().as_secs_f64();
    console.note(&format!("built `{}`: {} KiB in {took:.1} s", component.display(), size.div_ceil(1024)));
    Ok((component, manifest))
}

/// What is left of the last build.
pub(super) fn before(project: &Path) -> Result<(PathBuf, Manifest)> {
    let manifest = manifest(project)?;
    Ok((project.join(OUT).join(manifest.component()), manifest))
}

fn manifest(project: &Path) -> Result<Manifest> {
    let path = project.join(FILE_NAME);
    let text = fs::read_to_string(&path).with_context(|| {
        format!("`{}` cannot be read; hint: `sdlc plugin new` makes a project that has one", path.display())
    })?;
    Ok(Manifest::parse(&text)?)
}

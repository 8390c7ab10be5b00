//! `sdlc plugin dev`.

use std::{collections::BTreeMap, path::Path, path::PathBuf, thread, time::Duration, time::SystemTime};

use anyhow::Result;

use super::{build, test};
use crate::{
    console::{Console, chain},
    exit::Exit,
    interrupt,
    plugin_arguments::Project,
};

/// How often the project is looked at. Editors write several files at once; what settles within it is one change.
const PAUSE: Duration = Duration::from_millis(300);

pub(crate) fn dev(arguments: &Project, console: Console) -> Result<Exit> {
    let cancelled = interrupt::token()?;
    let project = &arguments.project;
    let mut seen = BTreeMap::new();
    console.note("builds and tests at each change; Ctrl-C ends it");
    while !cancelled.is_cancelled() {
        let now = sources(project);
        if now != seen {
            seen = now;
            let outcome = build::built(project, console)
                .and_then(|(component, manifest)| test::run(project, &component, &manifest, false, console));
            if let Err(error) = outcome {
                console.error(&chain(&error));
            }
            // What the build itself wrote is no change.
            seen.extend(sources(project).into_iter().filter(|(path, _)| !seen.contains_key(path)).collect::<Vec<_>>());
        }
        thread::sleep(PAUSE);
    }
    Ok(Exit::Interrupted)
}

/// When each file was written that no ignore rule hides.
fn sources(project: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let walk = ignore::WalkBuilder::new(project).require_git(false).build();
    let files = walk.flatten().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
    files.filter_map(|entry| Some((entry.path().to_owned(), entry.metadata().ok()?.modified().ok()?))).collect()
}

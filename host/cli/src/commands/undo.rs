//! `sdlc undo`.

use anyhow::{Result, bail};
use sdlc_workspace::{change::Changer, tree::Workspace};

use crate::{
    arguments::Global,
    console::Console,
    exit::Exit,
    healing::{
        interrupted::{count, recover, tell_left_alone},
        write,
    },
    project::Project,
};

pub(crate) fn undo(global: &Global, console: Console) -> Result<Exit> {
    let project = Project::open(global)?;
    recover(&project, global, console)?;
    let changer = Changer::open(&project.root, &write::journals(global)?)?;
    let index = Workspace::open(&project.root, &[])?.index();
    let Some(undone) = changer.undo(index.as_ref())? else {
        bail!("there is nothing to undo here; hint: `sdlc run --fix` and `sdlc heal` make changes that can be undone");
    };
    console.note(&format!("undone: `{}`; {} as before", undone.what, count(undone.restored.len())));
    tell_left_alone(&undone.left_alone, console);
    Ok(if undone.left_alone.is_empty() { Exit::Passed } else { Exit::Rejected })
}

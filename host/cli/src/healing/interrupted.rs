//! Takes back what a kill left half done, before anything else is done in the workspace.

use anyhow::Result;
use sdlc_workspace::{
    change::{Changer, LeftAlone},
    tree::Workspace,
};

use super::write;
use crate::{arguments::Global, console::Console, project::Project};

/// Takes it back, if there is something, and says so.
pub(crate) fn recover(project: &Project, global: &Global, console: Console) -> Result<()> {
    let Ok(directory) = write::journals(global) else { return Ok(()) };
    if !Changer::interrupted(&project.root, &directory) {
        return Ok(());
    }
    let changer = Changer::open(&project.root, &directory)?;
    let index = Workspace::open(&project.root, &[])?.index();
    if let Some(taken_back) = changer.recover(index.as_ref())? {
        let files = count(taken_back.restored.len());
        console.note(&format!("`{}` was interrupted: {files} as before", taken_back.what));
        tell_left_alone(&taken_back.left_alone, console);
    }
    Ok(())
}

/// Says what was not taken back.
pub(crate) fn tell_left_alone(left_alone: &[LeftAlone], console: Console) {
    for left in left_alone {
        console.note(&format!("left alone: `{}`: {}", left.path.display(), left.reason));
    }
}

/// So many files, and the verb.
pub(crate) fn count(files: usize) -> String {
    if files == 1 { "1 file is".to_owned() } else { format!("{files} files are") }
}

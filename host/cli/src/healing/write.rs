//! Writes what was healed: into the tree, or into git's index and from there into the tree where it has the same lines.

use std::path::PathBuf;

use anyhow::Result;
use sdlc_heal::{merge::merge, work::FileChange};
use sdlc_model::repair::Refusal;
use sdlc_workspace::{
    change::{Change, ChangeSet, Changer, Group},
    index::Index,
    scope::Scope,
};

use super::session::Session;
use crate::{
    arguments::Global,
    project::{self, Project},
};

/// Where the journals of changes are.
pub(crate) fn journals(global: &Global) -> Result<PathBuf> {
    Ok(project::state_dir(global)?.join("changes"))
}

/// Writes changes; `groups` says which belong together. Gives those that were left alone.
pub(crate) fn write(
    session: &Session<'_>,
    scope: &Scope,
    changes: &[FileChange],
    groups: &[Vec<usize>],
    what: &str,
    project: &Project,
    global: &Global,
) -> Result<Vec<Refusal>> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let staged = *scope == Scope::Staged;
    let index = session.workspace.index().filter(|_| staged);
    let mut set = ChangeSet { what: what.to_owned(), groups: Vec::new() };
    let mut left = Vec::new();
    for group in groups {
        let files: Vec<_> = group.iter().filter_map(|index| changes.get(*index)).collect();
        let made = match &index {
            Some(index) => staged_group(session, index, &files)?,
            None => Ok(tree_group(&files)),
        };
        match made {
            Ok(group) => set.groups.push(group),
            Err(path) => left.extend(files.iter().map(|change| refusal(&change.path, &path))),
        }
    }
    let changer = Changer::open(&project.root, &journals(global)?)?;
    let applied = changer.apply(set, index.as_ref())?;
    left.extend(applied.left_alone.into_iter().map(|left| Refusal {
        path: left.path.to_string_lossy().into_owned(),
        title: None,
        reason: left.reason,
    }));
    Ok(left)
}

fn refusal(path: &str, conflict: &str) -> Refusal {
    let reason = if path == conflict {
        "its unstaged changes are on the same lines".to_owned()
    } else {
        format!("the unstaged changes of `{conflict}` are on the same lines")
    };
    Refusal { path: path.to_owned(), title: None, reason: format!("{reason}; hint: stage or unstage them") }
}

fn tree_group(files: &[&FileChange]) -> Group {
    let change = |change: &&FileChange| Change {
        path: change.exact.clone(),
        before: change.before.clone(),
        after: change.after.clone(),
    };
    Group { files: files.iter().map(change).collect(), index: Vec::new() }
}

/// The file whose unstaged changes are in the way, or else the changes of the index and the tree.
fn staged_group(session: &Session<'_>, index: &Index, files: &[&FileChange]) -> Result<Result<Group, String>> {
    let mut group = Group::default();
    for change in files {
        let (Some(before), Some(after)) = (&change.before, &change.after) else { continue };
        let Some(entry) = session.files.get(&change.path) else { continue };
        group.index.push(index.stage(entry, after)?);
        // Not in the tree any more, or something else: then there is nothing to carry over.
        let Some(tree) = session.reader.tree(&change.exact)? else { continue };
        match merge(before, &tree, after) {
            Some(merged) if merged == tree => {}
            Some(merged) => {
                let (before, after) = (Some(tree.into()), Some(merged.into()));
                group.files.push(Change { path: change.exact.clone(), before, after });
            }
            None => return Ok(Err(change.path.clone())),
        }
    }
    Ok(Ok(group))
}

//! [`Unchanged`]: which files of the tree git's index knows, so that they need not be read.
//!
//! As git does it: a file whose size, times and inode are those that the index noted has the content that the index names,
//! unless it was written in the same instant as the index ("racily clean"), when it has to be looked at.

use std::collections::HashMap;

use gix::{ObjectId, index::entry::Mode};
use sdlc_cache::notes::Stamp;

const NANOSECONDS: i64 = 1_000_000_000;

/// What git's index notes of a file.
struct Noted {
    id: ObjectId,
    size: u32,
    inode: u32,
    modified: (u32, u32),
    changed: (u32, u32),
}

/// Files of the tree that the index knows.
#[derive(Default)]
pub(crate) struct Unchanged {
    noted: HashMap<String, Noted>,
}

impl Unchanged {
    /// Nothing is known where there is no index. `below` gives the path in the workspace.
    pub(crate) fn of(repository: &gix::Repository, below: impl Fn(&str) -> Option<String>) -> Self {
        let Ok(index) = repository.open_index() else { return Self::default() };
        let written = index.timestamp();
        let written = (u32::try_from(written.unix_seconds()).unwrap_or(0), written.nanoseconds());
        let mut noted = HashMap::new();
        for entry in index.entries() {
            let stat = &entry.stat;
            let modified = (stat.mtime.secs, stat.mtime.nsecs);
            let is_file = matches!(entry.mode, Mode::FILE | Mode::FILE_EXECUTABLE);
            // The time of a change cannot be set back, as that of a modification can.
            let changed = (stat.ctime.secs, stat.ctime.nsecs);
            let is_racy = !is_older(modified, written) || !is_older(changed, written);
            // With a size of 0 git marks what it has to look at.
            let is_marked = stat.size == 0 && !entry.id.is_empty_blob();
            if !is_file || entry.stage_raw() != 0 || is_racy || is_marked {
                continue;
            }
            if let Some(path) = below(&entry.path(&index).to_string()) {
                let (id, size, inode, changed) = (entry.id, stat.size, stat.ino, changed);
                noted.insert(path, Noted { id, size, inode, modified, changed });
            }
        }
        Self { noted }
    }

    /// Name of the content of a file; none: it has to be read.
    pub(crate) fn content(&self, path: &str, stamp: Option<&Stamp>) -> Option<ObjectId> {
        let (noted, stamp) = (self.noted.get(path)?, stamp?);
        // Git keeps the lower 32 bits of all of them.
        #[expect(clippy::cast_possible_truncation, reason = "so does git")]
        let same = noted.size == stamp.size as u32
            && noted.inode == stamp.inode as u32
            && is_instant(noted.changed, stamp.changed)
            && is_instant(noted.modified, stamp.modified);
        same.then_some(noted.id)
    }
}

/// Nanoseconds are compared where they are known, which git does not: a second is long.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "git keeps the lower 32 bits")]
fn is_instant(noted: (u32, u32), found: i64) -> bool {
    noted.0 == (found / NANOSECONDS) as u32 && (noted.1 == 0 || i64::from(noted.1) == found % NANOSECONDS)
}

/// By more than the coarsest clocks can tell apart: 20 ms where there are nanoseconds, else two seconds.
fn is_older(time: (u32, u32), written: (u32, u32)) -> bool {
    let nanoseconds = |(seconds, rest): (u32, u32)| i64::from(seconds) * NANOSECONDS + i64::from(rest);
    let margin = if time.1 == 0 || written.1 == 0 { 2 * NANOSECONDS } else { NANOSECONDS / 50 };
    nanoseconds(written) - nanoseconds(time) > margin
}

#[cfg(test)]
mod tests {
    use std::{fs, process::Command, time::Duration};

    use super::*;
    use crate::{scope::Scope, tree::Workspace};

    fn git(root: &std::path::Path, arguments: &[&str]) {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@t", "-c", "init.defaultBranch=main"];
        let status = Command::new("git").current_dir(root).args(identity).args(arguments).status().unwrap();
        assert!(status.success());
    }

    fn changed(root: &std::path::Path) -> Vec<String> {
        let workspace = Workspace::open(root, &[]).unwrap();
        let scope = Scope::Changed { from: "HEAD".to_owned(), to: None };
        workspace.files(&scope).unwrap().selected().map(|entry| entry.path.clone()).collect()
    }

    #[test]
    fn what_the_index_knows_is_not_read_and_what_was_written_since_is() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        git(root, &["init", "-q"]);
        for name in ["a", "b", "c"] {
            fs::write(root.join(name), "same size\n").unwrap();
        }
        // So that none is racily clean.
        std::thread::sleep(Duration::from_millis(50));
        git(root, &["add", "."]);
        git(root, &["commit", "-qm", "one"]);
        let repository = gix::discover(root).unwrap();
        let unchanged = Unchanged::of(&repository, |path| Some(path.to_owned()));
        let workspace = Workspace::open(root, &[]).unwrap();
        let files = workspace.files(&Scope::All).unwrap();
        assert!(files.entries.iter().all(|entry| unchanged.content(&entry.path, entry.stamp.as_ref()).is_some()));
        assert_eq!(changed(root), [""; 0]);
        fs::write(root.join("b"), "same SIZE\n").unwrap();
        assert_eq!(changed(root), ["b"]);
    }

    #[test]
    fn what_was_written_within_a_tick_of_the_index_is_not_known() {
        assert!(is_older((10, 1), (10, 30_000_000)) && !is_older((10, 1), (10, 10_000_000)));
        assert!(is_older((10, 0), (13, 1)) && !is_older((10, 0), (11, 1)));
    }

    #[test]
    fn a_file_that_was_written_in_the_instant_of_the_index_is_read() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        git(root, &["init", "-q"]);
        fs::write(root.join("a"), "one\n").unwrap();
        git(root, &["add", "."]);
        git(root, &["commit", "-qm", "one"]);
        let before = fs::metadata(root.join("a")).unwrap().modified().unwrap();
        fs::write(root.join("a"), "two\n").unwrap();
        fs::File::options().write(true).open(root.join("a")).unwrap().set_modified(before).unwrap();
        assert_eq!(changed(root), ["a"]);
    }
}

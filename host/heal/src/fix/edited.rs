//! [`all`]: what files become by their edits, made on several threads.

use std::{num::NonZero, panic::resume_unwind, thread};

use bytes::Bytes;
use sdlc_workspace::{entry::FileSet, reader::Reader};

use super::{content, splice::Splice};

/// Files that are worth a thread.
const FEWEST_A_THREAD: usize = 16;

/// A file that is to be edited.
pub(super) struct Job<'a> {
    pub(super) path: &'a str,
    /// Its content; none: as it is in the tree.
    pub(super) content: Option<Bytes>,
    pub(super) splice: &'a Splice<'a>,
}

/// A file that was edited.
pub(super) struct Edited {
    pub(super) before: Bytes,
    /// None: its edits are not of this file.
    pub(super) after: Option<Bytes>,
}

/// In the order of the jobs; an error says why a file cannot be read.
pub(super) fn all(jobs: &[Job<'_>], files: &FileSet, reader: &Reader) -> Vec<Result<Edited, String>> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = jobs.len().div_ceil(threads).max(FEWEST_A_THREAD);
    let mut chunks = jobs.chunks(share);
    let first = chunks.next().unwrap_or_default();
    let edit =
        |jobs: &[Job<'_>], reader: &Reader| -> Vec<_> { jobs.iter().map(|job| job.edit(files, reader)).collect() };
    thread::scope(|scope| {
        let edit = &edit;
        let others: Vec<_> = chunks
            .map(|jobs| {
                let thread = reader
                    .for_thread()
                    .and_then(|reader| thread::Builder::new().spawn_scoped(scope, move || edit(jobs, &reader)));
                thread.map_err(|_| jobs)
            })
            .collect();
        let mut edited = edit(first, reader);
        for other in others {
            edited.extend(match other {
                Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
                Err(jobs) => edit(jobs, reader),
            });
        }
        edited
    })
}

impl Job<'_> {
    fn edit(&self, files: &FileSet, reader: &Reader) -> Result<Edited, String> {
        let before = match &self.content {
            Some(content) => content.clone(),
            None => {
                let entry = files.get(self.path).ok_or("it is not there")?;
                content(entry, reader).map_err(|error| error.to_string())?.into()
            }
        };
        let after = self.splice.apply(&before).map(Bytes::from);
        Ok(Edited { before, after })
    }
}

//! The files that an image is built of, as a tar archive. What `.dockerignore` names is left out, and so is what the
//! builder could not want: the archive is made while it is sent, so it may be large.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use bytes::Bytes;
use globset::{GlobBuilder, GlobMatcher};
use ignore::WalkBuilder;
use tokio::sync::{mpsc, oneshot};
use tokio_stream::wrappers::ReceiverStream;

use crate::DockerError;

const IGNORE_FILE: &str = ".dockerignore";
const CHUNK: usize = 64 << 10;
/// Chunks that wait to be sent.
const WAITING: usize = 8;

/// Chunks of it.
pub(crate) type Archive = ReceiverStream<Result<Bytes, io::Error>>;

/// The archive, and what went wrong with it, if anything.
pub(crate) fn stream(directory: &Path) -> (Archive, oneshot::Receiver<DockerError>) {
    let (sender, receiver) = mpsc::channel(WAITING);
    let (failed, failure) = oneshot::channel();
    let directory = directory.to_owned();
    std::thread::spawn(move || {
        let chunks = Chunks { sender, buffer: Vec::with_capacity(CHUNK) };
        if let Err((path, source)) = write(&directory, chunks) {
            let _ = failed.send(DockerError::Context { path, source });
        }
    });
    (ReceiverStream::new(receiver), failure)
}

fn write(directory: &Path, chunks: Chunks) -> Result<(), (PathBuf, io::Error)> {
    let ignored = Ignored::of(directory).map_err(|error| (directory.join(IGNORE_FILE), error))?;
    let mut archive = tar::Builder::new(chunks);
    archive.follow_symlinks(false);
    let mut walk = WalkBuilder::new(directory);
    walk.standard_filters(false).follow_links(false).sort_by_file_path(Path::cmp);
    for entry in walk.build() {
        let entry = entry.map_err(|error| (directory.to_owned(), io::Error::other(error)))?;
        let path = entry.path();
        let Ok(name) = path.strip_prefix(directory) else { continue };
        if !name.as_os_str().is_empty() && !ignored.contains(name) {
            archive.append_path_with_name(path, name).map_err(|error| (path.to_owned(), error))?;
        }
    }
    let at_end = |error| (directory.to_owned(), error);
    archive.into_inner().and_then(|mut chunks| chunks.flush()).map_err(at_end)
}

/// What `.dockerignore` names. Its patterns are globs from the root of the context, and match what is below as well; the
/// last one that matches decides (Docker's documentation, ".dockerignore files").
struct Ignored(Vec<(bool, GlobMatcher)>);

impl Ignored {
    fn of(directory: &Path) -> io::Result<Self> {
        match fs::read_to_string(directory.join(IGNORE_FILE)) {
            Ok(text) => Self::parse(&text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self(Vec::new())),
            Err(error) => Err(error),
        }
    }

    fn parse(text: &str) -> io::Result<Self> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let pattern = |line: &str| {
            let (keeps, pattern) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest.trim()));
            let pattern = pattern.trim_start_matches("./").trim_matches('/');
            let glob = GlobBuilder::new(pattern).literal_separator(true).build().map_err(io::Error::other)?;
            Ok((keeps, glob.compile_matcher()))
        };
        lines.map(pattern).collect::<io::Result<_>>().map(Self)
    }

    fn contains(&self, path: &Path) -> bool {
        let decides = |(_, glob): &&(bool, GlobMatcher)| {
            path.ancestors().any(|above| !above.as_os_str().is_empty() && glob.is_match(above))
        };
        self.0.iter().rev().find(decides).is_some_and(|(keeps, _)| !keeps)
    }
}

/// Hands over what is written in chunks.
struct Chunks {
    sender: mpsc::Sender<Result<Bytes, io::Error>>,
    buffer: Vec<u8>,
}

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= CHUNK {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let chunk = Bytes::from(std::mem::take(&mut self.buffer));
        self.sender.blocking_send(Ok(chunk)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_ignore_file_names_is_left_out_from_the_root_and_the_last_pattern_decides() {
        let ignored = Ignored::parse("# comment\n.env\nbuild/\n**/*.log\ndocs\n!docs/keep.md\n").unwrap();
        let left_out = |path: &str| ignored.contains(Path::new(path));
        assert!(left_out(".env") && left_out("build/x/y") && left_out("a/b.log") && left_out("docs/a.md"));
        assert!(!left_out("src/.env") && !left_out("src/build/x") && !left_out("docs/keep.md"));
    }
}

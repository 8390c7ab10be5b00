//! [`Reader`]: reads entries, through a handle of the root and never through a symbolic link.

use std::{
    io::{self, Read},
    path::Path,
};

use cap_fs_ext::{DirExt, FollowSymlinks, OpenOptionsFollowExt};
use cap_std::{
    ambient_authority,
    fs::{Dir, File, MetadataExt, OpenOptions, OpenOptionsExt},
};
use sdlc_cache::notes::Stamp;

use crate::entry::{Entry, Source};

/// Reads entries. Not shared between threads.
pub struct Reader {
    root: Dir,
    objects: Option<gix::Repository>,
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// None: larger than wanted.
    pub bytes: Option<Vec<u8>>,
    /// Bytes of all of it.
    pub size: u64,
    /// What the entry looked like when it was read; none for what is not in the tree.
    pub stamp: Option<Stamp>,
}

impl Reader {
    pub(crate) fn open(root: &Path, objects: Option<gix::Repository>) -> io::Result<Self> {
        Ok(Self { root: Dir::open_ambient_dir(root, ambient_authority())?, objects })
    }

    /// Another one, for another thread.
    ///
    /// # Errors
    /// Where there are too many open files.
    pub fn for_thread(&self) -> io::Result<Self> {
        Ok(Self { root: self.root.try_clone()?, objects: self.objects.clone() })
    }

    /// Content of an entry, or of a symbolic link the path that it points to.
    ///
    /// # Errors
    /// What the file system or git's database says; an entry that became another kind of thing is not read.
    pub fn read(&self, entry: &Entry, most: u64) -> io::Result<Content> {
        match &entry.source {
            Source::Blob(id, _) => self.read_blob(*id, most),
            Source::Memory(bytes, _) => {
                let size = bytes.len() as u64;
                Ok(Content { bytes: (size <= most).then(|| bytes.to_vec()), size, stamp: None })
            }
            Source::Tree(exact) => {
                let path = exact.as_ref().map_or(Path::new(&entry.path), Path::new);
                if entry.kind.is_symlink() { self.read_link(path) } else { self.read_file(path, most) }
            }
        }
    }

    /// Number of lines of an entry, where it is not larger. Of a file of the tree, without keeping its content.
    pub(crate) fn count_lines(&self, entry: &Entry, most: u64) -> io::Result<Option<u64>> {
        let mut lines = LineCount::default();
        if let Source::Tree(exact) = &entry.source {
            let mut file = self.open_file(exact.as_ref().map_or(Path::new(&entry.path), Path::new))?;
            let metadata = file.metadata()?;
            if !metadata.is_file() {
                return Err(changed_kind());
            }
            if metadata.len() > most {
                return Ok(None);
            }
            io::copy(&mut file.by_ref().take(most), &mut lines)?;
        } else {
            let Some(bytes) = self.read(entry, most)?.bytes else { return Ok(None) };
            lines.add(&bytes);
        }
        Ok(Some(lines.ended + u64::from(lines.open)))
    }

    /// Content of a file of the tree, whatever the entries are of; none: there is no file of that name.
    ///
    /// # Errors
    /// What the file system says.
    pub fn tree(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        match self.root.symlink_metadata(path) {
            Ok(metadata) if metadata.is_file() => Ok(self.read_file(path, u64::MAX - 1)?.bytes),
            Ok(_) => Ok(None),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes `target` share the blocks of an entry, where the file system can; whether it could.
    pub(crate) fn clone_into(&self, entry: &Entry, target: &File) -> bool {
        let Source::Tree(exact) = &entry.source else { return false };
        let path = exact.as_ref().map_or(Path::new(&entry.path), Path::new);
        self.open_file(path).is_ok_and(|source| rustix::fs::ioctl_ficlone(target, source).is_ok())
    }

    /// Content of a file that is not among the entries.
    pub(crate) fn read_path(&self, path: &Path, most: u64) -> io::Result<Content> {
        self.read_file(path, most)
    }

    /// When a file was last modified: milliseconds since the start of 1970.
    pub(crate) fn modified(&self, path: &Path) -> io::Result<u64> {
        let metadata = self.root.symlink_metadata(path)?;
        if !metadata.is_file() {
            return Err(io::Error::other("is not a file"));
        }
        Ok(u64::try_from(stamp(&metadata).modified / 1_000_000).unwrap_or(0))
    }

    /// Bytes of an entry.
    pub(crate) fn size(&self, entry: &Entry) -> io::Result<u64> {
        match &entry.source {
            Source::Tree(_) | Source::Memory(..) => Ok(entry.known_size()),
            Source::Blob(id, _) => {
                let objects = self.objects.as_ref().ok_or_else(|| io::Error::other("no git repository"))?;
                Ok(objects.find_header(*id).map_err(io::Error::other)?.size())
            }
        }
    }

    /// Names of what is in a directory; none where it cannot be read.
    pub(crate) fn names(&self, directory: &str) -> Vec<String> {
        let directory = if directory.is_empty() { "." } else { directory };
        let entries = self.root.open_dir_nofollow(directory).and_then(|directory| directory.entries());
        let entries = entries.into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }

    /// Paths and sizes of the files below a path, or of the file there; at most so many. Symbolic links are left out.
    pub(crate) fn list(&self, path: &str, most: usize) -> Vec<(String, u64)> {
        let (mut found, mut waiting) = (Vec::new(), vec![path.to_owned()]);
        while let Some(path) = waiting.pop()
            && found.len() < most
        {
            let Ok(metadata) = self.root.symlink_metadata(&path) else { continue };
            if metadata.is_file() {
                found.push((path, metadata.len()));
            } else if metadata.is_dir() {
                waiting.extend(self.names(&path).into_iter().map(|name| format!("{path}/{name}")));
            }
        }
        found
    }

    fn read_link(&self, path: &Path) -> io::Result<Content> {
        let bytes = self.root.read_link_contents(path)?.into_os_string().into_encoded_bytes();
        Ok(Content { size: bytes.len() as u64, bytes: Some(bytes), stamp: None })
    }

    fn open_file(&self, path: &Path) -> io::Result<File> {
        let mut options = OpenOptions::new();
        // A FIFO that took the place of a file must not block us.
        let nonblocking = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
        options.read(true).follow(FollowSymlinks::No).custom_flags(nonblocking);
        self.root.open_with(path, &options)
    }

    fn read_file(&self, path: &Path, most: u64) -> io::Result<Content> {
        let mut file = self.open_file(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(changed_kind());
        }
        let size = metadata.len();
        let stamp = Some(stamp(&metadata));
        if size > most {
            return Ok(Content { bytes: None, size, stamp });
        }
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
        file.by_ref().take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        let size = bytes.len() as u64;
        Ok(Content { bytes: (size <= most).then_some(bytes), size, stamp })
    }

    fn read_blob(&self, id: gix::ObjectId, most: u64) -> io::Result<Content> {
        let objects = self.objects.as_ref().ok_or_else(|| io::Error::other("no git repository"))?;
        let size = objects.find_header(id).map_err(io::Error::other)?.size();
        if size > most {
            return Ok(Content { bytes: None, size, stamp: None });
        }
        let mut blob = objects.find_blob(id).map_err(io::Error::other)?;
        Ok(Content { bytes: Some(std::mem::take(&mut blob.data)), size, stamp: None })
    }
}

/// How many lines were written to it.
#[derive(Default)]
struct LineCount {
    ended: u64,
    /// Whether the last one has no end.
    open: bool,
}

impl LineCount {
    fn add(&mut self, bytes: &[u8]) {
        self.ended += memchr::memchr_iter(b'\n', bytes).count() as u64;
        self.open = bytes.last().map_or(self.open, |last| *last != b'\n');
    }
}

impl io::Write for LineCount {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.add(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn changed_kind() -> io::Error {
    io::Error::other("is not a file any more")
}

fn stamp(metadata: &cap_std::fs::Metadata) -> Stamp {
    let nanoseconds = |seconds: i64, rest: i64| seconds.saturating_mul(1_000_000_000).saturating_add(rest);
    Stamp {
        size: metadata.size(),
        modified: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
        changed: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
        inode: metadata.ino(),
        device: metadata.dev(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However it comes in parts.
    #[track_caller]
    fn check(text: &[u8], expected: u64) {
        for size in 1..=text.len().max(1) {
            let mut lines = LineCount::default();
            text.chunks(size).for_each(|part| lines.add(part));
            assert_eq!(lines.ended + u64::from(lines.open), expected, "{text:?} in parts of {size}");
        }
    }

    #[test]
    fn a_last_line_counts_with_or_without_its_end() {
        check(b"", 0);
        check(b"a", 1);
        check(b"a\n", 1);
        check(b"\n", 1);
        check(b"a\n\nb", 3);
        check(b"a\nb\n", 2);
    }
}

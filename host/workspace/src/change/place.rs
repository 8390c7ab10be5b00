//! [`Place`]: where a file is or would be, reached through a handle of the root and never through a symbolic link.

use std::{
    ffi::{OsStr, OsString},
    io::{self, Read, Write},
    mem::MaybeUninit,
    path::{Component, Path},
};

use cap_fs_ext::{DirExt, FollowSymlinks, OpenOptionsFollowExt};
use cap_std::fs::{Dir, File, MetadataExt, OpenOptions, OpenOptionsExt};
use rustix::{
    fs::{self, AtFlags, Gid, Mode, OFlags, RenameFlags, Uid},
    io::Errno,
};

use super::journal::Ownership;

const PERMISSIONS: u32 = 0o7777;
const LARGEST_ATTRIBUTE: usize = 64 << 10;

/// A name in a directory.
pub(crate) struct Place {
    directory: Dir,
    name: OsString,
}

impl Place {
    /// The place of a path below the root; `create` makes the directories on the way.
    pub(crate) fn find(root: &Dir, path: &Path, create: bool) -> io::Result<Self> {
        let mut parts = Vec::new();
        for part in path.components() {
            match part {
                Component::Normal(name) if !crate::granted::is_git(&name.to_string_lossy()) => parts.push(name),
                _ => return Err(io::Error::new(io::ErrorKind::InvalidInput, "a path that leads elsewhere")),
            }
        }
        let name = parts.pop().ok_or(io::ErrorKind::InvalidInput)?;
        let mut directory = root.try_clone()?;
        for part in parts {
            if create && directory.symlink_metadata(part).is_err() {
                match directory.create_dir(part) {
                    // For another file of it, which is written side by side.
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                    made => made?,
                }
            }
            directory = directory.open_dir_nofollow(part)?;
        }
        Ok(Self { directory, name: name.to_owned() })
    }

    /// Another name in the same directory.
    pub(crate) fn beside(&self, name: &OsStr) -> io::Result<Self> {
        Ok(Self { directory: self.directory.try_clone()?, name: name.to_owned() })
    }

    /// Content of the file; none: there is none. What is there and is no file is an error.
    pub(crate) fn read(&self) -> io::Result<Option<Vec<u8>>> {
        let Some(mut file) = self.open()? else { return Ok(None) };
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    fn open(&self) -> io::Result<Option<File>> {
        let mut options = OpenOptions::new();
        let nonblocking = OFlags::NONBLOCK.bits().cast_signed();
        options.read(true).follow(FollowSymlinks::No).custom_flags(nonblocking);
        let file = match self.directory.open_with(&self.name, &options) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if file.metadata()?.is_file() { Ok(Some(file)) } else { Err(io::ErrorKind::IsADirectory.into()) }
    }

    pub(crate) fn ownership(&self) -> io::Result<Option<Ownership>> {
        let Some(file) = self.open()? else { return Ok(None) };
        let metadata = file.metadata()?;
        let mode = metadata.mode() & PERMISSIONS;
        Ok(Some(Ownership { user: metadata.uid(), group: metadata.gid(), mode }))
    }

    /// Writes a new file with owner, mode and attributes of the one at `like`, or else those given. It is on the disk after
    /// [`Place::flush`].
    pub(crate) fn create(&self, content: &[u8], like: &Self, otherwise: Option<Ownership>) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o600).follow(FollowSymlinks::No);
        let mut file = self.directory.open_with(&self.name, &options)?;
        file.write_all(content)?;
        // So the kernel begins to write at once, and there is less to wait for when it is flushed.
        let _ = fs::fadvise(&file, 0, None, fs::Advice::DontNeed);
        let model = like.open()?;
        let ownership = like.ownership()?.or(otherwise);
        if let Some(model) = model {
            copy_attributes(&model, &file)?;
        }
        match ownership {
            Some(ownership) => own(&file, ownership)?,
            // As any other program would make it: what the mask of the process leaves.
            None => fs::fchmod(&file, Mode::from_raw_mode(0o666 & !mask()))?,
        }
        Ok(())
    }

    /// Waits until the file is on the disk.
    pub(crate) fn flush(&self) -> io::Result<()> {
        self.open()?.ok_or(io::ErrorKind::NotFound)?.sync_all()
    }

    /// Exchanges two files, in one step where the file system can.
    pub(crate) fn exchange(&self, other: &Self) -> io::Result<()> {
        match self.rename(other, RenameFlags::EXCHANGE) {
            Err(error) if is_unsupported(error) => self.exchange_by_copy(other),
            exchanged => Ok(exchanged?),
        }
    }

    /// What is here is replaced in one step, after it was copied: so does it on NFS and where a container's host shares its
    /// files. What somebody writes between the two is lost, which is as long as a rename takes.
    pub(super) fn exchange_by_copy(&self, other: &Self) -> io::Result<()> {
        let taken = self.read()?.ok_or(io::ErrorKind::NotFound)?;
        let copy = other.copy()?;
        copy.remove()?;
        copy.create(&taken, self, None)?;
        copy.flush()?;
        other.rename(self, RenameFlags::empty())?;
        Ok(copy.rename(other, RenameFlags::empty())?)
    }

    /// Where an exchange by copy puts the copy.
    fn copy(&self) -> io::Result<Self> {
        let mut name = self.name.clone();
        name.push("-old");
        self.beside(&name)
    }

    /// Moves the file to a name that is free.
    pub(crate) fn move_to(&self, other: &Self) -> io::Result<()> {
        match self.rename(other, RenameFlags::NOREPLACE) {
            Err(error) if is_unsupported(error) => {
                if other.open()?.is_some() {
                    return Err(io::ErrorKind::AlreadyExists.into());
                }
                Ok(self.rename(other, RenameFlags::empty())?)
            }
            moved => Ok(moved?),
        }
    }

    fn rename(&self, other: &Self, flags: RenameFlags) -> Result<(), Errno> {
        fs::renameat_with(&self.directory, &self.name, &other.directory, &other.name, flags)
    }

    pub(crate) fn remove(&self) -> io::Result<()> {
        match fs::unlinkat(&self.directory, &self.name, AtFlags::empty()) {
            Err(Errno::NOENT) => Ok(()),
            // It is said before anything is looked up, so of what is not there as well.
            Err(Errno::ROFS) if self.open()?.is_none() => Ok(()),
            other => Ok(other?),
        }
    }

    /// Removes it, and what an exchange that was killed left beside it.
    pub(crate) fn discard(&self) -> io::Result<()> {
        self.copy()?.remove()?;
        self.remove()
    }

    pub(crate) fn sync(&self) -> io::Result<()> {
        Ok(fs::fsync(self.directory.open(".")?)?)
    }
}

/// Whether it says that a file, or a directory on the way to it, is something else by now.
pub(super) fn became_another(error: &io::Error) -> bool {
    let loops = error.raw_os_error() == Some(Errno::LOOP.raw_os_error());
    loops || matches!(error.kind(), io::ErrorKind::IsADirectory | io::ErrorKind::NotADirectory)
}

/// Of a rename with flags.
fn is_unsupported(error: Errno) -> bool {
    matches!(error, Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP)
}

/// The mask of the process. Reading it means setting it, so it is read where the kernel tells it.
fn mask() -> u32 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("Umask:"));
    mask.and_then(|mask| u32::from_str_radix(mask.trim(), 8).ok()).unwrap_or(0o022)
}

fn own(file: &File, ownership: Ownership) -> io::Result<()> {
    let metadata = file.metadata()?;
    if (metadata.uid(), metadata.gid()) != (ownership.user, ownership.group) {
        let (user, group) = (Uid::from_raw(ownership.user), Gid::from_raw(ownership.group));
        fs::fchown(file, Some(user), Some(group))
            .map_err(|error| io::Error::other(format!("its owner cannot be kept: {error}")))?;
    }
    Ok(fs::fchmod(file, Mode::from_raw_mode(ownership.mode))?)
}

/// Access lists, labels and the user's own attributes. Those that the file system or our rights do not let us set are
/// left out: they are no reason not to mend a file.
fn copy_attributes(from: &File, to: &File) -> io::Result<()> {
    let mut names = vec![MaybeUninit::<u8>::uninit(); LARGEST_ATTRIBUTE];
    let names = match fs::flistxattr(from, names.as_mut_slice()) {
        Ok((names, _)) => names.to_vec(),
        Err(Errno::NOTSUP | Errno::RANGE) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    for name in names.split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
        let mut value = vec![MaybeUninit::<u8>::uninit(); LARGEST_ATTRIBUTE];
        if let Ok((value, _)) = fs::fgetxattr(from, name, value.as_mut_slice()) {
            let _ = fs::fsetxattr(to, name, value, fs::XattrFlags::empty());
        }
    }
    Ok(())
}

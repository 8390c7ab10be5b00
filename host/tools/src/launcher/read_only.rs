//! Making everything read-only but what is granted for writing: Landlock does not keep from changing the modes, owners,
//! times and attributes of files.

use std::{
    ffi::{OsStr, OsString},
    fs, io,
    os::{
        fd::{AsRawFd, OwnedFd},
        unix::ffi::{OsStrExt, OsStringExt},
    },
};

use rustix::mount::{MountFlags, mount_bind_recursive, mount_remount};

/// All mounts of now, except for `writable`, which become mounts of their own.
pub(super) fn protect(writable: &[OwnedFd]) -> io::Result<()> {
    let mounts = fs::read("/proc/self/mountinfo")?;
    for handle in writable {
        // By its handle, so that it is the very one that was looked at.
        let path = format!("/proc/self/fd/{}", handle.as_raw_fd());
        mount_bind_recursive(&path, &path)?;
    }
    for mount in mounts.split(|byte| *byte == b'\n').filter_map(Mount::parse) {
        // Some are out of reach, under another or in a directory that we cannot enter; so they are for the program.
        let _ = mount_remount(&mount.point, mount.flags | MountFlags::BIND | MountFlags::RDONLY, c"");
    }
    Ok(())
}

/// A line of `mountinfo`.
#[derive(Debug, PartialEq, Eq)]
struct Mount {
    point: OsString,
    /// What has to stay as it is.
    flags: MountFlags,
}

impl Mount {
    fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = line.split(|byte| *byte == b' ').skip(4);
        let point = unescape(fields.next()?);
        let options: Vec<&[u8]> = fields.next()?.split(|byte| *byte == b',').collect();
        let known = [
            ("nosuid", MountFlags::NOSUID),
            ("nodev", MountFlags::NODEV),
            ("noexec", MountFlags::NOEXEC),
            ("nodiratime", MountFlags::NODIRATIME),
            ("noatime", MountFlags::NOATIME),
            ("relatime", MountFlags::RELATIME),
        ];
        let has = |name: &str| options.contains(&name.as_bytes());
        let mut flags = known.into_iter().filter(|(name, _)| has(name)).map(|(_, flag)| flag).collect();
        if !has("noatime") && !has("relatime") {
            flags |= MountFlags::STRICTATIME;
        }
        Some(Self { point, flags })
    }
}

/// Spaces and the like stand there as a backslash and three digits.
fn unescape(field: &[u8]) -> OsString {
    let mut text = Vec::new();
    let mut rest = field;
    while let Some((first, tail)) = rest.split_first() {
        let digits = tail.get(..3).filter(|_| *first == b'\\').map(OsStr::from_bytes).and_then(OsStr::to_str);
        match digits.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(byte) => {
                text.push(byte);
                rest = tail.get(3..).unwrap_or_default();
            }
            None => {
                text.push(*first);
                rest = tail;
            }
        }
    }
    OsString::from_vec(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: Option<(&str, MountFlags)>) {
        let expected = expected.map(|(point, flags)| Mount { point: point.into(), flags });
        assert_eq!(Mount::parse(line.as_bytes()), expected);
    }

    #[test]
    fn a_mount_keeps_its_flags() {
        let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::RELATIME;
        check("36 35 98:0 /a /mnt\\040x rw,nosuid,nodev,relatime master:1 - ext4 /dev/x rw", Some(("/mnt x", flags)));
        check("36 35 98:0 / / rw - ext4 /dev/x rw", Some(("/", MountFlags::STRICTATIME)));
        check("", None);
        check("36 35 98:0 /", None);
    }
}

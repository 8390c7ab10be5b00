//! Files that are written as a whole or not at all: a reader never sees half of one.

use std::{
    fs::{OpenOptions, Permissions},
    io::{self, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
};

/// Writes a file, instead of the one that is there. A link is replaced as well, and never followed.
pub(crate) fn write(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    if is_of_the_system(path) {
        let mut out = io::BufWriter::new(OpenOptions::new().write(true).open(path)?);
        write(&mut out)?;
        return out.flush();
    }
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if path.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a directory"));
    }
    if !directory.is_dir() {
        return Err(io::Error::new(
            io::ErrorKind::NotFound,
            format!("there is no directory `{}`", directory.display()),
        ));
    }
    // The error would name the temporary file, which means nothing to anybody.
    let file = tempfile::NamedTempFile::new_in(directory);
    let mut file = file.map_err(|error| io::Error::from(error.kind()))?;
    let mut out = io::BufWriter::new(file.as_file_mut());
    write(&mut out)?;
    out.flush()?;
    drop(out);
    file.as_file().set_permissions(Permissions::from_mode(0o644))?;
    file.persist(path)?;
    Ok(())
}

/// `/dev/stdout` and the like, which nothing may take the place of.
fn is_of_the_system(path: &Path) -> bool {
    path.starts_with("/dev") || path.starts_with("/proc")
}

//! [`Toolbox`]: where programs are looked up, and how they are run.

use std::{
    env,
    ffi::{OsStr, OsString},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::BuildError;

/// Where programs are looked up: a search path such as the `PATH` of the caller, which programs that
/// are run get as theirs.
#[derive(Clone, Debug)]
pub struct Toolbox {
    path: OsString,
}

impl Toolbox {
    /// With directories as in `PATH`.
    pub fn new(path: impl Into<OsString>) -> Self {
        Self { path: path.into() }
    }

    /// With a directory that goes before all others, such as a project's own.
    pub(super) fn with(&self, directory: &Path) -> Self {
        let directories = std::iter::once(directory.to_owned()).chain(env::split_paths(&self.path));
        // Only a directory with a `:` in its name cannot be joined; it cannot be searched then either.
        Self { path: env::join_paths(directories).unwrap_or_else(|_| self.path.clone()) }
    }

    /// The program of this name.
    pub(super) fn find(&self, name: &str) -> Option<PathBuf> {
        // Relative directories of a search path would mean those of the project that is built.
        env::split_paths(&self.path)
            .filter(|directory| directory.is_absolute())
            .map(|it| it.join(name))
            .find(|it| runs(it))
    }

    /// The program of this name, or the error that says how to get it.
    pub(super) fn need(&self, name: &str, install: impl Into<String>) -> Result<PathBuf, BuildError> {
        self.find(name).ok_or_else(|| BuildError::Missing { tool: name.to_owned(), install: install.into() })
    }

    /// A command that is to run in `directory`.
    pub(super) fn command(&self, program: &Path, directory: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(directory).env("PATH", &self.path).stdin(Stdio::null());
        command
    }
}

/// Whether there is a file that somebody may execute.
fn runs(path: &Path) -> bool {
    path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

/// Runs a command to its end; gives back what it printed on standard output.
pub(super) fn run(command: &mut Command) -> Result<Vec<u8>, BuildError> {
    let program = Path::new(command.get_program()).to_owned();
    let tool = program.file_name().unwrap_or(OsStr::new("")).to_string_lossy().into_owned();
    let output = command.output().map_err(BuildError::io("run", &program))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
    let said = [said(&output.stderr), said(&output.stdout), output.status.to_string()];
    Err(BuildError::Failed { tool, output: said.into_iter().find(|text| !text.is_empty()).unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_executed_is_found_and_first_come_first_served() {
        let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let place = |directory: &Path, mode| {
            let path = directory.join("tool");
            std::fs::write(&path, "").unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            path
        };
        let toolbox = Toolbox::new(b.path()).with(a.path());
        assert_eq!(toolbox.find("tool"), None);
        let second = place(b.path(), 0o755);
        place(a.path(), 0o644);
        assert_eq!(toolbox.find("tool"), Some(second));
        let first = place(a.path(), 0o755);
        assert_eq!(toolbox.find("tool"), Some(first));
    }

    #[test]
    fn relative_directories_are_not_searched() {
        assert_eq!(Toolbox::new("src:.").find("lib.rs"), None);
    }

    #[test]
    fn a_missing_tool_is_named_with_the_command_that_installs_it() {
        let error = Toolbox::new("").need("zig", "pip install ziglang").unwrap_err().to_string();
        assert_eq!(error, "`zig` is not installed, and is needed to build this plugin\nhint: pip install ziglang");
    }

    #[test]
    fn what_a_failing_tool_prints_is_given_back() {
        let shell =
            |script: &str| run(Toolbox::new("").command(Path::new("/bin/sh"), Path::new("/")).arg("-c").arg(script));
        assert_eq!(shell("echo yes").unwrap(), b"yes\n");
        assert_eq!(shell("echo no >&2; exit 1").unwrap_err().to_string(), "`sh` failed\nno");
        assert_eq!(shell("echo no; exit 1").unwrap_err().to_string(), "`sh` failed\nno");
        assert_eq!(shell("exit 7").unwrap_err().to_string(), "`sh` failed\nexit status: 7");
    }
}

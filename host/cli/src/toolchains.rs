//! What programs need beside the directories of `PATH`: the rest of their toolchain.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

/// The value of `PATH` for programs, and what they may read besides.
pub(crate) fn found() -> (OsString, Vec<PathBuf>) {
    let path = env::var_os("PATH").unwrap_or_else(|| OsString::from("/usr/local/bin:/usr/bin:/bin"));
    let mut directories: Vec<_> = env::split_paths(&path).collect();
    let mut needed: Vec<_> = directories.iter().flat_map(|directory| toolchain(directory)).collect();
    if let Some(rust) = rust(&directories) {
        directories.insert(0, rust.join("bin"));
        needed.push(rust);
    }
    (env::join_paths(directories).unwrap_or(path), needed)
}

/// What programs of a directory of `PATH` need beside it. Never its parent as a whole unless that is a virtual
/// environment or a toolchain: `~/.local/bin` lies beside keyrings.
fn toolchain(directory: &Path) -> Vec<PathBuf> {
    if !directory.is_absolute() || directory.starts_with("/usr") || directory.starts_with("/bin") {
        return Vec::new();
    }
    let mut needed = vec![directory.to_owned()];
    if let (Some(parent), Some("bin")) = (directory.parent(), directory.file_name().and_then(|name| name.to_str())) {
        if parent.join("pyvenv.cfg").is_file() {
            needed.push(parent.to_owned());
            needed.extend(home_of_environment(parent));
        }
        needed.extend(["lib", "lib64", "libexec", "include"].map(|name| parent.join(name)));
    }
    needed.retain(|path| path.exists());
    needed
}

/// The Python that a virtual environment was made of.
fn home_of_environment(environment: &Path) -> Option<PathBuf> {
    let text = fs::read_to_string(environment.join("pyvenv.cfg")).ok()?;
    let home =
        text.lines().find_map(|line| line.strip_prefix("home").and_then(|rest| rest.trim().strip_prefix('=')))?;
    let prefix = Path::new(home.trim()).parent()?;
    // Of the system there is nothing to add.
    (prefix.is_absolute() && prefix.components().count() > 2).then(|| prefix.to_owned())
}

/// The toolchain that rustup's programs would choose, which they cannot where they do not see the home directory: that of
/// `RUSTUP_TOOLCHAIN`, or the default.
fn rust(directories: &[PathBuf]) -> Option<PathBuf> {
    directories.iter().find(|directory| directory.is_absolute() && directory.join("rustup").is_file())?;
    let home = env::var_os("RUSTUP_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".rustup")))?;
    let chosen = env::var("RUSTUP_TOOLCHAIN").ok().or_else(|| {
        let settings = fs::read_to_string(home.join("settings.toml")).ok()?;
        default_toolchain(&settings)
    })?;
    let toolchain = home.join("toolchains").join(chosen);
    toolchain.join("bin").is_dir().then_some(toolchain)
}

fn default_toolchain(settings: &str) -> Option<String> {
    let value = settings.lines().find_map(|line| line.strip_prefix("default_toolchain")?.trim().strip_prefix('='))?;
    Some(value.trim().trim_matches('"').to_owned()).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_of_rustup_is_read() {
        let settings = "version = \"12\"\ndefault_toolchain = \"stable-x86_64-unknown-linux-gnu\"\n\n[overrides]\n";
        assert_eq!(default_toolchain(settings).as_deref(), Some("stable-x86_64-unknown-linux-gnu"));
        assert_eq!(default_toolchain("version = \"12\"\n"), None);
    }
}

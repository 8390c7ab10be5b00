//! Which Dockerfiles have a `.dockerignore`: [`IgnoreFiles`].
//!
//! The directory that is built is an argument of the build, so any `.dockerignore` beside or above counts. Does not read them.

use std::collections::BTreeSet;

/// Paths of all ignore files.
#[derive(Debug, Default)]
pub(crate) struct IgnoreFiles(BTreeSet<String>);

impl IgnoreFiles {
    pub(crate) fn of(paths: &[String]) -> Self {
        Self(paths.iter().filter(|path| path.ends_with(".dockerignore")).cloned().collect())
    }

    /// What the gate's results depend on.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|path| path.bytes().chain([b'\n'])).collect()
    }

    /// Whether one can apply to this Dockerfile.
    pub(crate) fn covers(&self, dockerfile: &str) -> bool {
        if self.0.contains(&format!("{dockerfile}.dockerignore")) {
            return true;
        }
        let mut directory = dockerfile;
        while let Some((parent, _)) = directory.rsplit_once('/') {
            if self.0.contains(&format!("{parent}/.dockerignore")) {
                return true;
            }
            directory = parent;
        }
        self.0.contains(".dockerignore")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_beside_above_and_of_the_same_name_cover() {
        let files = IgnoreFiles::of(&["a/.dockerignore", "b/x.Dockerfile.dockerignore", "c"].map(str::to_owned));
        assert!(files.covers("a/Dockerfile") && files.covers("a/d/Dockerfile") && files.covers("b/x.Dockerfile"));
        assert!(!files.covers("b/Dockerfile") && !files.covers("Dockerfile") && !files.covers("ab/Dockerfile"));
    }
}

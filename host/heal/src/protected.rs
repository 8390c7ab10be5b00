//! Which files are never healed: those that decide what is checked and what is granted, and what runs in CI. A plugin that
//! could change them could grant itself anything.

/// Files and directories of this name, at the root, in lower case.
const AT_ROOT: [&str; 17] = [
    ".appveyor.yml",
    ".azure-pipelines.yml",
    ".buildkite",
    ".circleci",
    ".drone.yml",
    ".gitea",
    ".github",
    ".gitlab-ci.yml",
    ".hg",
    ".husky",
    ".pre-commit-config.yaml",
    ".travis.yml",
    ".woodpecker",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    "jenkinsfile",
    "lefthook.yml",
];

/// In any directory: a project below another one has its own.
const ANYWHERE: [&str; 5] = [".git", "sdlc-baseline.json", "sdlc.lock", "sdlc.toml", "sdlc-plugins"];

/// Why a path is never healed; none: it may be.
pub fn reason(path: &str) -> Option<&'static str> {
    // Upper and lower case are the same on some file systems.
    let path = path.to_lowercase();
    let mut parts = path.split('/');
    if parts.clone().any(|part| ANYWHERE.contains(&part)) {
        return Some("it says what is checked and granted");
    }
    let first = parts.next().unwrap_or_default();
    AT_ROOT.contains(&first).then_some("it says what runs in CI or at a commit")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_decides_over_checks_is_protected_and_nothing_else() {
        for path in [
            "sdlc.toml",
            "sub/sdlc.lock",
            "SDLC.toml",
            ".github/workflows/ci.yml",
            ".GitHub/x",
            ".git/hooks/x",
            "a/.git/x",
        ] {
            assert!(reason(path).is_some(), "{path}");
        }
        for path in ["src/sdlc.rs", "docs/.github.md", "x/jenkinsfile", "github/ci.yml", "requirements.txt"] {
            assert!(reason(path).is_none(), "{path}");
        }
    }
}

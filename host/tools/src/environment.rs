//! The environment of a program: a fixed set and what was granted.

use std::{ffi::OsString, path::Path};

use crate::{error::GrantError, grant::Variable};

/// Through these, or what begins so, a program can be made to load or run something else.
const DANGEROUS_PREFIXES: [&str; 16] = [
    "LD_",
    "DYLD_",
    "GIT_",
    "PYTHON",
    "NODE_",
    "NPM_CONFIG_",
    "PERL",
    "RUBY",
    "GLIBC_",
    "MALLOC_",
    "JAVA_",
    "JDK_",
    "RUSTC_",
    "CARGO_BUILD_RUSTC",
    "CARGO_TARGET_",
    "BASH_FUNC_",
];

/// The same, by their whole names; `PATH` and the like are ours to set.
const DANGEROUS: [&str; 38] = [
    "PATH",
    "HOME",
    "TMPDIR",
    "TMP",
    "TEMP",
    "IFS",
    "ENV",
    "BASH_ENV",
    "SHELLOPTS",
    "BASHOPTS",
    "PS4",
    "CDPATH",
    "PROMPT_COMMAND",
    "SHELL",
    "EDITOR",
    "VISUAL",
    "PAGER",
    "LESSOPEN",
    "LESSCLOSE",
    "MANPAGER",
    "BROWSER",
    "RUSTC",
    "RUSTDOC",
    "RUSTFLAGS",
    "RUSTDOCFLAGS",
    "_JAVA_OPTIONS",
    "CLASSPATH",
    "MAVEN_OPTS",
    "GRADLE_OPTS",
    "GCONV_PATH",
    "LOCPATH",
    "NLSPATH",
    "HOSTALIASES",
    "RES_OPTIONS",
    "LOCALDOMAIN",
    "GOFLAGS",
    "MAKEFLAGS",
    "ZDOTDIR",
];

/// All that a program sees: `path` is what is used of `PATH`, `private` has the directories `home` and `tmp`.
pub(crate) fn build(path: OsString, private: &Path, granted: &[Variable]) -> Vec<(OsString, OsString)> {
    let fixed = [
        ("PATH", path),
        ("HOME", private.join("home").into()),
        ("TMPDIR", private.join("tmp").into()),
        ("LANG", "C.UTF-8".into()),
        ("TZ", "UTC".into()),
        ("TERM", "dumb".into()),
        // Git takes a configuration that it must not read for an error.
        ("GIT_CONFIG_NOSYSTEM", "1".into()),
    ];
    let fixed = fixed.into_iter().map(|(name, value)| (name.into(), value));
    fixed.chain(granted.iter().map(|variable| (variable.name().into(), variable.value().into()))).collect()
}

/// Whether a variable of this name may be granted.
pub(crate) fn check_name(name: &str) -> Result<(), GrantError> {
    let first = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    if !first || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Err(GrantError(format!(
            "`{name}` is not the name of a variable; hint: name each, there are no wildcards"
        )));
    }
    let upper = name.to_ascii_uppercase();
    let dangerous = DANGEROUS.contains(&upper.as_str())
        || DANGEROUS_PREFIXES.iter().any(|prefix| upper.starts_with(prefix))
        || ["_WRAPPER", "_PRELOAD"].iter().any(|suffix| upper.ends_with(suffix));
    match dangerous {
        true => Err(GrantError(format!(
            "`{name}` may not be granted: it can make a program load or run something else; hint: leave it out of `env`"
        ))),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_make_a_program_run_something_else_are_refused() {
        for name in [
            "PATH",
            "LD_PRELOAD",
            "ld_preload",
            "GIT_SSH_COMMAND",
            "PYTHONPATH",
            "NODE_OPTIONS",
            "RUSTC_WRAPPER",
            "CARGO_BUILD_RUSTC_WRAPPER",
            "BASH_ENV",
            "DYLD_INSERT_LIBRARIES",
            "PERL5OPT",
            "RUBYOPT",
            "JAVA_TOOL_OPTIONS",
        ] {
            assert!(check_name(name).unwrap_err().to_string().contains(&format!("`{name}`")), "{name}");
        }
        for name in ["TOKEN", "DATABASE_URL", "CI", "GITHUB_TOKEN", "_x1", "RUSTUP_HOME", "CARGO_HOME"] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn there_are_no_wildcards() {
        for name in ["*", "LD_*", "AWS_*", "", "1X", "A=B", "A\0"] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }
}

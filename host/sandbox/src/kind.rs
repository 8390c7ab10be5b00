//! [`Kind`]: what a plugin is, read off its exports, and what a plugin of that kind may import.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Version of the contract that this host speaks.
pub const CONTRACT: &str = "0.1.0";
const PACKAGE: &str = "sdlc:plugin/";

/// What a plugin is good for. A component may be of several kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Judges one file at a time.
    FileGate,
    /// Judges the workspace as a whole.
    WorkspaceGate,
    /// Proposes cures.
    Healer,
    /// Says how many replicas a service needs.
    ScalingPolicy,
    /// Says the next step of a rollout.
    DeployStrategy,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::FileGate, Self::WorkspaceGate, Self::Healer, Self::ScalingPolicy, Self::DeployStrategy];

    /// Whether it judges what is there.
    pub fn is_gate(self) -> bool {
        matches!(self, Self::FileGate | Self::WorkspaceGate)
    }

    /// Name of the interface that plugins of this kind export.
    pub fn interface(self) -> &'static str {
        match self {
            Self::FileGate => "file-gate",
            Self::WorkspaceGate => "workspace-gate",
            Self::Healer => "healer",
            Self::ScalingPolicy => "scaling-policy",
            Self::DeployStrategy => "deploy-strategy",
        }
    }

    /// The world of the contract that plugins of this kind alone are built for.
    pub fn world(self) -> String {
        format!("{}-plugin", self.interface())
    }

    /// Interfaces of the host that plugins of this kind may import.
    fn may_import(self) -> &'static [&'static str] {
        match self {
            Self::WorkspaceGate => &["workspace", "workspace-times", "tools", "services", "load", "advisories"],
            Self::Healer => &["workspace", "workspace-times", "tools", "advisories"],
            Self::FileGate | Self::ScalingPolicy | Self::DeployStrategy => &[],
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.interface())
    }
}

/// Why a component is no plugin of this host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContractError {
    /// It exports none of the kinds.
    #[error(
        "exports no kind of plugin; hint: a plugin exports `sdlc:plugin/plugin` and one of `file-gate`, \
         `workspace-gate`, `healer`, `scaling-policy`, `deploy-strategy`"
    )]
    NoKind,
    /// It does not say who it is.
    #[error("does not export `sdlc:plugin/plugin@{CONTRACT}`, which every plugin has to")]
    NoPlugin,
    /// It was built for a contract that this host does not speak.
    #[error("was built for `{interface}` of contract {found}, and this host speaks {CONTRACT}; hint: {hint}")]
    Version {
        /// The interface.
        interface: String,
        /// Version the component was built for.
        found: String,
        /// What to do.
        hint: &'static str,
    },
    /// It imports what its kind may not have.
    #[error("imports `{import}`, which {kinds} may not have: {reason}")]
    Import {
        /// Name of the import.
        import: String,
        /// The kinds of the plugin.
        kinds: String,
        /// Why not.
        reason: &'static str,
    },
}

/// Kinds of a component, from its exports and imports; refuses what it may not have.
pub(crate) fn kinds<'a>(
    exports: impl Iterator<Item = &'a str>,
    imports: impl Iterator<Item = &'a str>,
) -> Result<Vec<Kind>, ContractError> {
    let (mut kinds, mut has_plugin) = (Vec::new(), false);
    for export in exports {
        let Some((interface, version)) = ours(export) else { continue };
        require_version(interface, version)?;
        has_plugin |= interface == "plugin";
        kinds.extend(Kind::ALL.into_iter().find(|kind| kind.interface() == interface));
    }
    if kinds.is_empty() {
        return Err(ContractError::NoKind);
    }
    if !has_plugin {
        return Err(ContractError::NoPlugin);
    }
    kinds.sort();
    for import in imports {
        require_allowed(import, &kinds)?;
    }
    Ok(kinds)
}

/// Whether a file gate can defer what fixes make void.
pub(crate) fn defers<'a>(mut exports: impl Iterator<Item = &'a str>) -> bool {
    exports.any(|export| ours(export).is_some_and(|(interface, _)| interface == "deferral"))
}

/// Interface and version of a name in our package.
fn ours(name: &str) -> Option<(&str, &str)> {
    let rest = name.strip_prefix(PACKAGE)?;
    Some(rest.split_once('@').unwrap_or((rest, "")))
}

fn require_version(interface: &str, found: &str) -> Result<(), ContractError> {
    // Below 1.0 a change of the minor version may break, and 0.1.x are compatible among themselves.
    let series = |version: &str| version.rsplit_once('.').map(|(series, _)| series.to_owned());
    if series(found).is_some_and(|found| Some(found) == series(CONTRACT)) {
        return Ok(());
    }
    let numbers = |version: &str| version.split('.').map(|part| part.parse::<u64>().ok()).collect::<Vec<_>>();
    let newer = numbers(found) > numbers(CONTRACT);
    Err(ContractError::Version {
        interface: format!("{PACKAGE}{interface}"),
        found: if found.is_empty() { "without a version".to_owned() } else { found.to_owned() },
        hint: if newer { "update `sdlc`" } else { "rebuild the plugin with a newer SDK" },
    })
}

fn require_allowed(import: &str, kinds: &[Kind]) -> Result<(), ContractError> {
    let refuse = |reason| {
        let kinds = kinds.iter().map(|kind| format!("a `{kind}`")).collect::<Vec<_>>().join(" and ");
        Err(ContractError::Import { import: import.to_owned(), kinds, reason })
    };
    // All of WASI is there, and empty.
    if import.starts_with("wasi:") {
        return Ok(());
    }
    let Some((interface, version)) = ours(import) else {
        return refuse("this host offers nothing of that name");
    };
    require_version(interface, version)?;
    if interface == "types" || kinds.iter().any(|kind| kind.may_import().contains(&interface)) {
        return Ok(());
    }
    refuse("its result has to be a pure function of what it is given")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(exports: &[&str], imports: &[&str], expected: Result<Vec<Kind>, &str>) {
        let found = kinds(exports.iter().copied(), imports.iter().copied());
        match (found, expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected),
            (Err(found), Err(expected)) => assert!(found.to_string().contains(expected), "{found}"),
            (found, expected) => panic!("{found:?} instead of {expected:?}"),
        }
    }

    const PLUGIN: &str = "sdlc:plugin/plugin@0.1.0";
    const FILE_GATE: &str = "sdlc:plugin/file-gate@0.1.0";
    const HEALER: &str = "sdlc:plugin/healer@0.1.0";

    #[test]
    fn kinds_are_read_off_the_exports() {
        check(&[PLUGIN, HEALER, FILE_GATE, "wasi:cli/run@0.2.0"], &[], Ok(vec![Kind::FileGate, Kind::Healer]));
    }

    #[test]
    fn a_gate_can_defer_if_it_exports_that() {
        assert!(defers([PLUGIN, FILE_GATE, "sdlc:plugin/deferral@0.1.0"].into_iter()));
        assert!(!defers([PLUGIN, FILE_GATE, "other:plugin/deferral@0.1.0"].into_iter()));
    }

    #[test]
    fn what_exports_nothing_of_ours_is_no_plugin() {
        check(&["wasi:cli/run@0.2.0"], &[], Err("exports no kind"));
        check(&[FILE_GATE], &[], Err("does not export `sdlc:plugin/plugin@0.1.0`"));
    }

    #[test]
    fn a_pure_kind_may_import_wasi_and_nothing_of_the_host() {
        check(
            &[PLUGIN, FILE_GATE],
            &["wasi:filesystem/types@0.2.6", "sdlc:plugin/types@0.1.0"],
            Ok(vec![Kind::FileGate]),
        );
        check(
            &[PLUGIN, FILE_GATE],
            &["sdlc:plugin/tools@0.1.0"],
            Err(
                "imports `sdlc:plugin/tools@0.1.0`, which a `file-gate` may not have: its result has to be a pure function",
            ),
        );
        check(&[PLUGIN, FILE_GATE], &["docker:engine/api"], Err("this host offers nothing of that name"));
    }

    #[test]
    fn a_healer_may_import_the_workspace_but_not_load() {
        check(&[PLUGIN, HEALER], &["sdlc:plugin/workspace@0.1.0"], Ok(vec![Kind::Healer]));
        check(&[PLUGIN, HEALER], &["sdlc:plugin/load@0.1.0"], Err("`sdlc:plugin/load@0.1.0`"));
    }

    #[test]
    fn another_contract_is_refused_with_both_versions() {
        check(
            &[PLUGIN, "sdlc:plugin/file-gate@0.2.0"],
            &[],
            Err("contract 0.2.0, and this host speaks 0.1.0; hint: update"),
        );
        check(&["sdlc:plugin/plugin@0.0.9"], &[], Err("contract 0.0.9, and this host speaks 0.1.0; hint: rebuild"));
        check(&["sdlc:plugin/plugin"], &[], Err("contract without a version"));
        check(&["sdlc:plugin/plugin@0.1.7", FILE_GATE], &[], Ok(vec![Kind::FileGate]));
    }
}

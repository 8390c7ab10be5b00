//! [`Roles`]: where in a component the functions of each of its kinds are, looked up once.

use wasmtime::component::InstancePre;

use crate::{
    bindings::{deferral, deploy_strategy, file_gate, healer, plugin, scaling_policy, workspace_gate},
    call::CallError,
    engine::LoadError,
    kind::Kind,
    state::State,
};

/// What every plugin has, and one more for each of its kinds.
#[derive(Clone)]
pub(crate) struct Roles {
    pub(crate) plugin: plugin::RoleIndices,
    file_gate: Option<file_gate::RoleIndices>,
    /// Of a file gate that can defer.
    pub(crate) deferral: Option<deferral::RoleIndices>,
    workspace_gate: Option<workspace_gate::RoleIndices>,
    healer: Option<healer::RoleIndices>,
    scaling_policy: Option<scaling_policy::RoleIndices>,
    deploy_strategy: Option<deploy_strategy::RoleIndices>,
}

macro_rules! accessor {
    ($name:ident, $kind:expr) => {
        pub(crate) fn $name(&self) -> Result<&$name::RoleIndices, CallError> {
            self.$name.as_ref().ok_or_else(|| CallError::Invalid(format!("it is no `{}`", $kind)))
        }
    };
}

impl Roles {
    /// Looks up the functions of these kinds; `defers`: those of a deferral, too.
    pub(crate) fn of(pre: &InstancePre<State>, kinds: &[Kind], defers: bool) -> Result<Self, LoadError> {
        let incomplete = |error: wasmtime::Error| LoadError::Link(format!("{error:#}"));
        macro_rules! role {
            ($module:ident, $kind:expr) => {
                if kinds.contains(&$kind) { Some($module::RoleIndices::new(pre).map_err(incomplete)?) } else { None }
            };
        }
        Ok(Self {
            plugin: plugin::RoleIndices::new(pre).map_err(incomplete)?,
            file_gate: role!(file_gate, Kind::FileGate),
            deferral: if defers { Some(deferral::RoleIndices::new(pre).map_err(incomplete)?) } else { None },
            workspace_gate: role!(workspace_gate, Kind::WorkspaceGate),
            healer: role!(healer, Kind::Healer),
            scaling_policy: role!(scaling_policy, Kind::ScalingPolicy),
            deploy_strategy: role!(deploy_strategy, Kind::DeployStrategy),
        })
    }

    accessor!(file_gate, Kind::FileGate);
    accessor!(workspace_gate, Kind::WorkspaceGate);
    accessor!(healer, Kind::Healer);
    accessor!(scaling_policy, Kind::ScalingPolicy);
    accessor!(deploy_strategy, Kind::DeployStrategy);
}

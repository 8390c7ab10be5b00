//! What `bindgen!` makes of `wit/` for the host's side, one module an interface, over one set of shared types.
//!
//! A world of its own for each interface, so that a component may export several kinds.

macro_rules! export {
    ($module:ident, $world:literal, $inline:literal) => {
        pub(crate) mod $module {
            wasmtime::component::bindgen!({
                path: "../../wit",
                inline: $inline,
                world: $world,
                exports: { default: async },
                with: { "sdlc:plugin/types@0.1.0": crate::bindings::shared::sdlc::plugin::types },
            });
        }
    };
}

pub(crate) mod shared {
    wasmtime::component::bindgen!({
        path: "../../wit",
        inline: "package sdlc:host-types; world types { import sdlc:plugin/types@0.1.0; }",
        world: "sdlc:host-types/types",
    });
}

pub(crate) use shared::sdlc::plugin::types;

export!(plugin, "sdlc:host-plugin/role", "package sdlc:host-plugin; world role { export sdlc:plugin/plugin@0.1.0; }");
export!(
    file_gate,
    "sdlc:host-file-gate/role",
    "package sdlc:host-file-gate; world role { export sdlc:plugin/file-gate@0.1.0; }"
);
export!(
    workspace_gate,
    "sdlc:host-workspace-gate/role",
    "package sdlc:host-workspace-gate; world role { export sdlc:plugin/workspace-gate@0.1.0; }"
);
export!(healer, "sdlc:host-healer/role", "package sdlc:host-healer; world role { export sdlc:plugin/healer@0.1.0; }");
export!(
    scaling_policy,
    "sdlc:host-scaling-policy/role",
    "package sdlc:host-scaling-policy; world role { export sdlc:plugin/scaling-policy@0.1.0; }"
);
export!(
    deploy_strategy,
    "sdlc:host-deploy-strategy/role",
    "package sdlc:host-deploy-strategy; world role { export sdlc:plugin/deploy-strategy@0.1.0; }"
);

/// Without the shared types, which it does not use.
pub(crate) mod deferral {
    wasmtime::component::bindgen!({
        path: "../../wit",
        inline: "package sdlc:host-deferral; world role { export sdlc:plugin/deferral@0.1.0; }",
        world: "sdlc:host-deferral/role",
        exports: { default: async },
    });
}

/// What plugins that are not pure may import.
pub(crate) mod host {
    wasmtime::component::bindgen!({
        path: "../../wit",
        inline: "package sdlc:host-imports; world imports {
            import sdlc:plugin/workspace@0.1.0;
            import sdlc:plugin/workspace-times@0.1.0;
            import sdlc:plugin/tools@0.1.0;
            import sdlc:plugin/services@0.1.0;
            import sdlc:plugin/load@0.1.0;
            import sdlc:plugin/advisories@0.1.0;
        }",
        world: "sdlc:host-imports/imports",
        imports: { default: async },
        with: { "sdlc:plugin/types@0.1.0": crate::bindings::shared::sdlc::plugin::types },
    });
}

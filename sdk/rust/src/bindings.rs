//! What `wit-bindgen` makes of `wit/`, one module an interface, over one set of shared types.
//!
//! A world of its own for each interface, so that one component can export several kinds. Does not
//! appear in a plugin's code: the crate re-exports by name what plugins use.
#![allow(
    missing_docs,
    unsafe_code,
    unreachable_pub,
    clippy::all,
    reason = "generated code; the documentation is in `wit/`"
)]

macro_rules! types {
    ($wit:literal) => {
        pub mod types {
            wit_bindgen::generate!({
                path: $wit,
                inline: "package sdlc:sdk-types; world types { import sdlc:plugin/types@0.1.0; }",
                world: "sdlc:sdk-types/types",
                generate_all,
            });
        }
    };
}

macro_rules! role {
    ($wit:literal, $module:ident, $inline:literal, $world:literal) => {
        pub mod $module {
            wit_bindgen::generate!({
                path: $wit,
                inline: $inline,
                world: $world,
                with: {
                    "sdlc:plugin/types@0.1.0": crate::bindings::types::sdlc::plugin::types,
                },
                generate_all,
                pub_export_macro: true,
                default_bindings_module: "sdlc_sdk::bindings",
            });
        }
    };
}

// `generate!` takes nothing but a literal for the path, so all of it is made by a macro of that path.
macro_rules! bindings {
    ($wit:literal) => {
        types!($wit);
        role!($wit, plugin, "package sdlc:sdk-plugin; world plugin { export sdlc:plugin/plugin@0.1.0; }", "sdlc:sdk-plugin/plugin");
        role!($wit, file_gate, "package sdlc:sdk-file-gate; world file-gate { export sdlc:plugin/file-gate@0.1.0; }", "sdlc:sdk-file-gate/file-gate");
        pub mod deferral {
            wit_bindgen::generate!({
                path: $wit,
                inline: "package sdlc:sdk-deferral; world deferral { export sdlc:plugin/deferral@0.1.0; }",
                world: "sdlc:sdk-deferral/deferral",
                pub_export_macro: true,
                default_bindings_module: "sdlc_sdk::bindings",
            });
        }
        role!(
            $wit,
            workspace_gate,
            "package sdlc:sdk-workspace-gate; world workspace-gate { export sdlc:plugin/workspace-gate@0.1.0; }",
            "sdlc:sdk-workspace-gate/workspace-gate"
        );
        role!($wit, healer, "package sdlc:sdk-healer; world healer { export sdlc:plugin/healer@0.1.0; }", "sdlc:sdk-healer/healer");
        role!(
            $wit,
            scaling_policy,
            "package sdlc:sdk-scaling-policy; world scaling-policy { export sdlc:plugin/scaling-policy@0.1.0; }",
            "sdlc:sdk-scaling-policy/scaling-policy"
        );
        role!(
            $wit,
            deploy_strategy,
            "package sdlc:sdk-deploy-strategy; world deploy-strategy { export sdlc:plugin/deploy-strategy@0.1.0; }",
            "sdlc:sdk-deploy-strategy/deploy-strategy"
        );
        role!(
            $wit,
            host,
            "package sdlc:sdk-host; world host { import sdlc:plugin/workspace@0.1.0; import sdlc:plugin/workspace-times@0.1.0; import sdlc:plugin/tools@0.1.0; import sdlc:plugin/services@0.1.0; import sdlc:plugin/load@0.1.0; import sdlc:plugin/advisories@0.1.0; }",
            "sdlc:sdk-host/host"
        );
    };
}

#[cfg(in_project)]
bindings!("../wit");
#[cfg(not(in_project))]
bindings!("../../wit");

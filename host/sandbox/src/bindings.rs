//! What `bindgen!` makes of `wit/` for the host's side.

pub(crate) mod file_gate {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "file-gate-plugin",
        exports: { default: async },
    });
}

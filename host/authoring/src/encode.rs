//! From a core module to a component: what is left to do after a compiler that knows WASI preview 1
//! only, such as Go's or clang.
//!
//! The entry is [`encode`]. Does not run a compiler, and does not write files.

use std::path::Path;

use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// Makes a component of a core module that was compiled against the bindings of a world.
///
/// `wit` is the directory of the contract, `world` the name of the world in it. The module must be a
/// reactor (no `main`), and may import WASI preview 1, which an adapter translates.
///
/// # Errors
/// Where the contract cannot be read, has no such world, or the module does not export what it asks for.
pub fn encode(module: &[u8], wit: &Path, world: &str) -> Result<Vec<u8>, EncodeError> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve
        .push_dir(wit)
        .map_err(|error| EncodeError::Contract { directory: wit.display().to_string(), reason: reason(&error) })?;
    let id = resolve
        .select_world(&[package], Some(world))
        .map_err(|error| EncodeError::World { world: world.to_owned(), reason: reason(&error) })?;
    let misfit = |error| EncodeError::Module { world: world.to_owned(), reason: reason(&error) };
    let mut module = module.to_vec();
    embed_component_metadata(&mut module, &resolve, id, StringEncoding::UTF8, false).map_err(misfit)?;
    ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .map_err(misfit)?
        .adapter(WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER)
        .map_err(misfit)?
        .encode()
        .map_err(misfit)
}

/// Why no component came of a module.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// The contract is not there, or is none.
    #[error("`{directory}` holds no contract: {reason}\nhint: it must hold the `wit` directory of sdlc")]
    Contract {
        /// Where it was looked for.
        directory: String,
        /// What `wit-parser` says.
        reason: String,
    },
    /// The contract has no such world.
    #[error("the contract has no world `{world}`: {reason}")]
    World {
        /// As asked for.
        world: String,
        /// What `wit-parser` says.
        reason: String,
    },
    /// The module and the world do not fit.
    #[error("the module does not fit the world `{world}`: {reason}")]
    Module {
        /// As asked for.
        world: String,
        /// What `wit-component` says.
        reason: String,
    },
}

/// The whole chain in one line: the outermost message alone seldom says what is wrong.
fn reason(error: &impl std::fmt::Display) -> String {
    format!("{error:#}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use wit_parser::ManglingAndAbi;

    fn contract() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit")
    }

    /// A module that has what the world asks for, and traps in each function.
    fn dummy(world: &str) -> Vec<u8> {
        let mut resolve = Resolve::default();
        let (package, _) = resolve.push_dir(contract()).unwrap();
        let world = resolve.select_world(&[package], Some(world)).unwrap();
        wit_component::dummy_module(&resolve, world, ManglingAndAbi::Legacy(wit_parser::LiftLowerAbi::Sync))
    }

    #[test]
    fn a_module_becomes_a_component_of_its_world() {
        for world in sdlc_sandbox::kind::Kind::ALL.map(sdlc_sandbox::kind::Kind::world) {
            let component = encode(&dummy(&world), &contract(), &world).unwrap();
            assert!(wasmparser::Parser::is_component(&component), "{world}");
        }
    }

    #[test]
    fn a_module_of_another_world_is_refused_by_name() {
        let error = encode(&dummy("healer-plugin"), &contract(), "file-gate-plugin").unwrap_err().to_string();
        assert!(error.starts_with("the module does not fit the world `file-gate-plugin`"), "{error}");
    }

    #[test]
    fn an_unknown_world_and_an_empty_directory_are_told_apart() {
        let error = encode(&[], &contract(), "plugin-of-mine").unwrap_err();
        assert!(matches!(error, EncodeError::World { .. }), "{error}");
        let empty = tempfile::tempdir().unwrap();
        let error = encode(&[], empty.path(), "file-gate-plugin").unwrap_err();
        assert!(matches!(error, EncodeError::Contract { .. }), "{error}");
    }
}

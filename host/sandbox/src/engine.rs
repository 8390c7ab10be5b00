//! [`Sandbox`]: the engine, what it links, and how a component becomes a [`Plugin`].

use std::{sync::Arc, thread, time::Duration};

use sdlc_cache::store::Store;
use sha2::{Digest, Sha256};
use wasmtime::{Config, Engine, component::Linker};

use crate::{
    compile::{self, CompileError, Compiler},
    host,
    kind::ContractError,
    native_code,
    plugin::Plugin,
    state::State,
};

/// How often a guest that computes is asked whether its time is over.
const TICK: Duration = Duration::from_millis(10);
/// Stack for the host's own functions, on top of the guest's.
const HOST_STACK: usize = 1 << 20;
const BACKTRACE_FRAMES: u32 = 24;

/// Why a component cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The engine does not start on this machine.
    #[error("the WebAssembly engine does not start: {0}")]
    Engine(String),
    /// It is no plugin of ours, or wants what it may not have.
    #[error(transparent)]
    Contract(#[from] ContractError),
    /// It cannot be compiled.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// It was compiled before, for another machine or another version.
    #[error("was compiled for another machine or version: {0}; hint: build `sdlc` on this machine")]
    Incompatible(String),
    /// What it imports and what there is do not fit.
    #[error("cannot be linked: {0}")]
    Link(String),
}

/// What becomes of a guest that computes for longer than it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overrun {
    /// Its code asks at every loop and every call whether its time is over. For whatever is not ours.
    Interrupt,
    /// Its code never asks, which makes it about a seventh faster. It has a thread of its own, which is left behind, and computes
    /// until the process ends.
    Abandon,
}

/// Settings of the engine. The same for compiling and for running, or what was compiled does not load.
pub(crate) fn config(stack: usize, overrun: Overrun) -> Config {
    let mut config = Config::new();
    config
        .epoch_interruption(overrun == Overrun::Interrupt)
        // Long work calls through tables all the time; for short work, to fill them takes longer than to ask at each call.
        .table_lazy_init(overrun == Overrun::Interrupt)
        .max_wasm_stack(stack)
        .async_stack_size(stack + HOST_STACK)
        .wasm_backtrace_max_frames(std::num::NonZeroUsize::new(BACKTRACE_FRAMES as usize))
        .generate_address_map(false)
        .native_unwind_info(false)
        .with_custom_code_memory(Some(native_code::own_pages()));
    config
}

/// Loads plugins and keeps their time.
pub struct Sandbox {
    engine: Engine,
    overrun: Overrun,
    linker: Linker<State>,
}

impl Sandbox {
    /// An engine whose plugins have so many bytes of stack. [`Overrun::Abandon`] is for code that is embedded, and was compiled so.
    ///
    /// # Errors
    /// Where this machine cannot run one.
    pub fn new(stack: usize, overrun: Overrun) -> Result<Self, LoadError> {
        let error = |error: wasmtime::Error| LoadError::Engine(format!("{error:#}"));
        let engine = Engine::new(&config(stack, overrun)).map_err(error)?;
        let mut linker = Linker::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).map_err(error)?;
        host::add_to_linker(&mut linker).map_err(error)?;
        if overrun == Overrun::Interrupt {
            start_clock(&engine).map_err(|error| LoadError::Engine(error.to_string()))?;
        }
        Ok(Self { engine, overrun, linker })
    }

    /// A plugin that was compiled with this executable. `digest` is the sha256 of the component.
    ///
    /// # Errors
    /// Where the code is for another machine, or the component is no plugin.
    pub fn load_embedded(&self, digest: &str, code: &'static [u8]) -> Result<Plugin, LoadError> {
        let incompatible = |error: String| LoadError::Incompatible(error);
        native_code::is_aligned(code).map_err(|error| incompatible(error.to_string()))?;
        let component =
            native_code::embedded(&self.engine, code).map_err(|error| incompatible(format!("{error:#}")))?;
        Plugin::link(&self.engine, self.overrun, &self.linker, &component, digest.to_owned())
    }

    /// A plugin from the bytes of a component, compiled in a child process unless the store has it.
    ///
    /// # Errors
    /// Where it cannot be compiled within the compiler's limits, or is no plugin.
    pub fn load(&self, bytes: &[u8], store: Option<&Store>, compiler: &Compiler) -> Result<Plugin, LoadError> {
        let digest = digest(bytes);
        let component = compile::cached(&self.engine, &digest, bytes, store, compiler)?;
        Plugin::link(&self.engine, self.overrun, &self.linker, &component, digest)
    }
}

/// Sha256 of a component, in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What tells that code which was compiled before still fits: the same for the same compiler and settings.
pub fn compatibility(overrun: Overrun) -> String {
    let engine = Engine::new(&config(crate::limits::Limits::default().stack, overrun));
    engine.map(|engine| compile::compatibility(&engine)).unwrap_or_default()
}

/// Ticks for as long as the engine lives.
fn start_clock(engine: &Engine) -> std::io::Result<()> {
    let engine = Arc::new(engine.weak());
    thread::Builder::new().name("epochs".to_owned()).spawn(move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            thread::sleep(TICK);
        }
    })?;
    Ok(())
}

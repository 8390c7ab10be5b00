//! Compiling foreign components: in a child process with caps on time and memory, kept by digest.
//!
//! Compiling untrusted code is outside what wasmtime promises: a component of less than a MiB can take
//! seconds and a GiB. So it is measured before ([`Caps`]), and compiled where it can do no harm.

use std::{
    fs::File,
    hash::{Hash, Hasher},
    io::{self, Read, Seek, Write},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use rustix::process::{Resource, Rlimit, setrlimit};
use sdlc_cache::store::Store;
use wasmparser::{ComponentInstance, Instance, Parser, Payload};
use wasmtime::{Engine, component::Component};

use crate::{
    engine::{Overrun, config},
    limits::Limits,
    native_code,
};

/// Arguments that make the executable a compiler: see [`serve`].
pub const CHILD_ARGUMENT: &str = "__compile-component";

/// Caps on what is compiled, and on compiling it.
#[derive(Clone, Copy, Debug)]
pub struct Caps {
    /// Bytes of a component.
    pub size: usize,
    /// Functions of all its modules.
    pub functions: u64,
    /// Entries of all its tables' initial contents.
    pub elements: u64,
    /// Bytes of all its data segments.
    pub data: u64,
    /// Modules and components, however nested.
    pub modules: u64,
    /// Instances that it may come to, of all components in it.
    pub instances: u64,
    /// Bytes of address space of the child.
    pub memory: u64,
    /// Longest time it may take.
    pub time: Duration,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            size: 64 << 20,
            functions: 200_000,
            elements: 1_000_000,
            data: 64 << 20,
            modules: 256,
            instances: 10_000,
            memory: 4 << 30,
            time: Duration::from_secs(120),
        }
    }
}

/// Why a component cannot be compiled.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// The bytes are no component.
    #[error("is not a WebAssembly component: {0}")]
    Malformed(String),
    /// The bytes are no WebAssembly at all.
    #[error("is not a WebAssembly component but some other file; hint: `sdlc plugin build` writes one to `out/`")]
    OtherFile,
    /// A core module was given.
    #[error("is a core module, not a component; hint: build for `wasm32-wasip2`, or encode it as a component")]
    CoreModule,
    /// It is larger than what is compiled here.
    #[error("has {found} {what}, more than the {limit} that are compiled here")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        found: u64,
        /// How much there may be.
        limit: u64,
    },
    /// The child did not make it.
    #[error("could not be compiled: {0}")]
    Failed(String),
    /// It took too long.
    #[error("took longer than {} s to compile, and was given up", .0.as_secs())]
    Timeout(Duration),
    /// The child could not be started.
    #[error("the compiler could not be started: {0}")]
    Start(#[from] io::Error),
}

/// How to compile: by which executable, within which caps.
#[derive(Clone, Debug)]
pub struct Compiler {
    /// An executable that calls [`serve`] when given [`CHILD_ARGUMENT`].
    pub executable: PathBuf,
    /// Caps.
    pub caps: Caps,
}

/// Compiles the built-in plugins, for their build script: for the oldest processors that still matter.
///
/// # Errors
/// What the compiler says.
pub fn compile_builtin(component: &[u8], target: &str, overrun: Overrun) -> Result<Vec<u8>, CompileError> {
    let failed = |error: wasmtime::Error| CompileError::Failed(format!("{error:#}"));
    let mut config = config(Limits::default().stack, overrun);
    config.target(target).map_err(failed)?;
    if target.starts_with("x86_64") {
        // x86-64-v3: every processor of the last ten years.
        for flag in ["sse3", "ssse3", "sse41", "sse42", "popcnt", "avx", "avx2", "bmi1", "bmi2", "fma", "lzcnt"] {
            // SAFETY is not at stake: on a processor without one of them the code is refused when it is loaded.
            enable(&mut config, flag);
        }
    }
    Engine::new(&config).and_then(|engine| engine.precompile_component(component)).map_err(failed)
}

#[expect(unsafe_code, reason = "wasmtime marks raw compiler flags so; those above are checked again at load")]
fn enable(config: &mut wasmtime::Config, feature: &str) {
    // SAFETY: the flag only selects instructions, and wasmtime checks at load that the processor has them.
    unsafe { config.cranelift_flag_enable(&format!("has_{feature}")) };
}

/// The child's side: reads a component from standard input, writes its code to standard output.
///
/// # Errors
/// What the compiler says.
pub fn serve(caps: Caps) -> Result<(), CompileError> {
    let limit = |bytes| Rlimit { current: Some(bytes), maximum: Some(bytes) };
    setrlimit(Resource::As, limit(caps.memory)).map_err(io::Error::from)?;
    setrlimit(Resource::Core, limit(0)).map_err(io::Error::from)?;
    setrlimit(Resource::Cpu, limit(caps.time.as_secs().max(1) * 4)).map_err(io::Error::from)?;
    let mut component = Vec::new();
    io::stdin().lock().take(caps.size as u64 + 1).read_to_end(&mut component)?;
    let code = Engine::new(&config(Limits::default().stack, Overrun::Interrupt))
        .and_then(|engine| engine.precompile_component(&component))
        .map_err(|error| CompileError::Malformed(format!("{error:#}")))?;
    io::stdout().lock().write_all(&code)?;
    Ok(())
}

/// The component's code: from the store if it is there and authentic, else compiled and kept there.
pub(crate) fn cached(
    engine: &Engine,
    digest: &str,
    bytes: &[u8],
    store: Option<&Store>,
    compiler: &Compiler,
) -> Result<Component, CompileError> {
    let name = format!("code-{digest}-{}", compatibility(engine));
    if let Some(component) = store.and_then(|store| mapped(engine, store, &name)) {
        return Ok(component);
    }
    let code = compile(bytes, compiler)?;
    if let Some(store) = store
        && store.write(&name, &code).is_ok()
        && let Some(component) = mapped(engine, store, &name)
    {
        return Ok(component);
    }
    // Without a store the code goes through a file that has no name.
    let mut file = tempfile::tempfile()?;
    file.write_all(&code)?;
    native_code::mapped(engine, &file).map_err(|error| CompileError::Failed(format!("{error:#}")))
}

/// Changes whenever code that was compiled before may not fit any more.
pub(crate) fn compatibility(engine: &Engine) -> String {
    let mut hasher = std::hash::DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn mapped(engine: &Engine, store: &Store, name: &str) -> Option<Component> {
    let file = store.authentic(name)?;
    store.touch(name);
    native_code::mapped(engine, &file).ok()
}

/// The parent's side.
fn compile(bytes: &[u8], compiler: &Compiler) -> Result<Vec<u8>, CompileError> {
    measure(bytes, &compiler.caps)?;
    // Files and not pipes: nothing can block, and the child's output is bounded by the check below.
    let mut input = tempfile::tempfile()?;
    input.write_all(bytes)?;
    input.rewind()?;
    let (mut output, mut errors) = (tempfile::tempfile()?, tempfile::tempfile()?);
    let child = Command::new(&compiler.executable)
        .arg(CHILD_ARGUMENT)
        .env_clear()
        .stdin(input)
        .stdout(Stdio::from(output.try_clone()?))
        .stderr(Stdio::from(errors.try_clone()?))
        .process_group(0)
        .spawn()?;
    let status = wait(child, compiler.caps.time)?;
    if !status.success() {
        let said = read(&mut errors)?;
        let said = String::from_utf8_lossy(&said);
        let reason = said.lines().next().filter(|line| !line.is_empty());
        return Err(CompileError::Failed(reason.map_or_else(|| status.to_string(), str::to_owned)));
    }
    Ok(read(&mut output)?)
}

fn read(file: &mut File) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut content)?;
    Ok(content)
}

fn wait(mut child: Child, time: Duration) -> Result<std::process::ExitStatus, CompileError> {
    let id = rustix::process::Pid::from_child(&child);
    let (sender, receiver) = mpsc::channel();
    let waiter = thread::spawn(move || sender.send(child.wait()));
    let ended = receiver.recv_timeout(time);
    if ended.is_err() {
        let _ = rustix::process::kill_process(id, rustix::process::Signal::KILL);
    }
    let _ = waiter.join();
    match ended {
        Ok(status) => Ok(status?),
        Err(_) => Err(CompileError::Timeout(time)),
    }
}

/// Refuses what would take too much to compile, and what is no component at all.
pub(crate) fn measure(bytes: &[u8], caps: &Caps) -> Result<(), CompileError> {
    let check = |what, found: u64, limit: u64| {
        if found > limit { Err(CompileError::TooLarge { what, found, limit }) } else { Ok(()) }
    };
    check("bytes", bytes.len() as u64, caps.size as u64)?;
    if Parser::is_core_wasm(bytes) {
        return Err(CompileError::CoreModule);
    }
    if !bytes.starts_with(b"\0asm") {
        return Err(CompileError::OtherFile);
    }
    let malformed = |error: wasmparser::BinaryReaderError| CompileError::Malformed(error.to_string());
    let (mut functions, mut elements, mut data, mut modules) = (0u64, 0u64, 0u64, 0u64);
    let mut instances = Instances::default();
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload.map_err(malformed)?;
        check("instances", instances.count(&payload).map_err(malformed)?, caps.instances)?;
        match payload {
            Payload::FunctionSection(section) => functions += u64::from(section.count()),
            Payload::ElementSection(section) => {
                for element in section {
                    elements += match element.map_err(malformed)?.items {
                        wasmparser::ElementItems::Functions(items) => u64::from(items.count()),
                        wasmparser::ElementItems::Expressions(_, items) => u64::from(items.count()),
                    };
                }
            }
            Payload::DataSection(section) => {
                for segment in section {
                    data += segment.map_err(malformed)?.data.len() as u64;
                }
            }
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => modules += 1,
            _ => {}
        }
        check("functions", functions, caps.functions)?;
        check("table entries", elements, caps.elements)?;
        check("bytes of data", data, caps.data)?;
        check("modules", modules, caps.modules)?;
    }
    Ok(())
}

/// How many instances a component comes to, at most: a component that has two of one that has two of one, and so on,
/// is small, and takes the compiler all its memory.
#[derive(Default)]
struct Instances {
    /// Of the components and modules around the place that is read, the innermost last.
    open: Vec<u64>,
    /// Of the outermost.
    own: u64,
    /// Most of any component that was read. What is instantiated has been read before, so it has no more than that.
    most: u64,
}

impl Instances {
    /// Of the component that is being read, with this.
    fn count(&mut self, payload: &Payload<'_>) -> wasmparser::Result<u64> {
        let mut more = 0u64;
        match payload {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => self.open.push(0),
            Payload::End(_) => self.most = self.most.max(self.open.pop().unwrap_or_default()),
            Payload::InstanceSection(section) => {
                for instance in section.clone() {
                    more += u64::from(matches!(instance?, Instance::Instantiate { .. }));
                }
            }
            Payload::ComponentInstanceSection(section) => {
                for instance in section.clone() {
                    if let ComponentInstance::Instantiate { .. } = instance? {
                        more = more.saturating_add(self.most.saturating_add(1));
                    }
                }
            }
            _ => {}
        }
        let count = self.open.last_mut().unwrap_or(&mut self.own);
        *count = count.saturating_add(more);
        Ok(*count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(bytes: &[u8], caps: Caps, expected: &str) {
        let error = measure(bytes, &caps).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn what_is_no_component_is_refused() {
        refused(b"nonsense", Caps::default(), "is not a WebAssembly component");
        refused(b"", Caps::default(), "is not a WebAssembly component");
        refused(b"\0asm\x01\0\0\0", Caps::default(), "is a core module");
    }

    #[test]
    fn what_is_too_large_is_refused_before_it_is_compiled() {
        refused(&[0; 100], Caps { size: 99, ..Caps::default() }, "has 100 bytes, more than the 99");
    }
}

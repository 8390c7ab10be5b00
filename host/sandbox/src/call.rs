//! [`Session`]: one instance's store, and calls into it that end in time and say why they failed.

use std::{
    fmt,
    time::{Duration, Instant},
};

use tokio_util::sync::CancellationToken;
use wasmtime::{Engine, Store, Trap, UpdateDeadline, WasmBacktrace};

use crate::{capabilities::Capabilities, limiter::Denied, limits::Limits, state::State};

/// What a guest that computes past its deadline is given before the outer time-out ends it.
const GRACE: Duration = Duration::from_millis(250);

/// One thing wrong with a plugin's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Dotted path of the key; empty: the table as a whole.
    pub key: String,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() { f.write_str(&self.message) } else { write!(f, "`{}`: {}", self.key, self.message) }
    }
}

/// Why a call into a plugin gave no result.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CallError {
    /// The plugin says that it could not do its work.
    #[error("{0}")]
    Plugin(String),
    /// The plugin refuses its settings.
    #[error("settings are refused: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Settings(Vec<Problem>),
    /// A bug of the plugin.
    #[error("trapped: {message}{backtrace}")]
    Trap {
        /// What the guest did.
        message: String,
        /// Where, a line a frame; may be empty.
        backtrace: String,
    },
    /// It took too long.
    #[error("took longer than {} s; hint: `timeout` sets how long a call may take", .0.as_secs_f64())]
    Timeout(Duration),
    /// It wanted more than it may have.
    #[error("{what}; hint: `limits.{setting}` sets how much it may be")]
    Limit {
        /// What there was too much of.
        what: String,
        /// Key of the `limits` table.
        setting: &'static str,
    },
    /// What it gave back makes no sense.
    #[error("gave back a result that makes no sense: {0}")]
    Invalid(String),
    /// The user stopped the run.
    #[error("was interrupted")]
    Cancelled,
}

#[derive(Debug, thiserror::Error)]
#[error("time is over")]
struct TimeIsOver;

#[derive(Debug, thiserror::Error)]
#[error("cancelled")]
struct WasCancelled;

/// The store of one instance. After an error it is of no use any more.
pub(crate) struct Session {
    store: Store<State>,
    limits: Limits,
    cancelled: CancellationToken,
}

impl Session {
    /// Without capabilities, for a pure plugin.
    pub(crate) fn new(
        engine: &Engine,
        limits: &Limits,
        capabilities: Option<Box<dyn Capabilities>>,
        cancelled: CancellationToken,
    ) -> Self {
        let mut store = Store::new(engine, State::new(limits, capabilities, cancelled.clone()));
        store.limiter(|state| &mut state.limiter);
        store.set_hostcall_fuel(limits.result_size);
        store.set_max_component_handles(limits.handles);
        store.epoch_deadline_callback(|store| {
            if store.data().cancelled.is_cancelled() {
                return Err(WasCancelled.into());
            }
            if Instant::now() >= store.data().deadline {
                return Err(TimeIsOver.into());
            }
            Ok(UpdateDeadline::Yield(1))
        });
        Self { store, limits: limits.clone(), cancelled }
    }

    /// Makes one call. Epochs end a guest that computes; the time-out around ends one that waits for the host.
    pub(crate) async fn call<T>(
        &mut self,
        call: impl AsyncFnOnce(&mut Store<State>) -> wasmtime::Result<T>,
    ) -> Result<T, CallError> {
        if self.cancelled.is_cancelled() {
            return Err(CallError::Cancelled);
        }
        self.store.data_mut().deadline = Instant::now() + self.limits.timeout;
        self.store.set_epoch_deadline(1);
        let outcome = tokio::select! {
            biased;
            outcome = call(&mut self.store) => outcome,
            () = self.cancelled.cancelled() => return Err(CallError::Cancelled),
            () = tokio::time::sleep(self.limits.timeout + GRACE) => return Err(CallError::Timeout(self.limits.timeout)),
        };
        outcome.map_err(|error| self.explain(&error))
    }

    /// Finds the functions of a role in an instance.
    pub(crate) fn load<T>(
        &mut self,
        load: impl FnOnce(&mut Store<State>) -> wasmtime::Result<T>,
    ) -> Result<T, CallError> {
        load(&mut self.store).map_err(|error| CallError::Invalid(format!("{error:#}")))
    }

    /// What the plugin was granted.
    pub(crate) fn capabilities(&mut self) -> &mut dyn Capabilities {
        self.store.data_mut().capabilities.as_mut()
    }

    /// What the guest wrote since the last call.
    pub(crate) fn take_log(&self) -> Option<String> {
        self.store.data().log.take()
    }

    /// Bytes of memory that the instance has.
    pub(crate) fn memory(&self) -> usize {
        self.store.data().limiter.memory()
    }

    fn explain(&mut self, error: &wasmtime::Error) -> CallError {
        if error.is::<TimeIsOver>() {
            return CallError::Timeout(self.limits.timeout);
        }
        if error.is::<WasCancelled>() {
            return CallError::Cancelled;
        }
        if let Some(limit) = self.limit_hit(error) {
            return limit;
        }
        let message = match error.downcast_ref::<Trap>() {
            Some(trap) => trap.to_string().trim_start_matches("wasm trap: ").trim_start_matches("wasm ").to_owned(),
            None => error.root_cause().to_string(),
        };
        let message = match self.take_log() {
            Some(log) => format!("{message}\n{}", log.trim()),
            None => message,
        };
        CallError::Trap { message, backtrace: backtrace(error) }
    }

    fn limit_hit(&mut self, error: &wasmtime::Error) -> Option<CallError> {
        let limit = |what: String, setting| Some(CallError::Limit { what, setting });
        match self.store.data_mut().limiter.take_denied() {
            Some(Denied::Memory { wanted, limit: most }) => {
                return limit(format!("wanted {} of memory, at most {} are allowed", mib(wanted), mib(most)), "memory");
            }
            Some(Denied::Table { wanted, limit: most }) => {
                let what = format!("wanted tables of {wanted} elements, at most {most} are allowed");
                return limit(what, "table-elements");
            }
            None => {}
        }
        if error.downcast_ref::<Trap>() == Some(&Trap::StackOverflow) {
            return limit(format!("ran out of its {} of stack", mib(self.limits.stack)), "stack");
        }
        // Wasmtime has no types for these three.
        let text = format!("{error:#}");
        if text.contains("fuel allocated for hostcalls") {
            return limit(format!("gave back more than {} in one call", mib(self.limits.result_size)), "result-size");
        }
        if text.contains("handle limit exceeded") || text.contains("resource table has no free keys") {
            return limit(format!("wanted more than {} handles at once", self.limits.handles), "handles");
        }
        if text.contains("resource limit exceeded") {
            return limit(format!("has more than {} instances or tables", self.limits.instances), "instances");
        }
        None
    }
}

/// Size for people.
fn mib(bytes: usize) -> String {
    let (size, unit) =
        if bytes < 1 << 20 { (bytes as f64 / 1024.0, "KiB") } else { (bytes as f64 / 1_048_576.0, "MiB") };
    let text = format!("{size:.1}");
    format!("{} {unit}", text.strip_suffix(".0").unwrap_or(&text))
}

fn backtrace(error: &wasmtime::Error) -> String {
    let Some(backtrace) = error.downcast_ref::<WasmBacktrace>() else { return String::new() };
    let frames = backtrace.frames().iter().map(|frame| match frame.func_name() {
        Some(name) => format!("{:#}", rustc_demangle::demangle(name)),
        None => format!("function {}", frame.func_index()),
    });
    frames.skip_while(|name| is_panic_machinery(name)).map(|name| format!("\n  at {name}")).collect()
}

/// Whether a frame only says that a Rust guest panicked, and not where.
fn is_panic_machinery(name: &str) -> bool {
    name == "abort" || ["std::", "__rustc::", "core::panicking::"].iter().any(|part| name.starts_with(part))
}

//! [`Session`]: one instance's store, and calls into it that end in time and say why they failed.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use wasmtime::{Store, Trap, UpdateDeadline, WasmBacktrace};

use crate::{
    apart::Apart, capabilities::Capabilities, engine::Overrun, limiter::Denied, limits::Limits, log::Log,
    plugin::Plugin, series::Series, state::State,
};

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
    /// The host could not make the call.
    #[error("could not be called: {0}")]
    Host(String),
    /// The user stopped the run.
    #[error("was interrupted")]
    Cancelled,
}

impl CallError {
    /// Whether the guest ended its call by itself, so that its instance is in a state that can be trusted.
    pub fn leaves_instance_usable(&self) -> bool {
        matches!(self, Self::Plugin(_))
    }
}

/// What came of one call of several.
pub struct End<T> {
    /// What it gave.
    pub outcome: Result<T, CallError>,
    /// What the guest wrote meanwhile.
    pub log: Option<String>,
}

#[derive(Debug, thiserror::Error)]
#[error("time is over")]
struct TimeIsOver;

#[derive(Debug, thiserror::Error)]
#[error("cancelled")]
struct WasCancelled;

/// The store of one instance. After an error it is of no use any more.
pub(crate) struct Session {
    place: Place,
    log: Log,
    limits: Limits,
    cancelled: CancellationToken,
}

/// Where the guest runs.
enum Place {
    /// On the caller's thread, since it can be interrupted.
    Here(Box<Store<State>>),
    /// On one that can be left behind.
    Apart(Apart<Store<State>>),
}

impl Session {
    /// Without capabilities, for a pure plugin.
    pub(crate) fn new(
        plugin: &Plugin,
        limits: &Limits,
        capabilities: Option<Box<dyn Capabilities>>,
        cancelled: CancellationToken,
    ) -> Result<Self, CallError> {
        let mut store = Store::new(&plugin.engine, State::new(limits, capabilities, cancelled.clone()));
        store.limiter(|state| &mut state.limiter);
        store.set_hostcall_fuel(limits.result_size);
        store.set_max_component_handles(limits.handles);
        let log = store.data().log.clone();
        let place = match plugin.overrun {
            Overrun::Interrupt => {
                store.epoch_deadline_callback(|store| {
                    if store.data().cancelled.is_cancelled() {
                        return Err(WasCancelled.into());
                    }
                    if Instant::now() >= store.data().deadline {
                        return Err(TimeIsOver.into());
                    }
                    Ok(UpdateDeadline::Yield(1))
                });
                Place::Here(Box::new(store))
            }
            Overrun::Abandon => Place::Apart(Apart::new(store).map_err(|error| CallError::Host(error.to_string()))?),
        };
        Ok(Self { place, log, limits: limits.clone(), cancelled })
    }

    /// Makes one call. Epochs end a guest that computes, where there are any; the time-out around ends all others.
    pub(crate) async fn call<T: Send + 'static>(
        &mut self,
        call: impl AsyncFnOnce(&mut Store<State>) -> wasmtime::Result<T> + Send + 'static,
    ) -> Result<T, CallError> {
        if self.cancelled.is_cancelled() {
            return Err(CallError::Cancelled);
        }
        let limits = self.limits.clone();
        let outcome = async {
            match &mut self.place {
                Place::Here(store) => {
                    store.data_mut().deadline = Instant::now() + limits.timeout;
                    store.set_epoch_deadline(1);
                    call(store).await.map_err(|error| explain(&error, store, &limits))
                }
                Place::Apart(store) => {
                    let runtime = Handle::current();
                    let call = store.call(move |store| {
                        runtime.block_on(call(store)).map_err(|error| explain(&error, store, &limits))
                    });
                    call.await.unwrap_or_else(|| Err(thread_has_ended()))
                }
            }
        };
        tokio::select! {
            biased;
            outcome = outcome => outcome,
            () = self.cancelled.cancelled() => Err(CallError::Cancelled),
            () = tokio::time::sleep(self.limits.timeout + GRACE) => Err(CallError::Timeout(self.limits.timeout)),
        }
    }

    /// Makes a call for each input, up to the first that fails. Each has the time of a call, but all of them are waited for at
    /// once: a guest that runs apart is handed all that it has to do, and the two threads do not take turns.
    pub(crate) async fn each<I: Send + 'static, T: Send + 'static>(
        &mut self,
        inputs: Vec<I>,
        call: impl AsyncFn(&mut Store<State>, &I) -> wasmtime::Result<T> + Send + Sync + 'static,
    ) -> Vec<End<T>> {
        if self.cancelled.is_cancelled() {
            return vec![End { outcome: Err(CallError::Cancelled), log: None }];
        }
        match &self.place {
            Place::Here(_) => self.each_here(inputs, call).await,
            Place::Apart(store) => self.each_apart(store, inputs, call).await,
        }
    }

    async fn each_here<I: Send + 'static, T: Send + 'static>(
        &mut self,
        inputs: Vec<I>,
        call: impl AsyncFn(&mut Store<State>, &I) -> wasmtime::Result<T> + Send + Sync + 'static,
    ) -> Vec<End<T>> {
        let call = Arc::new(call);
        let mut ends = Vec::with_capacity(inputs.len());
        for input in inputs {
            let call = Arc::clone(&call);
            let outcome = self.call(async move |store| call(store, &input).await).await;
            let failed = outcome.is_err();
            ends.push(End { outcome, log: self.take_log() });
            if failed {
                break;
            }
        }
        ends
    }

    async fn each_apart<I: Send + 'static, T: Send + 'static>(
        &self,
        store: &Apart<Store<State>>,
        inputs: Vec<I>,
        call: impl AsyncFn(&mut Store<State>, &I) -> wasmtime::Result<T> + Send + 'static,
    ) -> Vec<End<T>> {
        let (count, series) = (inputs.len(), Arc::new(Series::new()));
        let (runtime, limits, log, progress) =
            (Handle::current(), self.limits.clone(), self.log.clone(), Arc::clone(&series));
        let work = store.call(move |store| {
            runtime.block_on(async {
                for input in inputs {
                    if !progress.begin() {
                        break;
                    }
                    let outcome = call(store, &input).await.map_err(|error| explain(&error, store, &limits));
                    let failed = outcome.is_err();
                    progress.end(End { outcome, log: log.take() });
                    if failed {
                        break;
                    }
                }
            });
        });
        let stopped = self.stopped(&series, work).await;
        let mut ends = series.close();
        // Where not all inputs have an end, the first that has none is what was stopped.
        if ends.len() < count && ends.last().is_none_or(|end| end.outcome.is_ok()) {
            ends.push(End { outcome: Err(stopped.unwrap_or_else(thread_has_ended)), log: None });
        }
        ends
    }

    /// Waits for a series of calls; gives why no longer, where it has not ended.
    async fn stopped<T>(&self, series: &Series<T>, work: impl Future) -> Option<CallError> {
        let most = self.limits.timeout + GRACE;
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                biased;
                _ = &mut work => return None,
                () = self.cancelled.cancelled() => return Some(CallError::Cancelled),
                () = tokio::time::sleep_until((series.since() + most).into()) => {}
            }
            if series.since().elapsed() >= most {
                return Some(CallError::Timeout(self.limits.timeout));
            }
        }
    }

    /// Finds the functions of a role in an instance.
    pub(crate) async fn load<T: Send + 'static>(
        &mut self,
        load: impl FnOnce(&mut Store<State>) -> wasmtime::Result<T> + Send + 'static,
    ) -> Result<T, CallError> {
        let loaded = self.call(async move |store| Ok(load(store).map_err(|error| format!("{error:#}")))).await?;
        loaded.map_err(CallError::Invalid)
    }

    /// What the guest wrote since the last call.
    pub(crate) fn take_log(&self) -> Option<String> {
        self.log.take()
    }

    /// Bytes of memory that the instance has.
    pub(crate) async fn memory(&mut self) -> Result<usize, CallError> {
        self.call(async |store| Ok(store.data().limiter.memory())).await
    }
}

fn thread_has_ended() -> CallError {
    CallError::Host("its thread has ended".to_owned())
}

fn explain(error: &wasmtime::Error, store: &mut Store<State>, limits: &Limits) -> CallError {
    if error.is::<TimeIsOver>() {
        return CallError::Timeout(limits.timeout);
    }
    if error.is::<WasCancelled>() {
        return CallError::Cancelled;
    }
    if let Some(limit) = limit_hit(error, store.data_mut().limiter.take_denied(), limits) {
        return limit;
    }
    let message = match error.downcast_ref::<Trap>() {
        Some(trap) => trap.to_string().trim_start_matches("wasm trap: ").trim_start_matches("wasm ").to_owned(),
        None => error.root_cause().to_string(),
    };
    let message = match store.data().log.take() {
        Some(log) => format!("{message}\n{}", log.trim()),
        None => message,
    };
    CallError::Trap { message, backtrace: backtrace(error) }
}

fn limit_hit(error: &wasmtime::Error, denied: Option<Denied>, limits: &Limits) -> Option<CallError> {
    let limit = |what: String, setting| Some(CallError::Limit { what, setting });
    match denied {
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
        return limit(format!("ran out of its {} of stack", mib(limits.stack)), "stack");
    }
    // Wasmtime has no types for these three.
    let text = format!("{error:#}");
    if text.contains("fuel allocated for hostcalls") {
        return limit(format!("gave back more than {} in one call", mib(limits.result_size)), "result-size");
    }
    if text.contains("handle limit exceeded") || text.contains("resource table has no free keys") {
        return limit(format!("wanted more than {} handles at once", limits.handles), "handles");
    }
    if text.contains("resource limit exceeded") {
        return limit(format!("has more than {} instances or tables", limits.instances), "instances");
    }
    None
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

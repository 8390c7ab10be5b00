//! [`State`]: what the host keeps of one instance: an empty WASI, the limiter, the log,
//! and what it may ask for.

use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::{
    HostMonotonicClock, HostWallClock, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView, random::Deterministic,
};

use crate::{
    capabilities::{Capabilities, Nothing},
    limiter::Limiter,
    limits::Limits,
    log::Log,
};

/// 2026-01-01T00:00:00Z, which is what every plugin takes for now.
const NOW: Duration = Duration::from_secs(1_767_225_600);
const LARGEST_RANDOM: u64 = 64 << 10;

pub(crate) struct State {
    wasi: WasiCtx,
    table: ResourceTable,
    pub(crate) limiter: Limiter,
    pub(crate) log: Log,
    pub(crate) capabilities: Box<dyn Capabilities>,
    /// When the call that is under way has to be over.
    pub(crate) deadline: Instant,
    pub(crate) cancelled: CancellationToken,
}

impl State {
    /// A plugin without capabilities is pure: its clock stands still, and random numbers are always the same.
    pub(crate) fn new(
        limits: &Limits,
        capabilities: Option<Box<dyn Capabilities>>,
        cancelled: CancellationToken,
    ) -> Self {
        let log = Log::new(limits.log);
        let mut wasi = WasiCtxBuilder::new();
        wasi.allow_blocking_current_thread(true)
            .allow_tcp(false)
            .allow_udp(false)
            .allow_ip_name_lookup(false)
            .stdout(log.clone())
            .stderr(log.clone())
            .max_random_size(LARGEST_RANDOM);
        if capabilities.is_none() {
            wasi.wall_clock(StoppedClock)
                .monotonic_clock(StoppedClock)
                .secure_random(random_bytes())
                .insecure_random(random_bytes())
                .insecure_random_seed(0x5d1c);
        }
        let mut table = ResourceTable::new();
        table.set_max_capacity(limits.handles);
        Self {
            wasi: wasi.build(),
            table,
            limiter: Limiter::new(limits),
            log,
            capabilities: capabilities.unwrap_or_else(|| Box::new(Nothing)),
            deadline: Instant::now(),
            cancelled,
        }
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

struct StoppedClock;

impl HostWallClock for StoppedClock {
    fn resolution(&self) -> Duration {
        Duration::from_secs(1)
    }

    fn now(&self) -> Duration {
        NOW
    }
}

impl HostMonotonicClock for StoppedClock {
    fn resolution(&self) -> u64 {
        1_000_000_000
    }

    // Go does not start where it is zero.
    fn now(&self) -> u64 {
        // Go's runtime takes zero for a broken clock, and ends.
        1
    }
}

fn random_bytes() -> Deterministic {
    Deterministic::new(blake3::hash(b"sdlc: the same on every machine").as_bytes().to_vec())
}

//! [`Limiter`]: what wasmtime asks before a guest gets more memory or larger tables.
//!
//! Sums over all memories and tables of a store, which wasmtime's own limiter does not, and remembers what
//! was denied: a guest that runs out of memory looks like one that hit `unreachable`.

use wasmtime::ResourceLimiter;

use crate::limits::{Limits, MEMORIES};

/// What a guest asked for and did not get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denied {
    Memory { wanted: usize, limit: usize },
    Table { wanted: usize, limit: usize },
}

#[derive(Debug)]
pub(crate) struct Limiter {
    memory: usize,
    memory_limit: usize,
    elements: usize,
    elements_limit: usize,
    instances: usize,
    denied: Option<Denied>,
}

impl Limiter {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            memory: 0,
            memory_limit: limits.memory,
            elements: 0,
            elements_limit: limits.table_elements,
            instances: limits.instances,
            denied: None,
        }
    }

    /// What was denied since the last call.
    pub(crate) fn take_denied(&mut self) -> Option<Denied> {
        self.denied.take()
    }

    /// Bytes of all memories.
    pub(crate) fn memory(&self) -> usize {
        self.memory
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        let wanted = self.memory.saturating_add(desired.saturating_sub(current));
        if wanted > self.memory_limit {
            self.denied = Some(Denied::Memory { wanted, limit: self.memory_limit });
            return Ok(false);
        }
        if maximum.is_none_or(|maximum| desired <= maximum) {
            self.memory = wanted;
        }
        Ok(true)
    }

    fn table_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        let wanted = self.elements.saturating_add(desired.saturating_sub(current));
        if wanted > self.elements_limit {
            self.denied = Some(Denied::Table { wanted, limit: self.elements_limit });
            return Ok(false);
        }
        if maximum.is_none_or(|maximum| desired <= maximum) {
            self.elements = wanted;
        }
        Ok(true)
    }

    fn instances(&self) -> usize {
        self.instances
    }

    fn tables(&self) -> usize {
        self.instances
    }

    fn memories(&self) -> usize {
        MEMORIES
    }
}

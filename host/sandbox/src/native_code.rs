//! Native code that was compiled before, which is loaded with `unsafe`.
//!
//! Wasmtime runs what it is given here without a check, so whoever calls has to know where it is from:
//! either it is part of our own executable, or [`Store`](sdlc_cache::store::Store) has just found it authentic.
#![expect(unsafe_code, reason = "loading precompiled code is unsafe in wasmtime, since it cannot be checked")]

use std::{
    collections::BTreeSet,
    fs::File,
    io,
    os::fd::AsRawFd,
    ptr::NonNull,
    sync::{Arc, Mutex, PoisonError},
};

use rustix::mm::{MprotectFlags, mprotect};
use wasmtime::{CustomCodeMemory, Engine, component::Component};

/// Pages of code in our own executable are made executable where they lie.
struct OwnPages;

impl CustomCodeMemory for OwnPages {
    fn required_alignment(&self) -> usize {
        rustix::param::page_size()
    }

    fn publish_executable(&self, start: *const u8, length: usize) -> wasmtime::Result<()> {
        // SAFETY: wasmtime calls this on the text of an artefact that it has mapped, or that is part of
        // `embedded`'s static memory; both are whole pages that hold nothing but that text.
        unsafe { mprotect(start.cast_mut().cast(), length, MprotectFlags::READ | MprotectFlags::EXEC)? };
        Ok(())
    }

    /// Nothing: a file's pages are unmapped right after, and those of our own executable may still run for another instance
    /// of the same code.
    fn unpublish_executable(&self, _: *const u8, _: usize) -> wasmtime::Result<()> {
        Ok(())
    }
}

pub(crate) fn own_pages() -> Arc<dyn CustomCodeMemory> {
    Arc::new(OwnPages)
}

/// Code that is part of our own executable, aligned to a page. It is used where it lies, without a copy; from the second time
/// on with one, since wasmtime knows code by its address.
pub(crate) fn embedded(engine: &Engine, code: &'static [u8]) -> wasmtime::Result<Component> {
    static USED: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());
    let first = USED.lock().unwrap_or_else(PoisonError::into_inner).insert(code.as_ptr().addr());
    if first {
        // SAFETY: the memory is static and read-only, and our own build put the output of wasmtime there.
        unsafe { Component::deserialize_raw(engine, NonNull::from(code)) }
    } else {
        // SAFETY: as above.
        unsafe { Component::deserialize(engine, code) }
    }
}

/// Code from a file that was found authentic through this very handle, mapped into memory.
pub(crate) fn mapped(engine: &Engine, authentic: &File) -> wasmtime::Result<Component> {
    // By the handle and not by its name, under which another file may be by now.
    let path = format!("/proc/self/fd/{}", authentic.as_raw_fd());
    // SAFETY: the caller has checked the MAC of what this handle reads, in a directory that only we can write to.
    unsafe { Component::deserialize_file(engine, path) }
}

/// Whether the code can be used where it lies.
pub(crate) fn is_aligned(code: &[u8]) -> io::Result<()> {
    if code.as_ptr().addr().is_multiple_of(rustix::param::page_size()) {
        Ok(())
    } else {
        Err(io::Error::other("embedded code is not aligned to a page"))
    }
}

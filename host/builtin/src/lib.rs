//! The plugins that ship with `sdlc`: [`all`], each compiled ahead of time and part of the executable.
//!
//! Made by the build script of what it finds in `plugins/`. Does not know what any of them does.
#![forbid(unsafe_code)]

/// A plugin that is part of the executable.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    /// As in `plugin = "builtin:NAME"`.
    pub name: &'static str,
    /// Sha256 of the component, in hexadecimal.
    pub digest: &'static str,
    /// Whether its code can be interrupted; if not, it has a thread of its own that can be left behind.
    pub interruptible: bool,
    /// Native code, aligned to a page of any machine.
    pub code: &'static [u8],
}

/// So that code can be made executable where it lies; 64 KiB is the largest page there is.
#[repr(C, align(65536))]
struct Pages<T: ?Sized>(T);

static ALL: &[Builtin] = include!(concat!(env!("OUT_DIR"), "/list.rs"));

/// All of them, by name.
pub fn all() -> &'static [Builtin] {
    ALL
}

/// The one of this name.
pub fn find(name: &str) -> Option<&'static Builtin> {
    ALL.iter().find(|builtin| builtin.name == name)
}

//! No code: the features that crates below the sandbox are compiled with, for the executable, for the build script that
//! compiles the plugins, and for tests.
//!
//! Cargo resolves features for each of the three on its own. Where they differ, it compiles wasmtime and Cranelift once
//! for each of them, which is the longest part of a build. `.ci/compiled-once` says what is compiled twice.

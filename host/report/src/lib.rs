//! What people and machines read of a run, a file a format.
//!
//! Each writes to a `Write` that is given to it. All text of plugins and files goes through [`text`] or
//! [`machine`] first: it is untrusted. Does not know the workflows, nor where its output goes.
#![forbid(unsafe_code)]

pub mod chart;
pub mod diff;
mod excerpt;
mod fingerprint;
pub mod github;
pub mod gitlab;
pub mod human;
pub mod json;
pub mod junit;
pub mod machine;
pub mod markdown;
pub mod sarif;
pub mod text;

//! What earlier runs found out, kept where only this user can write.
//!
//! [`store::Store`] is the directory, [`shelf::Shelf`] what may take its place for one command, [`results::Shard`] the results of
//! one gate, and [`notes::Notes`] what is known of a workspace. Knows nothing of what it keeps beyond bytes.
#![forbid(unsafe_code)]

pub mod notes;
pub mod results;
pub mod shelf;
pub mod store;

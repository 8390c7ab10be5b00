//! Lock files: [`lock`] reads them, [`ecosystem`] orders versions, [`affected`] says which of them an advisory affects.
//!
//! For the gate that finds vulnerable versions, and for the healer that raises them. Asks the host for nothing.
#![forbid(unsafe_code)]

pub mod affected;
pub mod ecosystem;
pub mod lock;

mod tree;

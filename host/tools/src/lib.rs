//! Running native programs, confined.
//!
//! [`tools::Tools`] is what one gate or healer may run, made of a [`grant::Grant`]; [`tools::Tools::run`] runs a
//! [`command::Command`]. The program that calls this is started once more as the launcher ([`launcher::serve`]), which
//! confines itself and then becomes the program, or its parent. Knows nothing of configuration files, plugins or the
//! terminal, and does not read the environment.
#![forbid(unsafe_code)]

pub mod command;
pub mod error;
pub mod grant;
pub mod host;
pub mod launcher;
pub mod limits;
pub mod pattern;
pub mod secrets;
pub mod tier;
pub mod tools;

mod capability;
mod capture;
mod encodings;
mod environment;
mod forward;
mod message;
mod private;
mod process;
mod search;

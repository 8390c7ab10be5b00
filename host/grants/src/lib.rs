//! What a workspace gate or healer was granted, joined with those who do it: files by the workspace, programs by the
//! tools, advisories by their database. A [`grant::Grant`] is made once a plugin; [`capabilities::Granted`] is what its instance gets.
//!
//! Does not decide what a plugin is good for, and knows no configuration file.
#![forbid(unsafe_code)]

pub mod capabilities;
pub mod grant;

mod advisories;
mod services;

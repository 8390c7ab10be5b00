//! The heal workflow: fixes that findings carry are applied on the side, the gates run again on the result, and it is kept
//! only if it helped.
//!
//! [`fix::heal`] takes what a run found and a way to check files as they would be, and gives what they become. It writes
//! nothing: that is [`sdlc_workspace::change`]. Knows no plugin, no terminal and no file format.
#![forbid(unsafe_code)]

pub mod fix;
pub mod merge;
pub mod patch;
pub mod protected;

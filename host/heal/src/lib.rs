//! The heal workflow: fixes that findings carry are applied on the side, the gates run again on the result, and it is kept
//! only if it helped; so with the treatments that healers propose.
//!
//! [`fix::heal`] and [`treat::treat`] take what a run found and a way to check files as they would be, and give what they
//! become. They write nothing: that is [`sdlc_workspace::change`]. Knows no plugin, no terminal and no file format.
#![forbid(unsafe_code)]

pub mod fix;
pub mod merge;
pub mod patch;
pub mod protected;
pub mod treat;
pub mod work;

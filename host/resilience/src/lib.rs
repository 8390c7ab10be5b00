//! What to do about that which fails: [`retry`] says how long to wait before it is tried again, a [`breaker`] that it is not
//! asked for a while, an [`incident`] what it was. Decides; does not wait, keeps no files and knows no clock.
#![forbid(unsafe_code)]

pub mod breaker;
pub mod incident;
pub mod retry;

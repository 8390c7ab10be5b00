//! Watching services: what is asked of the engine and the proxy, and how people see it.

pub(crate) mod line;
pub(crate) mod vigil;
pub(crate) mod watch;

//! Watching services: what is asked of the engine and the proxy, and how people see it.

pub(crate) mod beside;
pub(crate) mod display;
pub(crate) mod expose;
pub(crate) mod inquiry;
pub(crate) mod keep;
pub(crate) mod line;
pub(crate) mod screen;
pub(crate) mod summary;
pub(crate) mod view;
pub(crate) mod vigil;
pub(crate) mod watch;

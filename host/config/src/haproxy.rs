//! [`Haproxy`]: HAProxy in place of the proxy of our own.

use std::path::PathBuf;

use crate::{
    raw_environment::{RawEnvironment, RawHaproxy},
    settings::Reading,
};

/// A backend of HAProxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Haproxy {
    /// Of the runtime API.
    pub socket: PathBuf,
    /// Name of the backend.
    pub backend: String,
}

impl Reading<'_> {
    pub(crate) fn haproxy(&mut self, path: &str, raw: &RawEnvironment) -> Option<Haproxy> {
        let RawHaproxy { socket, backend } = raw.haproxy.clone()?;
        let ours = [
            ("listen", raw.listen.is_some()),
            ("metrics", raw.metrics.is_some()),
            ("tls", raw.tls.is_some()),
            ("sticky", raw.sticky.is_some()),
        ];
        for (key, _) in ours.into_iter().filter(|(_, is_set)| *is_set) {
            let message = format!("`{key}` is of the proxy of `sdlc`; hint: HAProxy's own configuration says that");
            self.wrong(&format!("{path}.{key}"), message);
        }
        // It becomes a word of a command.
        if backend.is_empty() || !backend.chars().all(|char| char.is_ascii_alphanumeric() || "-_.:".contains(char)) {
            self.wrong(&format!("{path}.haproxy.backend"), format!("`{backend}` is no name of a backend"));
        }
        Some(Haproxy { socket: socket.into(), backend })
    }
}

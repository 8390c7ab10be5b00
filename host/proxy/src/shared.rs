//! [`Shared`]: what the parts of one proxy have in common.

use std::{
    fs::File,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicU32},
};

use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{budget::Budget, directory::Directory, routes::Routes};

/// What the parts of one proxy have in common.
pub(crate) struct Shared {
    pub(crate) directory: Directory,
    /// Held while this proxy is the one that serves in the directory.
    pub(crate) directory_lock: tokio::sync::Mutex<Option<File>>,
    pub(crate) routes: Routes,
    pub(crate) budget: Budget,
    /// No more connections; those there are end with what they are at.
    pub(crate) ending: CancellationToken,
    /// Connections end at once.
    pub(crate) killed: CancellationToken,
    /// Connections and tunnels.
    pub(crate) tasks: TaskTracker,
    /// Empty once it takes no more connections.
    pub(crate) listeners: Mutex<Vec<Bound>>,
    /// Held while the table changes, or another proxy takes over.
    pub(crate) phase: tokio::sync::Mutex<Phase>,
    /// Process of a proxy that handed over and has not ended yet; 0 for none.
    pub(crate) predecessor: AtomicU32,
    /// Processes that have the listeners and wait.
    pub(crate) standing_by: AtomicU32,
}

/// What a proxy is up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Serving,
    Stopping,
    HandedOver,
}

/// A listener.
#[derive(Clone)]
pub(crate) struct Bound {
    /// The address as it was asked for, maybe without a port.
    pub(crate) asked: SocketAddr,
    pub(crate) role: Role,
    pub(crate) listener: Arc<TcpListener>,
}

/// What a listener is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Traffic,
    Metrics,
}

impl Shared {
    pub(crate) fn bound(&self) -> Vec<Bound> {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// So that the sockets are closed when the last one who accepts has stopped.
    pub(crate) fn forget_listeners(&self) {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Where it takes requests.
    pub(crate) fn listening(&self) -> Vec<SocketAddr> {
        let bound = self.bound();
        let traffic = bound.iter().filter(|bound| bound.role == Role::Traffic);
        traffic.filter_map(|bound| bound.listener.local_addr().ok()).collect()
    }
}

//! [`serve`]: a proxy, from its start to when its last request has ended.

use std::{
    fs::File,
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use tokio::{
    io::AsyncReadExt,
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    budget::Budget,
    commands,
    directory::Directory,
    error::Error,
    front::Front,
    hand_over::{self, Listeners},
    metrics,
    routes::Routes,
    shared::{Bound, Phase, Role, Shared},
    stand_by,
    tls::Certificates,
};

/// How a proxy is run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where it takes requests. Port 0 is any that is free; the status says which.
    pub listen: Vec<SocketAddr>,
    /// How connections of clients are secured; they are not without it.
    pub tls: Option<TlsFiles>,
    /// Of its own, with mode 0700: `control.sock`, `table.json`, `lock`. Made where it is not there.
    pub directory: PathBuf,
    /// Where Prometheus finds `/metrics`.
    pub metrics: Option<SocketAddr>,
    /// How long requests may go on after it was told to end.
    pub drain_timeout: Duration,
    /// What it has to do with a proxy that runs in the directory.
    pub start: Start,
}

/// What a new proxy has to do with one that runs in its directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// There must be none.
    Alone,
    /// It takes the listeners of that one, which then ends. Where none runs, it just starts.
    TakeOver,
    /// It waits, and serves when that one dies. When that one ends in order, so does this one.
    StandBy,
}

/// A certificate and its key in PEM; read again when they change, and on SIGHUP.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The chain, its own certificate first.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// Serves until `stop`, a command, or the next proxy ends it, and then until the last request has ended, or the time for
/// that is over. To be called in a runtime of tokio.
///
/// # Errors
/// Where it cannot start. Nothing is wrong with one that ends.
pub async fn serve(options: Options, stop: CancellationToken) -> Result<(), Error> {
    let directory = Directory::open(&options.directory)?;
    let tls = options.tls.clone().map(Certificates::load).transpose()?.map(Arc::new);
    let (path, socket) = (directory.path(), directory.socket());
    let (inherited, predecessor) = match options.start {
        Start::Alone => (Vec::new(), None),
        Start::TakeOver => hand_over::take(path, &socket)
            .await?
            .map_or_else(Default::default, |(listeners, other)| (listeners, Some(other))),
        Start::StandBy => {
            let waited = tokio::select! {
                waited = stand_by::wait(path, &socket) => waited?,
                () = stop.cancelled() => None,
            };
            let Some(listeners) = waited else { return Ok(()) };
            // It may have stood by for longer than a certificate lasts.
            tls.iter().for_each(|tls| tls.look());
            (listeners, None)
        }
    };
    let alone = if predecessor.is_none() { Some(lock(&directory).await?) } else { None };
    let table = directory.load()?;
    let bound = listeners(&options, &inherited).await?;
    drop(inherited);
    let control = directory.bind()?;
    let shared = Arc::new(Shared {
        directory,
        directory_lock: tokio::sync::Mutex::new(alone),
        routes: Routes::default(),
        budget: Budget::default(),
        ending: CancellationToken::new(),
        killed: CancellationToken::new(),
        tasks: TaskTracker::new(),
        listeners: std::sync::Mutex::new(bound.clone()),
        phase: tokio::sync::Mutex::new(Phase::Serving),
        predecessor: predecessor.as_ref().map_or(0, |other| other.pid).into(),
        standing_by: 0.into(),
    });
    // However this future ends, nothing outlives it.
    let _killed = shared.killed.clone().drop_guard();
    let _ending = shared.ending.clone().drop_guard();
    shared.routes.apply(&table, true);
    let mut background = JoinSet::new();
    accept(&shared, tls.as_ref(), bound);
    if let Some(predecessor) = predecessor {
        let predecessor = predecessor.confirm(shared.directory.path()).await?;
        let locked = lock(&shared.directory).await?;
        shared.directory_lock.lock().await.replace(locked);
        background.spawn(watch(Arc::clone(&shared), predecessor));
    }
    shared.directory.publish()?;
    background.spawn(commands::listen(Arc::clone(&shared), control));
    background.spawn({
        let shared = Arc::clone(&shared);
        async move { shared.routes.sweep().await }
    });
    background.spawn(reload(tls));
    tokio::select! {
        () = stop.cancelled() => shared.ending.cancel(),
        () = shared.ending.cancelled() => (),
    }
    drain(&shared, options.drain_timeout).await;
    dismiss(&shared).await;
    Ok(())
}

/// Waits a moment for one that is about to end.
async fn lock(directory: &Directory) -> Result<File, Error> {
    for _ in 0..20 {
        if let Some(lock) = directory.lock()? {
            return Ok(lock);
        }
        sleep(Duration::from_millis(50)).await;
    }
    Err(Error::Running { path: directory.path().to_owned() })
}

async fn listeners(options: &Options, inherited: &Listeners) -> Result<Vec<Bound>, Error> {
    let traffic = options.listen.iter().map(|asked| (*asked, Role::Traffic));
    let wanted = traffic.chain(options.metrics.map(|asked| (asked, Role::Metrics)));
    let mut bound: Vec<Bound> = Vec::new();
    for (asked, role) in wanted {
        let failed = |error| Error::Listen { address: asked, error };
        // The n-th of several that are asked for alike is the n-th of those inherited.
        let alike = bound.iter().filter(|bound| (bound.asked, bound.role) == (asked, role)).count();
        let listener = match inherited.iter().filter(|(had, was, _)| (*had, *was) == (asked, role)).nth(alike) {
            Some((_, _, listener)) => listener.try_clone().and_then(TcpListener::from_std).map_err(failed)?,
            None => TcpListener::bind(asked).await.map_err(failed)?,
        };
        bound.push(Bound { asked, role, listener: Arc::new(listener) });
    }
    Ok(bound)
}

fn accept(shared: &Arc<Shared>, tls: Option<&Arc<Certificates>>, bound: Vec<Bound>) {
    let front = Arc::new(Front::new(Arc::clone(shared), tls.cloned()));
    for Bound { role, listener, .. } in bound {
        match role {
            Role::Traffic => shared.tasks.spawn(Arc::clone(&front).accept(listener)),
            Role::Metrics => shared.tasks.spawn(metrics::serve(Arc::clone(shared), listener)),
        };
    }
}

/// Until those that stand by know that this is no death: else one of them would serve on.
async fn dismiss(shared: &Shared) {
    let told = async {
        while shared.standing_by.load(Relaxed) > 0 {
            sleep(Duration::from_millis(5)).await;
        }
    };
    if timeout(Duration::from_secs(5), told).await.is_err() {
        tracing::warn!("a process that stands by was not told of the end");
    }
}

/// Until the proxy that handed over has ended.
async fn watch(shared: Arc<Shared>, mut predecessor: tokio::net::UnixStream) {
    // It says no more; only its end can come.
    let _ = predecessor.read(&mut [0]).await;
    shared.predecessor.store(0, Relaxed);
}

/// For ever. A hang-up also comes when the terminal closes, which is no reason to end.
async fn reload(tls: Option<Arc<Certificates>>) {
    let Ok(mut hang_up) = signal(SignalKind::hangup()) else { return };
    let watching = async {
        match &tls {
            Some(tls) => tls.watch().await,
            None => std::future::pending().await,
        }
    };
    let hang_ups = async {
        while hang_up.recv().await.is_some() {
            tls.iter().for_each(|tls| tls.reload());
        }
    };
    tokio::join!(watching, hang_ups);
}

async fn drain(shared: &Shared, limit: Duration) {
    shared.forget_listeners();
    shared.tasks.close();
    if timeout(limit, shared.tasks.wait()).await.is_err() {
        tracing::warn!(connections = shared.tasks.len(), "the time to drain is over");
        shared.killed.cancel();
        shared.tasks.wait().await;
    }
}

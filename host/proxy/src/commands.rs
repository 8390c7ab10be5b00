//! [`listen`]: answers what comes over the control socket, of our own user only.

use std::{
    io,
    sync::{Arc, atomic::Ordering::Relaxed},
};

use rustix::process::geteuid;
use tokio::{
    io::{AsyncWriteExt, BufReader},
    net::{UnixListener, UnixStream},
    task::{JoinSet, spawn_blocking},
};

use crate::{
    check::check,
    control::{Request, Response, Status, Table, line, read_line},
    hand_over,
    shared::{Phase, Shared},
    stand_by,
};

/// Never ends; what it is at ends with it.
pub(crate) async fn listen(shared: Arc<Shared>, listener: UnixListener) {
    let mut clients = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let shared = Arc::clone(&shared);
                    clients.spawn(async move {
                        if let Err(error) = attend(&shared, stream).await {
                            tracing::debug!(%error, "a client of the control socket");
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a command");
                    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                }
            },
            Some(_) = clients.join_next() => (),
        }
    }
}

async fn attend(shared: &Arc<Shared>, stream: UnixStream) -> io::Result<()> {
    if stream.peer_cred()?.uid() != geteuid().as_raw() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let mut stream = BufReader::new(stream);
    while let Some(request) = read_line(&mut stream).await? {
        let response = match serde_json::from_slice(&request) {
            Ok(Request::Status) => Response::Status(status(shared)),
            Ok(Request::Apply { expected, table }) => apply(shared, expected, table).await,
            Ok(Request::Stop) => stop(shared).await,
            Ok(Request::HandOver) => match hand_over::give(shared, &mut stream).await? {
                Some(refused) => refused,
                None => continue,
            },
            Ok(Request::StandBy) => match stand_by::attend(shared, &mut stream).await? {
                Some(refused) => refused,
                None => continue,
            },
            Ok(Request::TakenOver) => refused("nothing was handed over", None),
            Err(error) => refused(
                format!("the request is not understood: {error}"),
                Some("is the client of another version than the proxy?"),
            ),
        };
        stream.write_all(&line(&response)?).await?;
    }
    Ok(())
}

pub(crate) fn refused(reason: impl Into<String>, hint: Option<&str>) -> Response {
    Response::Refused { reason: reason.into(), hint: hint.map(str::to_owned) }
}

/// Why a proxy that does not serve any more does not do as asked.
pub(crate) fn not_serving(phase: Phase) -> Option<Response> {
    match phase {
        Phase::Serving => None,
        Phase::Stopping => Some(refused("the proxy is stopping", None)),
        Phase::HandedOver => Some(refused("the proxy handed over to another one", Some("ask again"))),
    }
}

fn status(shared: &Shared) -> Status {
    let (slots, draining) = shared.routes.status();
    Status {
        pid: std::process::id(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        listening: shared.listening(),
        revision: shared.routes.revision(),
        slots,
        draining,
        predecessor: Some(shared.predecessor.load(Relaxed)).filter(|pid| *pid > 0),
        standing_by: shared.standing_by.load(Relaxed),
    }
}

async fn apply(shared: &Arc<Shared>, expected: u64, table: Table) -> Response {
    let phase = shared.phase.lock().await;
    if let Some(refused) = not_serving(*phase) {
        return refused;
    }
    let revision = shared.routes.revision();
    if expected != revision {
        let reason = format!("the table is at revision {revision} and not at {expected}");
        return refused(reason, Some("someone else changed it; look at the status, and decide again"));
    }
    if table.revision <= revision {
        return refused(format!("revision {} does not come after {revision}", table.revision), None);
    }
    if let Err(reason) = check(&table) {
        return refused(reason, None);
    }
    let directory = shared.directory.clone();
    let saved = spawn_blocking(move || directory.save(&table).map(|()| table)).await;
    match saved.map_err(io::Error::other).and_then(|saved| saved) {
        Ok(table) => {
            shared.routes.apply(&table, false);
            Response::Applied { revision: table.revision }
        }
        Err(error) => refused(format!("cannot write `table.json`: {error}"), None),
    }
}

async fn stop(shared: &Shared) -> Response {
    let mut phase = shared.phase.lock().await;
    if *phase == Phase::Serving {
        *phase = Phase::Stopping;
    }
    shared.ending.cancel();
    Response::Stopping
}

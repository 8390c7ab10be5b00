//! Standing by: a second process that has the listeners, too, and serves when the first one dies. Connections that come
//! in between wait in the queue of the listeners; only requests that were in flight are lost.
//!
//! [`attend`] on the side of the one that serves, [`wait`] on that of the other.

use std::{
    io,
    path::Path,
    sync::{Arc, atomic::Ordering::Relaxed},
};

use tokio::{
    io::{AsyncWriteExt, BufReader},
    time::{Duration, sleep},
};

use crate::{
    commands::not_serving,
    control::{Request, Response, line, read_line},
    error::Error,
    hand_over::{self, Listeners},
    shared::Shared,
};

/// How long the first one may take to begin.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(100);

/// Gives the listeners, and says when they are not needed any more. Gives back what to answer where nothing came of it.
pub(crate) async fn attend(
    shared: &Arc<Shared>,
    stream: &mut BufReader<tokio::net::UnixStream>,
) -> io::Result<Option<Response>> {
    if let Some(refused) = not_serving(*shared.phase.lock().await) {
        return Ok(Some(refused));
    }
    // From before it has the listeners: who ends waits for those that are to be told.
    shared.standing_by.fetch_add(1, Relaxed);
    let done = keep(shared, stream).await;
    shared.standing_by.fetch_sub(1, Relaxed);
    done
}

async fn keep(shared: &Arc<Shared>, stream: &mut BufReader<tokio::net::UnixStream>) -> io::Result<Option<Response>> {
    if let Some(refused) = hand_over::offer(shared, stream).await? {
        return Ok(Some(refused));
    }
    tokio::select! {
        () = shared.ending.cancelled() => stream.write_all(&line(&Response::Stopping)?).await?,
        // Nothing is said at the other end; it can only have ended.
        _ = read_line(stream) => (),
    }
    Ok(None)
}

/// Until the proxy that serves in the directory dies: its listeners. None: it ended in order, or there is none.
pub(crate) async fn wait(directory: &Path, socket: &Path) -> Result<Option<Listeners>, Error> {
    for _ in 0..TRIES {
        if let Some((listeners, stream)) = hand_over::ask(directory, socket, Request::StandBy).await? {
            let failed = |error: io::Error| hand_over::failed(directory, error.to_string());
            stream.set_nonblocking(true).map_err(failed)?;
            let mut stream = BufReader::new(tokio::net::UnixStream::from_std(stream).map_err(failed)?);
            return match read_line(&mut stream).await {
                Ok(Some(_)) => Ok(None),
                Ok(None) | Err(_) => Ok(Some(listeners)),
            };
        }
        sleep(PAUSE).await;
    }
    Ok(None)
}

//! Handing the listeners to the next proxy: [`give`] on the side of the one that ends, [`take`] on that of the next.
//!
//! 1. The next one asks; no table is applied from now on.
//! 2. It gets the descriptors, loads the table, and accepts connections. If it fails before the next step, nothing
//!    happened.
//! 3. It says so; the first one stops accepting, answers, and drains. Its end closes the connection of both.

use std::{
    io::{self, IoSlice, IoSliceMut, Read, Write},
    mem::MaybeUninit,
    net::{SocketAddr, TcpListener},
    os::{
        fd::{AsFd, BorrowedFd, OwnedFd},
        unix::net::UnixStream,
    },
    path::Path,
    sync::Arc,
    time::Duration,
};

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
    recvmsg, sendmsg, sockopt::socket_peercred,
};
use tokio::{
    io::{AsyncWriteExt, BufReader, Interest},
    task::spawn_blocking,
    time::timeout,
};

use crate::{
    commands::{not_serving, refused},
    control::{LONGEST_LINE, Request, Response, line, read_line},
    error::Error,
    shared::{Bound, Phase, Role, Shared},
};

/// Listeners that can be handed over at once.
const MOST: usize = 64;

/// How long either side waits for the other.
const PATIENCE: Duration = Duration::from_secs(30);

/// Gives the listeners to the proxy at the other end, and ends this one once that serves. Gives back what to answer where
/// nothing came of it.
pub(crate) async fn give(
    shared: &Arc<Shared>,
    stream: &mut BufReader<tokio::net::UnixStream>,
) -> io::Result<Option<Response>> {
    let mut phase = shared.phase.lock().await;
    if let Some(refused) = not_serving(*phase) {
        return Ok(Some(refused));
    }
    if let Some(refused) = offer(shared, stream).await? {
        return Ok(Some(refused));
    }
    let answer = timeout(PATIENCE, read_line(stream)).await.map_err(|_| io::ErrorKind::TimedOut)??;
    let answer = answer.ok_or(io::ErrorKind::UnexpectedEof)?;
    if !matches!(serde_json::from_slice(&answer), Ok(Request::TakenOver)) {
        return Ok(Some(refused("nothing but `taken-over` was expected", None)));
    }
    *phase = Phase::HandedOver;
    drop(phase);
    shared.directory_lock.lock().await.take();
    shared.ending.cancel();
    stream.write_all(&line(&Response::Stopping)?).await?;
    // Its end tells the next proxy that this one has ended.
    read_line(stream).await?;
    Ok(Some(refused("the proxy handed over to another one", None)))
}

/// Sends the listeners. Gives back what to answer where they cannot be sent.
pub(crate) async fn offer(
    shared: &Shared,
    stream: &mut BufReader<tokio::net::UnixStream>,
) -> io::Result<Option<Response>> {
    let bound = shared.bound();
    if bound.len() > MOST {
        return Ok(Some(refused(format!("more than {MOST} listeners cannot be handed over"), None)));
    }
    let of = |role| bound.iter().filter(move |bound| bound.role == role);
    let ordered: Vec<&Bound> = of(Role::Traffic).chain(of(Role::Metrics)).collect();
    let listen = of(Role::Traffic).map(|bound| bound.asked).collect();
    let metrics = of(Role::Metrics).map(|bound| bound.asked).next();
    send(stream, &line(&Response::Listeners { listen, metrics })?, &ordered).await?;
    Ok(None)
}

/// The descriptors go with the first byte.
async fn send(stream: &mut BufReader<tokio::net::UnixStream>, line: &[u8], bound: &[&Bound]) -> io::Result<()> {
    let descriptors: Vec<BorrowedFd<'_>> = bound.iter().map(|bound| bound.listener.as_fd()).collect();
    let sent = stream.get_ref().async_io(Interest::WRITABLE, || {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        if !descriptors.is_empty() && !ancillary.push(SendAncillaryMessage::ScmRights(&descriptors)) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        Ok(sendmsg(stream.get_ref(), &[IoSlice::new(line)], &mut ancillary, SendFlags::NOSIGNAL)?)
    });
    let sent = sent.await?;
    stream.write_all(line.get(sent..).unwrap_or_default()).await
}

/// With the address as it was asked for.
pub(crate) type Listeners = Vec<(SocketAddr, Role, TcpListener)>;

/// A proxy that hands over.
pub(crate) struct Predecessor {
    /// Its process.
    pub(crate) pid: u32,
    stream: UnixStream,
}

/// Takes over from the proxy that listens at `socket`; nothing where there is none.
pub(crate) async fn take(directory: &Path, socket: &Path) -> Result<Option<(Listeners, Predecessor)>, Error> {
    let Some((listeners, stream)) = ask(directory, socket, Request::HandOver).await? else { return Ok(None) };
    let pid = socket_peercred(&stream).map_err(|error| failed(directory, error.to_string()))?;
    let pid = pid.pid.as_raw_nonzero().get().unsigned_abs();
    Ok(Some((listeners, Predecessor { pid, stream })))
}

/// Asks the proxy that listens at `socket` for its listeners; nothing where there is none.
pub(crate) async fn ask(
    directory: &Path,
    socket: &Path,
    request: Request,
) -> Result<Option<(Listeners, UnixStream)>, Error> {
    let stream = match UnixStream::connect(socket) {
        Ok(stream) => stream,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
            return Ok(None);
        }
        Err(error) => return Err(failed(directory, error.to_string())),
    };
    blocking(directory, move || receive(stream, &request)).await.map(Some)
}

impl Predecessor {
    /// Tells the other one that this one serves. Gives back a stream that ends with the other one.
    pub(crate) async fn confirm(self, directory: &Path) -> Result<tokio::net::UnixStream, Error> {
        let mut stream = self.stream;
        let stream = blocking(directory, move || {
            stream.write_all(&line(&Request::TakenOver)?)?;
            let mut answer = Vec::new();
            let mut byte = [0];
            while answer.last() != Some(&b'\n') && (answer.len() as u64) < LONGEST_LINE {
                stream.read_exact(&mut byte)?;
                answer.extend(byte);
            }
            match serde_json::from_slice(&answer)? {
                Response::Stopping => Ok(stream),
                other => Err(unexpected(&other)),
            }
        });
        let stream = stream.await?;
        let watched = stream.set_nonblocking(true).and_then(|()| tokio::net::UnixStream::from_std(stream));
        watched.map_err(|error| failed(directory, error.to_string()))
    }
}

fn receive(mut stream: UnixStream, request: &Request) -> io::Result<(Listeners, UnixStream)> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(&line(request)?)?;
    let (mut answer, mut descriptors) = (Vec::new(), Vec::new());
    while answer.last() != Some(&b'\n') {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST))];
        let mut ancillary = RecvAncillaryBuffer::new(&mut space);
        let mut bytes = [0; 16 << 10];
        let flags = RecvFlags::CMSG_CLOEXEC;
        let received = recvmsg(&stream, &mut [IoSliceMut::new(&mut bytes)], &mut ancillary, flags)?.bytes;
        for message in ancillary.drain() {
            if let RecvAncillaryMessage::ScmRights(more) = message {
                descriptors.extend(more);
            }
        }
        match bytes.get(..received) {
            Some(more) if !more.is_empty() && (answer.len() as u64) < LONGEST_LINE => answer.extend(more),
            _ => return Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
    match serde_json::from_slice(&answer)? {
        Response::Listeners { listen, metrics } => Ok((named(listen, metrics, descriptors)?, stream)),
        other => Err(unexpected(&other)),
    }
}

fn named(listen: Vec<SocketAddr>, metrics: Option<SocketAddr>, descriptors: Vec<OwnedFd>) -> io::Result<Listeners> {
    let traffic = listen.into_iter().map(|asked| (asked, Role::Traffic));
    let names: Vec<_> = traffic.chain(metrics.map(|asked| (asked, Role::Metrics))).collect();
    if names.len() != descriptors.len() {
        let reason = format!("{} descriptors for {} listeners", descriptors.len(), names.len());
        return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
    }
    Ok(names.into_iter().zip(descriptors).map(|((asked, role), fd)| (asked, role, TcpListener::from(fd))).collect())
}

fn unexpected(response: &Response) -> io::Error {
    io::Error::other(match response {
        Response::Refused { reason, .. } => reason.clone(),
        other => format!("{other:?} was not asked for"),
    })
}

pub(crate) fn failed(directory: &Path, reason: String) -> Error {
    Error::TakeOver { path: directory.to_owned(), reason }
}

/// Waiting for the other proxy, with a limit that the stream has.
async fn blocking<T: Send + 'static>(
    directory: &Path,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, Error> {
    let done = spawn_blocking(work).await.map_err(io::Error::other).and_then(|done| done);
    done.map_err(|error| failed(directory, error.to_string()))
}

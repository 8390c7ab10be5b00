//! [`Process`]: the launcher, as the host sees it.

use std::{
    io::{self, IoSliceMut},
    mem::MaybeUninit,
    net::SocketAddr,
    os::fd::OwnedFd,
    path::Path,
    process::Stdio,
    time::Duration,
};

use rustix::{
    net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg},
    process::{Pid, Signal},
};
use serde::de::DeserializeOwned;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, Interest},
    net::{TcpListener, UnixStream},
    process::{Child, ChildStderr, ChildStdout, Command},
    time::timeout,
};

use crate::{
    error::ToolError,
    launcher,
    message::{self, LONGEST_REPORT, Report},
};

/// How long the launcher may take to end everything, before it is ended itself.
const GRACE: Duration = Duration::from_secs(7);

/// The launcher, as the host sees it. When it is dropped the launcher sees that the host hung up, and ends everything.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    control: UnixStream,
    pub(crate) stdout: Option<ChildStdout>,
    pub(crate) stderr: Option<ChildStderr>,
}

impl Process {
    /// Starts the launcher in one of its roles.
    pub(crate) fn start(launcher: &Path, role: &str, addresses: impl Iterator<Item = SocketAddr>) -> io::Result<Self> {
        let (ours, theirs) = std::os::unix::net::UnixStream::pair()?;
        ours.set_nonblocking(true)?;
        let mut child = Command::new(launcher)
            .arg0("sdlc")
            .args([launcher::ARGUMENT, role])
            .args(addresses.map(|address| address.to_string()))
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        Ok(Self { child, control: UnixStream::from_std(ours)?, stdout, stderr })
    }

    /// Sends a message, already encoded. That nobody is there to take it shows in the answer.
    pub(crate) async fn send(&mut self, message: &[u8]) {
        let _ = self.control.write_all(message).await;
    }

    /// What comes next.
    pub(crate) async fn receive<T: DeserializeOwned>(&mut self) -> io::Result<T> {
        let length = self.control.read_u32_le().await?;
        if length > LONGEST_REPORT {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut body = Vec::new();
        (&mut self.control).take(u64::from(length)).read_to_end(&mut body).await?;
        message::decode(&body)
    }

    /// The listeners of the network that the launcher makes.
    pub(crate) async fn listeners(&mut self, count: usize) -> Result<Vec<TcpListener>, ToolError> {
        let no_answer = |error| ToolError::Other(format!("the launcher gave no answer: {error}"));
        match self.receive().await.map_err(no_answer)? {
            Report::Listening => {}
            Report::Failed(error) => return Err(error),
            _ => return Err(no_answer(io::ErrorKind::InvalidData.into())),
        }
        let mut listeners = Vec::with_capacity(count);
        for _ in 0..count {
            let received = self.control.async_io(Interest::READABLE, || receive_descriptor(&self.control)).await;
            listeners.push(received.and_then(listener).map_err(no_answer)?);
        }
        Ok(listeners)
    }

    /// How the program ended. An end that no beginning was told of is one of the launcher.
    pub(crate) async fn report(&mut self) -> Result<Report, ToolError> {
        let mut started = false;
        loop {
            match self.receive().await {
                Ok(Report::Started) => started = true,
                Ok(Report::Failed(error)) => return Err(error),
                Ok(report) if started => return Ok(report),
                Ok(_) => {
                    return Err(ToolError::Other("the launcher was ended before it started the program".to_owned()));
                }
                Err(error) => return Err(ToolError::Other(format!("the launcher gave no answer: {error}"))),
            }
        }
    }

    /// Returns when the program, all that it started and the launcher are no more.
    pub(crate) async fn end(&mut self) {
        let _ = self.control.shutdown().await;
        if timeout(GRACE, self.child.wait()).await.is_err() {
            self.kill();
            let _ = self.child.wait().await;
        }
    }

    /// The launcher is not ours to ask any more: something stopped it.
    fn kill(&mut self) {
        let pid = self.child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        // First itself, so that it starts nothing between the two.
        let _ = self.child.start_kill();
        if let Some(pid) = pid {
            let _ = rustix::process::kill_process_group(pid, Signal::KILL);
        }
    }
}

/// One, with the byte that carries it.
fn receive_descriptor(control: &UnixStream) -> io::Result<OwnedFd> {
    let mut byte = [0];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    recvmsg(control, &mut [IoSliceMut::new(&mut byte)], &mut ancillary, RecvFlags::CMSG_CLOEXEC)?;
    let descriptor = ancillary.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
        _ => None,
    });
    descriptor.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

fn listener(descriptor: OwnedFd) -> io::Result<TcpListener> {
    let listener = std::net::TcpListener::from(descriptor);
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

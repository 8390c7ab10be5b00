//! A network of which only the granted addresses exist: each is one of the loopback interface, and listened on. The
//! listeners go to the host, which connects to the real thing; so the program cannot choose where to.

use std::{
    fs::File,
    io::{self, IoSlice},
    mem::MaybeUninit,
    net::{IpAddr, SocketAddr, TcpListener},
    os::fd::{AsFd, OwnedFd},
};

use rustix::net::{
    AddressFamily, Protocol, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, SocketFlags, SocketType,
    recv, send, sendmsg, socket_with,
};

use super::failed;
use crate::{
    error::ToolError,
    message::{self, Report},
};

/// The loopback interface is the first of any name space.
const LOOPBACK: u32 = 1;
/// From `linux/rtnetlink.h`.
const NEW_LINK: u16 = 16;
const NEW_ADDRESS: u16 = 20;
const LOCAL_ADDRESS: u16 = 2;
/// `NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE`.
const REQUEST: u16 = 0x405;
const INTERFACE_UP: u32 = 1;
/// The address is not first looked for in the network.
const NO_DUPLICATE_DETECTION: u8 = 2;
const HEADER: usize = 16;
/// `NETLINK_ROUTE` is 0.
const ROUTE: Option<Protocol> = None;

/// In a new name space, and before anything runs in it.
pub(super) fn open(control: &File, addresses: &[SocketAddr]) -> Result<(), ToolError> {
    let listeners = listen(addresses).map_err(failed("network"))?;
    message::write(control, &Report::Listening).map_err(failed("answer"))?;
    listeners.iter().try_for_each(|listener| hand_over(control, listener)).map_err(failed("answer"))
}

/// The loopback interface, with the addresses that it always has.
pub(super) fn up() -> io::Result<OwnedFd> {
    let netlink = socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, ROUTE)?;
    ask(&netlink, NEW_LINK, &interface_up())?;
    Ok(netlink)
}

fn listen(addresses: &[SocketAddr]) -> io::Result<Vec<TcpListener>> {
    let netlink = up()?;
    for address in addresses.iter().map(SocketAddr::ip).filter(|address| !address.is_loopback()) {
        match ask(&netlink, NEW_ADDRESS, &local_address(address)) {
            // Granted with several ports.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            result => result?,
        }
    }
    addresses.iter().map(TcpListener::bind).collect()
}

/// `struct ifinfomsg`.
fn interface_up() -> Vec<u8> {
    let [index, flags, change] = [LOOPBACK, INTERFACE_UP, INTERFACE_UP].map(u32::to_ne_bytes);
    [[0; 4], index, flags, change].concat()
}

/// `struct ifaddrmsg`, and an attribute with the address.
fn local_address(address: IpAddr) -> Vec<u8> {
    let (family, bytes) = match address {
        IpAddr::V4(address) => (AddressFamily::INET, address.octets().to_vec()),
        IpAddr::V6(address) => (AddressFamily::INET6, address.octets().to_vec()),
    };
    let family = family.as_raw().to_le_bytes()[0];
    let [length, attribute] = [bytes.len() as u16, bytes.len() as u16 + 4];
    let prefix = (length * 8) as u8;
    [
        [family, prefix, NO_DUPLICATE_DETECTION, 0].as_slice(),
        &LOOPBACK.to_ne_bytes(),
        &attribute.to_ne_bytes(),
        &LOCAL_ADDRESS.to_ne_bytes(),
        &bytes,
    ]
    .concat()
}

/// Asks the kernel for a change, and waits for what it says.
fn ask(netlink: &OwnedFd, kind: u16, body: &[u8]) -> io::Result<()> {
    let length = u32::try_from(HEADER + body.len()).map_err(io::Error::other)?;
    let header = [length.to_ne_bytes().as_slice(), &kind.to_ne_bytes(), &REQUEST.to_ne_bytes(), &[0; 8]].concat();
    send(netlink, &[header.as_slice(), body].concat(), SendFlags::empty())?;
    let mut answer = [0; 1024];
    let (_, count) = recv(netlink, &mut answer, RecvFlags::empty())?;
    let code = answer.get(..count).and_then(|answer| answer.get(HEADER..)?.first_chunk().copied());
    match code.map(i32::from_ne_bytes) {
        Some(0) => Ok(()),
        Some(error) => Err(io::Error::from_raw_os_error(error.saturating_neg())),
        None => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// With a byte, as something has to carry it.
fn hand_over(control: &File, listener: &TcpListener) -> io::Result<()> {
    let descriptors = [listener.as_fd()];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    if !ancillary.push(SendAncillaryMessage::ScmRights(&descriptors)) {
        return Err(io::ErrorKind::OutOfMemory.into());
    }
    sendmsg(control, &[IoSlice::new(&[0])], &mut ancillary, SendFlags::NOSIGNAL)?;
    Ok(())
}

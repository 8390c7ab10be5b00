//! [`open`]: what a client and a target send each other after an upgrade, such as a WebSocket.

use std::sync::Arc;

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::copy_bidirectional;

use crate::{backend::Ticket, shared::Shared};

/// In flight until both sides closed it.
pub(crate) fn open(shared: &Arc<Shared>, ticket: Ticket, client: OnUpgrade, target: OnUpgrade) {
    let copied = async move {
        let _ticket = ticket;
        if let (Ok(client), Ok(target)) = tokio::join!(client, target) {
            // An end of either side is an end of both, whatever it is.
            let _ = copy_bidirectional(&mut TokioIo::new(client), &mut TokioIo::new(target)).await;
        }
    };
    shared.tasks.spawn(shared.killed.clone().run_until_cancelled_owned(copied));
}

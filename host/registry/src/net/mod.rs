//! Asking servers that are not trusted: where they may lead, how long they may take, how much they may say.

pub(crate) mod causes;
pub(crate) mod network;
pub(crate) mod request;
pub(crate) mod session;
mod tls;
pub(crate) mod zone;

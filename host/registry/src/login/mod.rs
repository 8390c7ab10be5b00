//! Logging in to a registry: the user's logins as Docker keeps them, and the exchange of one for a token.

pub(crate) mod challenge;
pub(crate) mod docker;
mod helper;
pub(crate) mod token;

//! Recovery: what is wrong with a running service, healers that are plugins, and what they may do about it.

pub(crate) mod acting;
pub(crate) mod healer;
pub(crate) mod ledger;
pub(crate) mod recovery;
pub(crate) mod words;

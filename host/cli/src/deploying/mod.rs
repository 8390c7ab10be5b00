//! Deployments: what of this machine and user they need, and what people see of them.

pub(crate) mod aftermath;
pub(crate) mod analysis;
pub(crate) mod build_log;
pub(crate) mod figures;
pub(crate) mod hooks;
pub(crate) mod images;
pub(crate) mod last_lines;
pub(crate) mod naming;
pub(crate) mod placement;
pub(crate) mod proxy;
pub(crate) mod rehearsal;
pub(crate) mod removal;
pub(crate) mod site;
pub(crate) mod standing;
pub(crate) mod strategy;
pub(crate) mod timeline;
pub(crate) mod work;

//! The proxy with real targets and real clients, all on the loopback.

mod control;
mod harness;
mod health;
mod protocols;
mod retries;
mod routing;
mod targets;

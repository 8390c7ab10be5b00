//! The deploy workflow. A [`strategy::Strategy`] says the next step of a rollout, the [`guard::Guard`] refuses what would do
//! harm, a [`world::World`] carries it out, and the [`journal`] says how far it is, whoever was killed.
//!
//! There are two worlds: [`live`], of containers and a proxy, and [`simulation`]. The loop in [`rollout`] does not know which
//! one it acts upon. Prints nothing: it tells what happens by [`event::Event`]s.
#![forbid(unsafe_code)]

pub mod deployment;
pub mod event;
pub mod guard;
pub mod journal;
pub mod live;
pub mod lock;
pub mod restore;
pub mod rollout;
pub mod simulation;
pub mod strategy;
pub mod world;

#[cfg(test)]
mod tests;

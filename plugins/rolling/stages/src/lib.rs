//! What deploy strategies have in common: a [`Stage`] waits until the candidate is healthy, watches it while it gets
//! requests, and says when to go back. What comes next is the strategy's own.
#![forbid(unsafe_code)]

mod patience;
mod stage;

pub use patience::{Patience, duration, wrong_steps};
pub use stage::{Memory, Stage, Watch};

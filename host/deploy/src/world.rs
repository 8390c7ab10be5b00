//! [`World`]: what a rollout acts upon. The real one is containers and a proxy, the other a model of them.

use std::time::Duration;

use sdlc_model::rollout::Slot;

/// What is seen at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed {
    /// None at the first deployment ever.
    pub live: Option<Slot>,
    /// None until started.
    pub candidate: Option<Slot>,
    /// Why the candidate, which was never well, will not be.
    pub hopeless: Option<String>,
}

/// A step that could not be carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Failure(pub String);

/// Carries steps out. Each can be done again after it was done, or half done, with the same result.
#[expect(async_fn_in_trait, reason = "a rollout runs on one thread")]
pub trait World {
    /// Milliseconds of a clock that goes on while nobody looks, so that a rollout that is resumed knows how long it took.
    fn now(&self) -> u64;

    /// Lets time go by.
    async fn wait(&mut self, time: Duration);

    /// What is there.
    async fn observe(&mut self) -> Result<Observed, Failure>;

    /// The candidate has so many replicas from now on; they need not be healthy yet.
    async fn start(&mut self, replicas: u32) -> Result<(), Failure>;

    /// The candidate gets so many per cent of new requests from now on.
    async fn shift(&mut self, share: u32) -> Result<(), Failure>;

    /// The candidate gets all new requests, and is the live version from now on.
    async fn promote(&mut self) -> Result<(), Failure>;

    /// The live version gets all new requests, and the candidate is drained and gone.
    async fn roll_back(&mut self) -> Result<(), Failure>;

    /// After a promotion: the version before is drained and stopped.
    async fn retire(&mut self) -> Result<(), Failure>;
}

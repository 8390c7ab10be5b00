//! [`Watched`]: a policy whose replays are shown on a terminal while they go on.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sdlc_model::scaling::{Observation, ScalingDecision};
use sdlc_report::text;
use sdlc_scale::policy::Policy;

use crate::console::Console;

/// Until it is dropped.
pub(crate) struct Watched<P> {
    policy: P,
    /// As long as one replay. There may be several.
    bar: ProgressBar,
}

impl<P> Watched<P> {
    /// With the decisions of a replay.
    pub(crate) fn new(policy: P, name: &str, decisions: u64, console: Console) -> Self {
        let target = if console.shows_progress() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(decisions), target).with_message(text::line(name));
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} decisions of {msg}");
        Self { policy, bar: style.map(|style| bar.clone().with_style(style)).unwrap_or(bar) }
    }
}

impl<P: Policy> Policy for Watched<P> {
    async fn decide(&mut self, observation: &Observation) -> Result<ScalingDecision, String> {
        if Some(self.bar.position()) == self.bar.length() {
            self.bar.set_position(0);
        }
        self.bar.inc(1);
        self.policy.decide(observation).await
    }
}

impl<P> Drop for Watched<P> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

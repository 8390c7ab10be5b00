//! [`Pace`]: tells when requests are due. A thread of its own: the timers of tokio are a millisecond wide, which is more
//! than many an answer takes.

use std::{
    thread,
    time::{Duration, Instant},
};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;

use crate::plan::{LoadError, Plan};

/// How soon a stop is seen.
const LONGEST_SLEEP: Duration = Duration::from_millis(100);

/// Gives, each time that requests are due, how many were due in all.
pub(crate) struct Pace {
    due: UnboundedReceiver<u64>,
}

impl Pace {
    /// Begins now.
    pub(crate) fn start(plan: &Plan, begin: Instant, stop: CancellationToken) -> Result<Self, LoadError> {
        let (sender, due) = unbounded_channel();
        let plan = plan.clone();
        let paced = thread::Builder::new().name("pace".to_owned()).spawn(move || pace(&plan, begin, &sender, &stop));
        paced.map_err(|error| LoadError::Machine(error.to_string()))?;
        Ok(Self { due })
    }

    /// None: all of them were.
    pub(crate) async fn next(&mut self) -> Option<u64> {
        self.due.recv().await
    }
}

fn pace(plan: &Plan, begin: Instant, due: &UnboundedSender<u64>, stop: &CancellationToken) {
    let all = plan.requests();
    let mut next = 0;
    while next < all && !stop.is_cancelled() {
        let wait = (begin + plan.due(next)).saturating_duration_since(Instant::now());
        if !wait.is_zero() {
            thread::sleep(wait.min(LONGEST_SLEEP));
            continue;
        }
        let elapsed = begin.elapsed();
        while next < all && plan.due(next) <= elapsed {
            next += 1;
        }
        if due.send(next).is_err() {
            return;
        }
    }
}

//! [`Timeline`]: what happens in a rollout, a line each.

use sdlc_deploy::event::Event;
use sdlc_model::rollout::{RolloutDecision, Step};
use sdlc_report::text;

use crate::console::Console;

/// Writes a line for everything that is new.
pub(crate) struct Timeline {
    console: Console,
    /// A strategy that waits says the same again and again.
    last: String,
}

impl Timeline {
    pub(crate) fn new(console: Console) -> Self {
        Self { console, last: String::new() }
    }

    pub(crate) fn tell(&mut self, event: &Event) {
        let line = match event {
            Event::Decided { at, decision } => return self.decided(*at, decision),
            Event::Refused { step, reason } => format!("   refused  {}: {reason}", describe(step)),
            Event::Failed { step, reason } => format!("    failed  {}: {reason}", describe(step)),
            Event::Blind { reason } => format!("   waiting  {reason}"),
            Event::Promoted => "            promoted".to_owned(),
            Event::Warm { time } => format!("            the version before stays warm for {} s", time.as_secs()),
            Event::Draining => "            the version before is drained and stopped".to_owned(),
            Event::GoingBack { reason } => format!("            going back: {reason}"),
            Event::RolledBack { .. } => "            all requests are back, and the new version is gone".to_owned(),
        };
        self.line(line);
    }

    fn decided(&mut self, at: u64, decision: &RolloutDecision) {
        let said = format!("{:<12} {}", describe(&decision.step), text::line(&decision.reason));
        // Of waits only the reason counts: how long it takes until the next look is nobody's concern.
        let same = matches!(decision.step, Step::Wait(_)) && self.last == decision.reason;
        self.last.clone_from(&decision.reason);
        if !same {
            self.console.note(&format!("{:>8.1} s  {said}", at as f64 / 1000.0));
        }
    }

    fn line(&mut self, line: String) {
        if self.last != line {
            self.console.note(&line);
            self.last = line;
        }
    }
}

fn describe(step: &Step) -> String {
    match step {
        Step::Start(replicas) => format!("start {replicas}"),
        Step::Shift(share) => format!("shift {share} %"),
        Step::Wait(_) => "wait".to_owned(),
        Step::Promote => "promote".to_owned(),
        Step::RollBack(_) => "roll back".to_owned(),
    }
}

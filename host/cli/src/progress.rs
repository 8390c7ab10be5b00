//! [`Progress`]: what a run shows while it works, on a terminal; and what plugins log, if asked for.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sdlc_model::event::RunEvent;
use sdlc_report::{human::Detail, text};

use crate::console::Console;

pub(crate) struct Progress {
    bar: ProgressBar,
    console: Console,
}

impl Progress {
    pub(crate) fn new(console: Console) -> Self {
        let target = if console.shows_progress() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}");
        let bar = ProgressBar::with_draw_target(None, target);
        Self { bar: style.map(|style| bar.clone().with_style(style)).unwrap_or(bar), console }
    }

    pub(crate) fn event(&self, event: RunEvent) {
        match event {
            RunEvent::Planned { checks, cached } => {
                self.bar.set_length(checks);
                self.bar.set_position(cached);
            }
            RunEvent::Checked { gate, path } => {
                self.bar.inc(1);
                if !self.bar.is_hidden() {
                    self.bar.set_message(format!("{gate} {}", text::line(&path)));
                }
            }
            RunEvent::Log { gate, text } => {
                if self.console.detail == Detail::Verbose {
                    let text = text::block(text.trim_end(), "    ");
                    self.bar.suspend(|| self.console.note(&format!("log of `{gate}`:\n{}", text.trim_end())));
                }
            }
        }
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

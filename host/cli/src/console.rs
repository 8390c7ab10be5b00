//! [`Console`]: the two streams. Data goes to standard output, everything else to standard error.
#![expect(clippy::print_stderr, reason = "this is where the program speaks to people")]

use std::{
    collections::VecDeque,
    io::{self, IsTerminal, Write},
    sync::{Mutex, MutexGuard, PoisonError},
};

use sdlc_report::{human::Detail, text};

use crate::arguments::{Color, Global};

/// What is told while the screen is somebody's. None: it is nobody's.
static HELD: Mutex<Option<VecDeque<String>>> = Mutex::new(None);
/// Of these.
const MOST_HELD: usize = 200;

/// An error with its causes, in one line each. A cause that its error has said already is not said again.
pub(crate) fn chain(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

fn held() -> MutexGuard<'static, Option<VecDeque<String>>> {
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How to speak.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Console {
    pub(crate) detail: Detail,
    color: Color,
}

impl Console {
    pub(crate) fn new(global: &Global) -> Self {
        let detail = match (global.quiet, global.verbose) {
            (true, _) => Detail::Quiet,
            (_, true) => Detail::Verbose,
            _ => Detail::Normal,
        };
        Self { detail, color: global.color }
    }

    /// Whether a stream gets colours.
    pub(crate) fn colored(self, stream: &impl IsTerminal) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
                stream.is_terminal() && !no_color && !dumb
            }
        }
    }

    /// Whether to show progress.
    pub(crate) fn shows_progress(self) -> bool {
        self.detail > Detail::Quiet && io::stderr().is_terminal()
    }

    /// An error, for people. It may quote anything.
    pub(crate) fn error(self, message: &str) {
        let head = if self.colored(&io::stderr()) { "\u{1b}[1;31merror\u{1b}[0m" } else { "error" };
        eprintln!("{head}: {}", text::lines(message));
    }

    /// A remark, for people. It may quote anything.
    pub(crate) fn note(self, message: &str) {
        if self.detail == Detail::Quiet {
            return;
        }
        match held().as_mut() {
            None => eprintln!("{}", text::lines(message)),
            Some(held) => {
                held.push_back(text::lines(message));
                held.drain(..held.len().saturating_sub(MOST_HELD));
            }
        }
    }

    /// The screen is somebody's from now on: remarks wait.
    pub(crate) fn hold() {
        held().get_or_insert_default();
    }

    /// The last remarks that wait, at most so many.
    pub(crate) fn last_held(most: usize) -> Vec<String> {
        let held = held();
        let all = held.iter().flatten();
        all.skip(held.as_ref().map_or(0, VecDeque::len).saturating_sub(most)).cloned().collect()
    }

    /// The screen is nobody's again: remarks that waited are told.
    pub(crate) fn let_go() {
        for message in held().take().into_iter().flatten() {
            eprintln!("{message}");
        }
    }

    /// Data. A reader that went away (`| head`) is no error.
    pub(crate) fn data(self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut out = io::BufWriter::new(io::stdout().lock());
        match write(&mut out).and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }
}

//! [`Screen`]: the terminal as a whole, for as long as it exists. It is given back however this ends: dropped, or by a panic,
//! which unwinds.

use std::{
    io::{self, Write},
    thread,
};

use crossterm::{
    cursor::{Hide, MoveTo, Show},
    event::{self, Event, KeyCode, KeyEvent, KeyModifiers},
    queue,
    style::Print,
    terminal::{
        self, BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
        LeaveAlternateScreen,
    },
};
use sdlc_model::reading::Reading;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::view::View;
use crate::console::Console;

/// Where the size is not known.
const USUAL: (u16, u16) = (80, 24);

/// The terminal as a whole.
pub(crate) struct Screen {
    view: View,
    events: UnboundedReceiver<Event>,
    bold: bool,
}

impl Screen {
    /// `kept`: what was seen before.
    pub(crate) fn enter(environment: &str, kept: Vec<Reading>, console: Console) -> io::Result<Self> {
        terminal::enable_raw_mode()?;
        Console::hold();
        let (sender, events) = unbounded_channel();
        // From here on, dropping it gives the terminal back.
        let screen = Self { view: View::new(environment, kept), events, bold: console.colored(&io::stdout()) };
        let mut out = io::stdout();
        queue!(out, EnterAlternateScreen, Hide)?;
        out.flush()?;
        // Ends with the process, or with the first event that nobody wants any more.
        thread::spawn(move || {
            while let Ok(event) = event::read() {
                if sender.send(event).is_err() {
                    return;
                }
            }
        });
        screen.draw()?;
        Ok(screen)
    }

    pub(crate) fn show(&mut self, reading: &Reading) -> io::Result<()> {
        self.view.observe(reading);
        self.draw()
    }

    /// Until somebody asks for the end; draws anew where the size became another.
    pub(crate) async fn quit(&mut self) {
        while let Some(event) = self.events.recv().await {
            match event {
                Event::Key(key) if ends(&key) => return,
                Event::Resize(..) => drop(self.draw()),
                _ => {}
            }
        }
        std::future::pending().await
    }

    fn draw(&self) -> io::Result<()> {
        let (width, height) = terminal::size().unwrap_or(USUAL);
        let lines = self.view.lines(width.into(), height.into(), &Console::last_held(3));
        let mut out = io::BufWriter::new(io::stdout().lock());
        queue!(out, BeginSynchronizedUpdate)?;
        for (row, line) in (0..height).zip(&lines) {
            queue!(out, MoveTo(0, row))?;
            match row {
                0 if self.bold => queue!(out, Print(format_args!("\u{1b}[1m{line}\u{1b}[0m")))?,
                _ => queue!(out, Print(line))?,
            }
            queue!(out, Clear(ClearType::UntilNewLine))?;
        }
        if let Some(below) = u16::try_from(lines.len()).ok().filter(|below| *below < height) {
            queue!(out, MoveTo(0, below), Clear(ClearType::FromCursorDown))?;
        }
        queue!(out, EndSynchronizedUpdate)?;
        out.flush()
    }
}

/// Nothing is sent for Ctrl-C while keys are read one by one.
fn ends(key: &KeyEvent) -> bool {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    matches!((key.code, control), (KeyCode::Char('q') | KeyCode::Esc, false) | (KeyCode::Char('c'), true))
}

impl Drop for Screen {
    fn drop(&mut self) {
        let mut out = io::stdout();
        // Nothing can be done about a terminal that went away.
        let _ = queue!(out, Show, LeaveAlternateScreen).and_then(|()| out.flush());
        let _ = terminal::disable_raw_mode();
        Console::let_go();
    }
}

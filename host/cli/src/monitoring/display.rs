//! [`Display`]: where readings are shown: line by line or on the whole screen, and to Prometheus.

use std::io::{self, IsTerminal};

use anyhow::Result;
use sdlc_deploy::live::now;
use sdlc_model::reading::Reading;
use sdlc_report::text;

use super::{expose::Exposed, line, screen::Screen, view::WINDOW};
use crate::{
    arguments::Global, console::Console, deploying::site::Site, history_arguments::Format, monitor_arguments::Monitor,
    remember,
};

/// Where readings are shown.
pub(crate) struct Display {
    format: Format,
    console: Console,
    screen: Option<Screen>,
    exposed: Option<Exposed>,
}

impl Display {
    /// The whole screen where there is one, unless lines are asked for.
    pub(crate) async fn of(arguments: &Monitor, site: &Site<'_>, global: &Global, console: Console) -> Result<Self> {
        let (format, name) = (arguments.output_format, &site.environment.name);
        let exposed = match arguments.listen {
            Some(address) => Some(Exposed::at(address, name).await?),
            None => None,
        };
        if let Some(exposed) = &exposed {
            console.note(&format!("the last reading is at http://{}/metrics", exposed.address));
        }
        let whole = format == Format::Human && !arguments.plain && is_terminal();
        let screen = if whole {
            // A screen that begins empty is no reason not to begin.
            let kept = remember::open(global, console).ok();
            let key = remember::key(site.project);
            let kept = kept.and_then(|history| history.readings(&key, name, now().saturating_sub(WINDOW)).ok());
            Some(Screen::enter(name, kept.unwrap_or_default(), console)?)
        } else {
            None
        };
        Ok(Self { format, console, screen, exposed })
    }

    pub(crate) fn show(&mut self, reading: &Reading) -> Result<()> {
        if let Some(exposed) = &self.exposed {
            exposed.observe(reading);
        }
        match &mut self.screen {
            Some(screen) => Ok(screen.show(reading)?),
            None => line(reading, self.format, self.console),
        }
    }

    /// Until somebody asks for the end. Never, where there is no screen.
    pub(crate) async fn quit(&mut self) {
        match &mut self.screen {
            Some(screen) => screen.quit().await,
            None => std::future::pending().await,
        }
    }

    /// The screen is what it was before.
    pub(crate) fn leave(&mut self) {
        self.screen = None;
    }
}

fn is_terminal() -> bool {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    io::stdout().is_terminal() && io::stdin().is_terminal() && !dumb
}

/// A reading as a line.
pub(crate) fn line(reading: &Reading, format: Format, console: Console) -> Result<()> {
    let json = serde_json::to_string(reading)?;
    console.data(|out| match format {
        Format::Human => writeln!(out, "{}", text::line(&line::line(reading))),
        Format::Json => writeln!(out, "{json}"),
    })?;
    Ok(())
}

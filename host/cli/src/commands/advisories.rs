//! `sdlc advisories`.

use std::{path::PathBuf, time::SystemTime};

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sdlc_advisories::{
    database::{Database, Match},
    source::Source,
    update::{self, Options, Progress},
};
use sdlc_model::advisory::{Affected, Event};
use sdlc_report::text;
use tempfile::NamedTempFile;

use crate::{
    advisory_arguments::{Advisories, Show, Update},
    arguments::Global,
    console::Console,
    exit::Exit,
    project, registry,
};

/// Largest download. The ZIP of all ecosystems has 1 GiB.
const DOWNLOAD_BYTES: u64 = 8 << 30;
const DAY: u64 = 24 * 3600;

pub(crate) fn advisories(command: &Advisories, global: &Global, console: Console) -> Result<Exit> {
    match command {
        Advisories::Update(arguments) => update(arguments, global, console),
        Advisories::Info => info(global, console),
        Advisories::Show(arguments) => show(arguments, global, console),
    }
}

fn update(arguments: &Update, global: &Global, console: Console) -> Result<Exit> {
    let path = project::advisories(global)?;
    let (mut sources, mut downloads) = (Vec::new(), Vec::new());
    for from in &arguments.from {
        let source = if from.contains("://") {
            let download = download(from, console)?;
            let path = download.path().to_owned();
            downloads.push(download);
            path
        } else {
            PathBuf::from(from)
        };
        sources.push(Source { name: text::line(from), path: source });
    }
    let options = Options { ecosystems: arguments.ecosystem.clone(), replace: arguments.replace };
    let bar = bar(console);
    let outcome = update::update(&path, &sources, &options, &mut |progress| show_progress(&bar, progress));
    bar.finish_and_clear();
    let outcome = outcome?;
    if outcome.skipped > 0 {
        console.note(&format!("left out {} JSON files that are no advisories", outcome.skipped));
    }
    console.note(&format!(
        "read {} advisories, {} of them withdrawn",
        outcome.advisories + outcome.withdrawn,
        outcome.withdrawn
    ));
    info(global, console)
}

fn download(url: &str, console: Console) -> Result<NamedTempFile> {
    console.note(&format!("downloading `{url}`"));
    let mut file = NamedTempFile::new().context("no temporary file can be made")?;
    registry::save(url, DOWNLOAD_BYTES, file.as_file_mut())?;
    Ok(file)
}

fn bar(console: Console) -> ProgressBar {
    let target = if console.shows_progress() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(None, target);
    match ProgressStyle::with_template("{spinner} {human_pos} {wide_msg}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn show_progress(bar: &ProgressBar, progress: Progress<'_>) {
    match progress {
        Progress::Read { files, .. } if files % 256 != 1 => {}
        Progress::Read { source, files, of } => {
            bar.set_position(files);
            let of = of.map(|of| format!("of {of} ")).unwrap_or_default();
            bar.set_message(format!("{of}files of {source}"));
        }
        Progress::Merging => bar.set_message("files; keeping what was there"),
        Progress::Indexing => bar.set_message("files; writing the index"),
    }
    bar.tick();
}

fn info(global: &Global, console: Console) -> Result<Exit> {
    let path = project::advisories(global)?;
    let database = Database::open(&path)?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    console.data(|out| {
        writeln!(out, "{}, {:.1} MiB", text::line(&path.display().to_string()), database.size() as f64 / 1_048_576.0)?;
        for ecosystem in database.ecosystems() {
            let days = now.saturating_sub(ecosystem.updated) / DAY;
            let date = date(ecosystem.updated);
            let name = text::line(&ecosystem.name);
            writeln!(out, "{:>8}  {name}, as of {date} ({days} days ago)", ecosystem.advisories)?;
        }
        Ok(())
    })?;
    Ok(Exit::Passed)
}

fn date(seconds: u64) -> String {
    let time = i64::try_from(seconds).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    time.map_or_else(|| "an unknown day".to_owned(), |time| time.strftime("%Y-%m-%d").to_string())
}

fn show(arguments: &Show, global: &Global, console: Console) -> Result<Exit> {
    let database = Database::open(&project::advisories(global)?)?;
    let mut found = database.find_id(&arguments.what)?;
    for ecosystem in database.ecosystems() {
        let advisories = database.find(&ecosystem.name, &arguments.what)?;
        let of_package =
            |advisory| Match { ecosystem: ecosystem.name.clone(), package: arguments.what.clone(), advisory };
        found.extend(advisories.into_iter().map(of_package));
    }
    found.retain(|found| arguments.ecosystem.as_ref().is_none_or(|wanted| *wanted == found.ecosystem));
    if found.is_empty() {
        bail!("there is no advisory and no package `{}` in the database; hint: `sdlc advisories info`", arguments.what);
    }
    console.data(|out| found.iter().try_for_each(|found| out.write_all(page(found).as_bytes())))?;
    Ok(Exit::Passed)
}

fn page(found: &Match) -> String {
    let Match { ecosystem, package, advisory } = found;
    let mut page = format!("{} {} {}\n", text::line(&advisory.id), text::line(ecosystem), text::line(package));
    let mut line = |key: &str, value: &str| page.push_str(&format!("  {key:9} {}\n", text::line(value)));
    line("summary", &advisory.summary);
    if !advisory.aliases.is_empty() {
        line("aliases", &advisory.aliases.join(", "));
    }
    if let Some(rating) = &advisory.rating {
        line("rating", rating);
    }
    for severity in &advisory.severities {
        line("severity", &severity.score);
    }
    for affected in &advisory.affected {
        line("affected", &words(affected));
    }
    page
}

/// Ranges in words, and how many versions there are besides.
fn words(affected: &Affected) -> String {
    let event = |event: &Event| match event {
        Event::Introduced(version) => format!("from {version}"),
        Event::Fixed(version) => format!("fixed in {version}"),
        Event::LastAffected(version) => format!("until {version}"),
        Event::Limit(version) => format!("before {version}"),
    };
    let ranges = affected.ranges.iter().map(|range| range.events.iter().map(event).collect::<Vec<_>>().join(" "));
    let mut words: Vec<_> = ranges.collect();
    if !affected.versions.is_empty() {
        words.push(format!("{} versions one by one", affected.versions.len()));
    }
    words.join("; ")
}

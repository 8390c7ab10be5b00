//! Where the reports of a run go: standard output, files, and what GitHub Actions asks for.

use std::{
    env,
    fs::{self, OpenOptions},
    io::{self, Write},
    path::Path,
};

use anyhow::{Context, Result};
use sdlc_heal::{patch, work::FileChange};
use sdlc_model::outcome::RunOutcome;
use sdlc_report::{github, gitlab, human, json, junit, markdown, sarif};

use crate::{
    console::Console,
    run_arguments::{Format, Run},
    whole_file,
};

/// Writes all reports that were asked for.
pub(crate) fn write(outcome: &RunOutcome, arguments: &Run, console: Console) -> Result<()> {
    for (format, path) in &arguments.reports {
        file(path, *format, outcome, console)?;
    }
    if let Some(path) = &arguments.output {
        file(path, arguments.output_format, outcome, console)?;
        let mut errors = io::stderr().lock();
        human::write(&mut errors, outcome, console.detail, console.colored(&io::stderr()))?;
    } else {
        let color = console.colored(&io::stdout());
        console.data(|out| one(out, arguments.output_format, outcome, console, color))?;
    }
    if env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true") {
        actions(outcome, arguments, console)?;
    }
    Ok(())
}

/// Writes a patch instead of the report, which people get on standard error, and all other reports.
pub(crate) fn patch(outcome: &RunOutcome, changes: &[FileChange], arguments: &Run, console: Console) -> Result<()> {
    for (format, path) in &arguments.reports {
        file(path, *format, outcome, console)?;
    }
    match &arguments.output {
        Some(path) => patch_file(path, changes, console)?,
        None => console.data(|out| patch::write(out, changes))?,
    }
    let mut errors = io::stderr().lock();
    Ok(human::write(&mut errors, outcome, console.detail, console.colored(&io::stderr()))?)
}

/// Whether one of them describes rules.
pub(crate) fn describe_rules(arguments: &Run) -> bool {
    let formats = arguments.reports.iter().map(|(format, _)| format).chain([&arguments.output_format]);
    formats.into_iter().any(|format| *format == Format::Sarif)
}

fn file(path: &Path, format: Format, outcome: &RunOutcome, console: Console) -> Result<()> {
    whole_file::write(path, |out| one(out, format, outcome, console, false))
        .with_context(|| format!("report `{}` cannot be written", path.display()))
}

/// Writes the report of a command other than `run`.
pub(crate) fn only(outcome: &RunOutcome, format: Format, console: Console) -> Result<()> {
    let color = console.colored(&io::stdout());
    Ok(console.data(|out| one(out, format, outcome, console, color))?)
}

/// Writes a patch to a file. `git apply` takes no empty one, and one of an earlier run would be taken for this.
pub(crate) fn patch_file(path: &Path, changes: &[FileChange], console: Console) -> Result<()> {
    if changes.is_empty() {
        let gone = if path.is_file() && fs::remove_file(path).is_ok() {
            ", and the one that was there is removed"
        } else {
            ""
        };
        console.note(&format!("there is nothing to change: no patch `{}` is written{gone}", path.display()));
        return Ok(());
    }
    whole_file::write(path, |out| patch::write(out, changes))
        .with_context(|| format!("patch `{}` cannot be written", path.display()))
}

fn one(out: &mut dyn Write, format: Format, outcome: &RunOutcome, console: Console, color: bool) -> io::Result<()> {
    match format {
        Format::Human => human::write(out, outcome, console.detail, color),
        Format::Json => json::write(out, outcome),
        Format::Sarif => sarif::write(out, outcome),
        Format::Junit => junit::write(out, outcome),
        Format::Github => github::write(out, outcome),
        Format::Gitlab => gitlab::write(out, outcome),
        Format::Markdown => markdown::write(out, outcome),
    }
}

/// Annotations beside what people read, unless standard output is a machine's, and the summary of the step. The runner
/// takes commands from both streams.
fn actions(outcome: &RunOutcome, arguments: &Run, console: Console) -> Result<()> {
    if arguments.output_format != Format::Github {
        github::write(&mut io::stderr().lock(), outcome)?;
    }
    let Some(path) = env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else { return Ok(()) };
    let file = OpenOptions::new().append(true).create(true).open(&path);
    if let Err(error) = file.and_then(|mut file| markdown::write(&mut file, outcome)) {
        console.note(&format!("warning: the summary `{}` cannot be written: {error}", Path::new(&path).display()));
    }
    Ok(())
}

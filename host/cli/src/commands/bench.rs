//! `sdlc bench`.

use std::{
    io,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sdlc_statistics::compare::{Comparison, Verdict, compare_pairs};
use sdlc_workspace::tree::Workspace;
use serde_json::json;
use tempfile::TempDir;

use crate::{
    arguments::Global,
    bench_arguments::{Bench, Compare},
    console::{Console, chain},
    exit::Exit,
    history_arguments::Format,
    project::Project,
    scratch,
};

pub(crate) fn bench(command: &Bench, global: &Global, console: Console) -> Result<Exit> {
    let Bench::Compare(arguments) = command;
    if !(arguments.floor.is_finite() && arguments.floor > 0.0) {
        bail!("`--floor {}` is no difference in percent; hint: such as `5`", arguments.floor);
    }
    let project = Project::open(global)?;
    let workspace = Workspace::open(&project.root, &[])?;
    let before = tree(&workspace, Some(&arguments.revision))?;
    let after = tree(&workspace, arguments.to.as_deref())?;
    // From here on it is the command that fails, and not who typed it.
    match time(arguments, before.path(), after.path(), console) {
        Ok((before, after)) => report(arguments, &before, &after, console),
        Err(error) => {
            console.error(&chain(&error));
            Ok(Exit::Failed)
        }
    }
}

/// A scratch tree of a revision, or of the tree as it is.
fn tree(workspace: &Workspace, revision: Option<&str>) -> Result<TempDir> {
    let directory = scratch::directory("bench").context("no scratch tree can be made")?;
    workspace.export(revision, directory.path())?;
    Ok(directory)
}

/// Seconds of all runs, of both sides in turns; who is first changes from pair to pair.
fn time(arguments: &Compare, before: &Path, after: &Path, console: Console) -> Result<(Vec<f64>, Vec<f64>)> {
    if let Some(build) = &arguments.build {
        for directory in [before, after] {
            console.note(&format!("building: {build}"));
            let status = Command::new("sh").args(["-c", build]).current_dir(directory).stdout(io::stderr()).status();
            let status = status.context("the shell cannot be started")?;
            if !status.success() {
                bail!("the build `{build}` ended with {status}");
            }
        }
    }
    let bar = progress(arguments, console);
    let (mut first, mut second) = (Vec::new(), Vec::new());
    // Once ahead, so that both find the caches of the system alike.
    for directory in [before, after] {
        once(arguments, directory)?;
    }
    for number in 0..arguments.runs {
        let sides = [(before, &mut first), (after, &mut second)];
        let order: Box<dyn Iterator<Item = _>> =
            if number % 2 == 0 { Box::new(sides.into_iter()) } else { Box::new(sides.into_iter().rev()) };
        for (directory, seconds) in order {
            seconds.push(once(arguments, directory)?);
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok((first, second))
}

fn progress(arguments: &Compare, console: Console) -> ProgressBar {
    let target = if console.shows_progress() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(arguments.runs.into()), target);
    match ProgressStyle::with_template("{bar:30} {pos}/{len} pairs, {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn once(arguments: &Compare, directory: &Path) -> Result<f64> {
    let Some((program, rest)) = arguments.command.split_first() else { bail!("no command") };
    // What the tree has of its own name goes first, as one would type it there.
    let own = directory.join(program);
    let program = if program.contains('/') && own.is_file() { own.as_os_str() } else { program.as_ref() };
    let mut command = Command::new(program);
    command.args(rest).current_dir(directory).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let begin = Instant::now();
    let output = command.output().with_context(|| format!("`{}` cannot be started", program.display()))?;
    let elapsed = begin.elapsed().as_secs_f64();
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` ended with {}: {}", arguments.command.join(" "), output.status, said.trim());
    }
    Ok(elapsed)
}

fn report(arguments: &Compare, before: &[f64], after: &[f64], console: Console) -> Result<Exit> {
    let comparison = compare_pairs(before, after, arguments.floor / 100.0);
    console.data(|out| match arguments.output_format {
        Format::Json => {
            let document = json!({
                "version": 1, "verdict": comparison.verdict.as_str(), "ratio": comparison.ratio,
                "interval": comparison.interval, "floor": arguments.floor / 100.0,
                "before": before, "after": after,
            });
            writeln!(out, "{document:#}")
        }
        Format::Human => writeln!(out, "{}", sentence(arguments, before, after, &comparison)),
    })?;
    Ok(if comparison.verdict == Verdict::Slower { Exit::Rejected } else { Exit::Passed })
}

fn sentence(arguments: &Compare, before: &[f64], after: &[f64], comparison: &Comparison) -> String {
    let milliseconds = |seconds: &[f64]| {
        let mut sorted = seconds.to_vec();
        sorted.sort_by(f64::total_cmp);
        format!("{:.2} ms", sorted.get(sorted.len() / 2).copied().unwrap_or(0.0) * 1000.0)
    };
    let what = comparison.verdict.as_str();
    let medians = format!("medians {} and {}", milliseconds(before), milliseconds(after));
    let Some((ratio, (low, high))) = comparison.ratio.zip(comparison.interval) else {
        return format!("{what}: {medians}");
    };
    let figures = format!("{ratio:.3}x, between {low:.3}x and {high:.3}x with 99 % confidence, {medians}");
    match comparison.verdict {
        Verdict::CannotTell => {
            format!("{what}: {figures}; hint: more `--runs` than {}, or a quieter machine", arguments.runs)
        }
        _ => format!("{what}: {figures}"),
    }
}

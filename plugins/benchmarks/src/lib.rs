//! Reads what benchmark tools wrote, and compares it with what they wrote before.

mod formats;
mod judge;
mod settings;

use std::collections::BTreeMap;

use sdlc_sdk::{Error, Info, Plugin, Problem, Report, Rule, WorkspaceGate, workspace};

use crate::{formats::Series, settings::Settings};

struct Benchmarks(Settings);

impl Plugin for Benchmarks {
    type Settings = Settings;

    fn info() -> Info {
        Info::new("benchmarks", env!("CARGO_PKG_VERSION"), "compares results of benchmarks with earlier ones")
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        let problems = settings.problems();
        if problems.is_empty() { Ok(Self(settings)) } else { Err(problems) }
    }

    fn rules(ids: &[String]) -> Vec<Rule> {
        judge::rules().into_iter().filter(|rule| ids.is_empty() || ids.contains(&rule.id)).collect()
    }
}

impl WorkspaceGate for Benchmarks {
    fn check(&self) -> Result<Report, Error> {
        let results = read(&self.0.results, "results")?;
        let before = if self.0.before.is_empty() { BTreeMap::new() } else { read(&self.0.before, "before")? };
        Ok(judge::judge(&results, &before, &self.0))
    }
}

/// All series of the files that match, by name; values of several files add up.
fn read(globs: &[String], setting: &str) -> Result<BTreeMap<String, Series>, Error> {
    let files = workspace::files(globs)?;
    if files.is_empty() {
        let globs = globs.join("`, `");
        return Err(Error::Missing(format!(
            "no file matches `{globs}`; hint: run the benchmarks first, set `{setting}` to what they write, and grant it by \
             `read`"
        )));
    }
    let mut all: BTreeMap<String, Series> = BTreeMap::new();
    for file in files {
        let content = workspace::read(&file.path)?;
        for (name, series) in formats::parse(&file.path, &content)? {
            all.entry(name).or_default().merge(series);
        }
    }
    Ok(all)
}

sdlc_sdk::export!(Benchmarks: workspace_gate);

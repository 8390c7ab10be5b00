//! What has to be covered of single directories.

use sdlc_sdk::Finding;

use crate::{measured::Tally, project::Project, rules::Rule, settings::Shares};

/// A finding for each minimum that is not reached. A directory of which nothing is measured reaches none.
pub(crate) fn judge(project: &Project, minima: &[(String, Shares)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (directory, shares) in minima {
        let tally = below(project, directory);
        let shown = if directory.is_empty() { "." } else { directory };
        for (metric, minimum) in shares.each() {
            let share = match metric {
                "lines" => tally.lines,
                "branches" => tally.branches,
                _ => tally.functions,
            };
            let message = match share.percent() {
                None => format!("no {metric} are measured in `{shown}`, of which {minimum} % have to be covered"),
                Some(percent) if percent < minimum => format!(
                    "{} % of the {metric} in `{shown}` are covered ({} of {}), {minimum} % have to be",
                    rounded_down(percent),
                    share.covered,
                    share.total
                ),
                Some(_) => continue,
            };
            findings.push(Rule::BelowMinimum.finding(message));
        }
    }
    findings
}

fn below(project: &Project, directory: &str) -> Tally {
    if directory.is_empty() {
        return project.tally();
    }
    let mut tally = Tally::default();
    for (path, file) in &project.files {
        if path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
            tally.add(file.measured.tally());
        }
    }
    tally
}

/// So that 79.999 % is not told as the 80 % that it misses.
fn rounded_down(percent: f64) -> String {
    format!("{:.2}", (percent * 100.0).floor() / 100.0)
}

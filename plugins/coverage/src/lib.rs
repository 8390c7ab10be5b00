//! A workspace gate that reads coverage reports: [`Coverage`] finds them (`reports`, made by `command` where asked),
//! reads them (`formats`), finds the files they speak of (`mapping`), joins them (`project`, `measured`), and judges
//! (`stale`, `age`, `changed`, `minimum`).
//!
//! Does not run tests of itself, and does not say how much is enough: `require` of `sdlc.toml` does.

mod age;
mod changed;
mod command;
mod formats;
mod host;
mod mapping;
mod measured;
mod minimum;
mod project;
mod reports;
mod rules;
mod settings;
mod source;
mod stale;

use host::{Host, Sdlc};
use measured::Share;
use project::Project;
use rules::Rule;
use sdlc_sdk::{Error, Finding, Info, Metric, Plugin, Problem, Report, Severity, WorkspaceGate};
use settings::{Options, Settings};

/// Most paths that are told one by one.
const MOST_UNMAPPED: usize = 50;

/// The gate, with its settings.
pub struct Coverage(Options);

impl Plugin for Coverage {
    type Settings = Settings;

    fn info() -> Info {
        Info::new("coverage", env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_DESCRIPTION"))
    }

    fn rules(ids: &[String]) -> Vec<sdlc_sdk::Rule> {
        rules::of(ids)
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        settings.validated().map(Self)
    }
}

impl WorkspaceGate for Coverage {
    fn check(&self) -> Result<Report, Error> {
        judge(&Sdlc, &self.0)
    }
}

fn judge(host: &impl Host, options: &Options) -> Result<Report, Error> {
    let project = Project::read(host, options)?;
    // Where no source may be read, no change is told either, and that nothing was changed would be a lie.
    let changes = if project.files.is_empty() { None } else { host.changes()?.map(changed::by_path) };
    let is_changed = |path: &str| changes.as_ref().is_some_and(|changes| changes.contains_key(path));
    let sources = stale::check(host, &project, is_changed)?;
    if options.times {
        age::check(host, &project)?;
    }
    let mut report = Report { findings: unmapped(&project), metrics: Vec::new() };
    if let Some(changes) = &changes {
        let (share, findings) = changed::judge(&project, changes, &sources);
        report.findings.extend(findings);
        report.findings.extend(changed::unmeasured(host, &project, changes, |path| options.sources.count(path)));
        measure(&mut report.metrics, "changed-lines", share, Some(100.0));
    }
    let below = minimum::judge(&project, &options.minima);
    report.metrics.push(Metric::count("below-minimum", below.len() as f64));
    report.findings.extend(below);
    let tally = project.tally();
    for (name, share) in [("lines", tally.lines), ("branches", tally.branches), ("functions", tally.functions)] {
        measure(&mut report.metrics, name, share, None);
    }
    report.metrics.push(Metric::count("files-measured", (project.files.len() + project.unmapped.len()) as f64));
    report.metrics.push(Metric::count("files-unmapped", project.unmapped.len() as f64));
    report.metrics.push(Metric::count("reports", project.reports as f64));
    Ok(report)
}

/// Per cent, and both numbers that make it. What no report has is no metric: a condition on it does not hold.
fn measure(metrics: &mut Vec<Metric>, name: &str, share: Share, of_nothing: Option<f64>) {
    let Some(percent) = share.percent().or(of_nothing) else { return };
    metrics.push(Metric { name: name.to_owned(), value: percent, unit: Some("%".to_owned()) });
    metrics.push(Metric::count(&format!("{name}-covered"), share.covered as f64));
    metrics.push(Metric::count(&format!("{name}-total"), share.total as f64));
}

fn unmapped(project: &Project) -> Vec<Finding> {
    let count = project.unmapped.len();
    if project.files.is_empty() {
        let example = project.unmapped.keys().next().map_or("", String::as_str);
        let message = format!(
            "none of the {count} measured files is one that may be read, such as `{example}`, so nothing is known of \
             changed lines, directories or whether the report is stale; hint: `grant = {{ read = [\"**\"] }}` beside \
             the report lets the gate see the sources, `settings.paths` maps paths of another machine"
        );
        let mut finding = Rule::UnmappedPath.finding(message);
        finding.severity = Severity::Warning;
        return vec![finding];
    }
    let mut findings = Vec::new();
    for (path, unmapped) in project.unmapped.iter().take(MOST_UNMAPPED) {
        let why = if unmapped.ambiguous { "could be several files" } else { "is no file" };
        let message = format!("`{path}` of a report {why} of the workspace; its lines count in `lines` alone");
        let mut finding = Rule::UnmappedPath.finding(message);
        if unmapped.ambiguous {
            finding.severity = Severity::Warning;
        }
        findings.push(finding);
    }
    if count > MOST_UNMAPPED {
        let message = format!("{} more paths of reports are no files of the workspace", count - MOST_UNMAPPED);
        findings.push(Rule::UnmappedPath.finding(message));
    }
    findings
}

// A native library has no use for the component's functions, and linkers refuse their names.
#[cfg(target_arch = "wasm32")]
sdlc_sdk::export!(Coverage: workspace_gate);

#[cfg(test)]
mod tests;

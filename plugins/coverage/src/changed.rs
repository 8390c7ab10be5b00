//! Lines that were changed since the base revision: how many of those with code are covered, and where they are not.

use std::collections::BTreeMap;

use sdlc_sdk::{Finding, Location, Position, Region};

use crate::{
    host::{Changed, Host},
    measured::{Line, Share},
    project::{File, Project},
    rules::Rule,
    source::Source,
};

/// Most findings of uncovered lines; how many more there are is said in one.
const MOST_FINDINGS: usize = 1_000;

/// Changed lines by path.
pub(crate) type Changes = BTreeMap<String, Vec<(u32, u32)>>;

/// The host's list by path, in order.
pub(crate) fn by_path(changes: Vec<Changed>) -> Changes {
    let mut by_path = Changes::new();
    for Changed { path, first, last } in changes {
        by_path.entry(path).or_default().push((first, last));
    }
    by_path.values_mut().for_each(|ranges| ranges.sort_unstable());
    by_path
}

/// The share of changed lines with code that are covered, and a finding for each run of those that are not.
pub(crate) fn judge(project: &Project, changes: &Changes, sources: &BTreeMap<String, Source>) -> (Share, Vec<Finding>) {
    let (mut share, mut findings, mut more) = (Share::default(), Vec::new(), 0_usize);
    for (path, ranges) in changes {
        let (Some(file), Some(source)) = (project.files.get(path), sources.get(path)) else { continue };
        let runs = runs(file, ranges, source, &mut share);
        let room = MOST_FINDINGS.saturating_sub(findings.len());
        more += runs.len().saturating_sub(room);
        let ends = Ends::of(source, &runs);
        findings.extend(runs.into_iter().take(room).map(|run| run.finding(path, &ends)));
    }
    if more > 0 {
        let message = format!("{more} more runs of changed lines are not covered");
        findings.push(Rule::UncoveredChangedLines.finding(message));
    }
    (share, findings)
}

/// Uncovered changed lines, with nothing that is covered or unchanged between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    first: u32,
    last: u32,
    lines: usize,
}

fn runs(file: &File, ranges: &[(u32, u32)], source: &Source, share: &mut Share) -> Vec<Run> {
    let lines = with_code(file, source);
    let (mut runs, mut open): (Vec<Run>, Option<Run>) = (Vec::new(), None);
    let mut ranges = ranges.iter().peekable();
    for line in lines {
        while ranges.next_if(|(_, last)| *last < line.number).is_some() {}
        let changed = ranges.peek().is_some_and(|(first, _)| *first <= line.number);
        if changed {
            share.count(line.hits > 0);
        }
        if !changed || line.hits > 0 {
            runs.extend(open.take());
            continue;
        }
        let run = open.get_or_insert(Run { first: line.number, last: line.number, lines: 0 });
        run.last = line.number;
        run.lines += 1;
    }
    runs.extend(open);
    runs
}

/// Where a report has regions, blank lines and comments are among its lines; nobody can cover them.
fn with_code(file: &File, source: &Source) -> Vec<Line> {
    if !file.measured.of_regions {
        return file.measured.lines.clone();
    }
    let mut lines = file.measured.lines.iter().copied().peekable();
    let texts = source.numbered();
    texts
        .filter_map(|(number, text)| lines.next_if(|line| line.number == number).filter(|_| source.has_code(text)))
        .collect()
}

impl Run {
    fn finding(self, path: &str, ends: &Ends) -> Finding {
        let message = match self {
            Self { lines: 1, .. } => "this line was changed and no test runs it".to_owned(),
            Self { lines, .. } => format!("these {lines} lines were changed and no test runs them"),
        };
        let column = |line, of: &BTreeMap<u32, u32>| of.get(&line).copied().unwrap_or(1);
        let start = Position { line: self.first, column: column(self.first, &ends.starts) };
        let end = Position { line: self.last, column: column(self.last, &ends.ends) };
        let mut finding = Rule::UncoveredChangedLines.finding(message);
        finding.location = Some(Location { path: path.to_owned(), region: Some(Region::Points((start, end))) });
        finding
    }
}

/// Columns where runs begin and end.
struct Ends {
    starts: BTreeMap<u32, u32>,
    ends: BTreeMap<u32, u32>,
}

impl Ends {
    fn of(source: &Source, runs: &[Run]) -> Self {
        let (mut starts, mut ends) = (BTreeMap::new(), BTreeMap::new());
        let mut firsts = runs.iter().map(|run| run.first).peekable();
        let mut lasts = runs.iter().map(|run| run.last).peekable();
        for (number, text) in source.numbered() {
            if firsts.next_if_eq(&number).is_some() {
                starts.insert(number, column(text.len() - text.trim_ascii_start().len() + 1));
            }
            if lasts.next_if_eq(&number).is_some() {
                ends.insert(number, column(String::from_utf8_lossy(text.trim_ascii_end()).chars().count() + 1));
            }
        }
        Self { starts, ends }
    }
}

fn column(column: usize) -> u32 {
    u32::try_from(column).unwrap_or(u32::MAX)
}

/// Files that were changed, are of a kind that is measured, and are in no report: nobody knows whether they are run.
pub(crate) fn unmeasured(
    host: &impl Host,
    project: &Project,
    changes: &Changes,
    counts: impl Fn(&str) -> bool,
) -> Vec<Finding> {
    let extension = |path: &str| path.rsplit_once('.').map(|(_, extension)| extension.to_owned());
    let kinds: std::collections::BTreeSet<_> = project.files.keys().filter_map(|path| extension(path)).collect();
    let paths = changes.keys().filter(|path| {
        let measured = project.files.contains_key(*path);
        !measured && counts(path) && extension(path).is_some_and(|kind| kinds.contains(&kind))
    });
    // A blank file has nothing to measure, and one that cannot be read cannot be spoken of.
    let paths = paths.filter(|path| host.read(path).is_ok_and(|text| !text.trim_ascii().is_empty()));
    let finding = |path: &String| {
        let message = "was changed and is in no report, so `changed-lines` knows nothing of it; hint: measure it, or \
                       leave it out with `settings.exclude`";
        Rule::UnmeasuredFile.finding(message).in_file(path)
    };
    paths.take(MOST_FINDINGS).map(finding).collect()
}

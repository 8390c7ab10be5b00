//! Whether a report is older than what it covers: a source was modified after the report was made.
//!
//! Times tell something in the working tree alone. What is written at a checkout gets the time of the checkout, and what
//! comes out of a cache or an archive the time that it had: a report that is newer than all sources may be right, and one
//! that is older than one of them is not known to be. So it is no pass, and where all sources are newer, which is what a
//! checkout after the report looks like, the message says so. A report that the gate's own command writes to standard output
//! has no time, and is new.

use std::{collections::BTreeMap, time::Duration};

use sdlc_sdk::Error;

use crate::{host::Host, project::Project};

/// Milliseconds that times of one and the same moment may be apart: ZIP keeps them in steps of two seconds, and a checkout
/// writes a report that is committed before or after its sources.
const APART: u64 = 2_000;

/// A report and what it covers.
#[derive(Default)]
struct Age {
    sources: usize,
    newer: usize,
    /// The source that was modified last, of those that are newer, and how much later.
    last: Option<(String, u64)>,
}

/// Holds the time of each report against those of the sources that it covers.
pub(crate) fn check(host: &impl Host, project: &Project) -> Result<(), Error> {
    let made = times(host, project)?;
    let mut ages: BTreeMap<&str, Age> = BTreeMap::new();
    for (path, file) in &project.files {
        let reports: Vec<_> = file.reports.iter().filter_map(|report| made.get_key_value(&**report)).collect();
        if reports.is_empty() {
            continue;
        }
        let Some(modified) = host.modified(path)? else { continue };
        for (report, made) in reports {
            ages.entry(report).or_default().add(path, modified.saturating_sub(*made));
        }
    }
    match ages.into_iter().find_map(|(report, age)| age.stale(report)) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// When reports were made, as far as they are files.
fn times(host: &impl Host, project: &Project) -> Result<BTreeMap<String, u64>, Error> {
    let mut times = BTreeMap::new();
    for name in &project.written {
        if let Some(time) = host.modified(name)? {
            times.insert(name.clone(), time);
        }
    }
    Ok(times)
}

impl Age {
    fn add(&mut self, path: &str, later: u64) {
        self.sources += 1;
        if later <= APART {
            return;
        }
        self.newer += 1;
        if self.last.as_ref().is_none_or(|(_, last)| later > *last) {
            self.last = Some((path.to_owned(), later));
        }
    }

    fn stale(self, report: &str) -> Option<Error> {
        let (path, later) = self.last?;
        let later = humantime::format_duration(rounded(later));
        let why = match (self.newer, self.sources) {
            (1, _) => format!("`{path}` was modified {later} after it was made"),
            (newer, sources) if newer < sources => {
                format!(
                    "{newer} of the {sources} sources that it covers were modified after it was made, `{path}` {later} after"
                )
            }
            (_, sources) => format!(
                "all {sources} sources that it covers were modified after it was made, up to {later}, as by a checkout after it"
            ),
        };
        Some(Error::InvalidInput(format!(
            "`{report}` is stale: {why}; hint: make it again; `settings.times = false` if it was made of these very sources \
             before they were checked out, or comes from a cache or another job with its old time"
        )))
    }
}

/// Milliseconds mean nothing here, and seconds nothing beside minutes.
fn rounded(milliseconds: u64) -> Duration {
    let seconds = milliseconds / 1_000;
    Duration::from_secs(if seconds < 60 { seconds } else { seconds / 60 * 60 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(later: &[u64]) -> Option<String> {
        let mut age = Age::default();
        later.iter().enumerate().for_each(|(number, later)| age.add(&format!("{number}.py"), *later));
        age.stale("lcov.info").map(|error| error.to_string())
    }

    #[test]
    fn a_source_that_is_about_as_old_as_the_report_is_no_reason() {
        assert_eq!(said(&[0, 2_000, 0]), None);
        assert_eq!(said(&[]), None);
    }

    #[test]
    fn which_sources_are_newer_is_said() {
        let one = said(&[0, 5_400_000, 0]).unwrap();
        assert!(one.contains("`1.py` was modified 1h 30m after it was made"), "{one}");
        let some = said(&[0, 2_001, 3_000]).unwrap();
        assert!(
            some.contains("2 of the 3 sources that it covers were modified") && some.contains("`2.py` 3s"),
            "{some}"
        );
        let all = said(&[61_500, 61_000]).unwrap();
        assert!(all.contains("all 2 sources that it covers") && all.contains("up to 1m, as by a checkout"), "{all}");
        assert!(all.contains("hint: make it again; `settings.times = false`"), "{all}");
    }
}

//! From lock files and advisories to findings.

use std::collections::{BTreeMap, BTreeSet};

use lock_files::{
    ecosystem::Ecosystem,
    lock::{Entry, Format, What},
};
use sdlc_sdk::{Error, Finding, Metric, Report, Severity, advisories::Advisory};

use crate::{
    Dependencies,
    matches::{self, Known},
    rules,
    settings::Ignore,
    surroundings::Surroundings,
};

const UPDATE: &str = "hint: `sdlc advisories update --from DIR|ZIP|URL`";
const DAY: u64 = 24 * 3600;

impl Dependencies {
    pub(crate) fn check_in(&self, surroundings: &dyn Surroundings) -> Result<Report, Error> {
        let globs = self.settings.files.clone().unwrap_or_else(|| Format::FILES.map(str::to_owned).to_vec());
        let mut work = Work::new(self, surroundings);
        let paths: BTreeSet<_> = surroundings.files(&globs)?.into_iter().collect();
        let mut read = Vec::new();
        for path in &paths {
            read.extend(work.read(path)?);
        }
        if paths.is_empty() {
            let message =
                "no lock file was found, so nothing was checked; hint: `grant = { read = [\"**\"] }`, and `files`";
            work.findings.push(Finding::new(rules::NONE, Severity::Note, message));
        }
        let ecosystems: BTreeSet<_> = read.iter().map(|(_, format, _)| format.ecosystem()).collect();
        // Without lock files there is no need for a database, but `ignore` needs to know what day it is.
        if !ecosystems.is_empty() || !self.settings.ignore.is_empty() {
            work.now = self.require_new(surroundings, &ecosystems)?;
        }
        for (path, format, entries) in &read {
            work.file(path, *format, entries)?;
        }
        work.ignores();
        Ok(work.report(paths.len()))
    }

    /// What day it is, if the database covers these ecosystems and is new enough.
    fn require_new(&self, surroundings: &dyn Surroundings, ecosystems: &BTreeSet<Ecosystem>) -> Result<u64, Error> {
        let database = surroundings.database()?;
        for ecosystem in ecosystems.iter().map(|ecosystem| ecosystem.name()) {
            let Some(known) = database.ecosystems.iter().find(|known| known.name == ecosystem) else {
                return Err(Error::Missing(format!("the database has no advisories of `{ecosystem}`; {UPDATE}")));
            };
            let age = database.now.saturating_sub(known.updated);
            if self.max_age.is_some_and(|most| age > most) {
                let (days, most) = (age / DAY, &self.settings.max_age);
                return Err(Error::Missing(format!(
                    "the advisories of `{ecosystem}` are {days} days old, which is more than `max-age = \"{most}\"`; {UPDATE}"
                )));
            }
        }
        Ok(database.now)
    }
}

/// What was found so far.
struct Work<'a> {
    gate: &'a Dependencies,
    surroundings: &'a dyn Surroundings,
    now: u64,
    known: BTreeMap<(Ecosystem, String), Vec<Advisory>>,
    /// Which entries of `ignore` had something to ignore.
    used: BTreeSet<usize>,
    findings: Vec<Finding>,
    packages: BTreeSet<(Ecosystem, String, String)>,
    vulnerable: BTreeSet<(Ecosystem, String, String)>,
    ignored: u32,
    unchecked: u32,
}

impl<'a> Work<'a> {
    fn new(gate: &'a Dependencies, surroundings: &'a dyn Surroundings) -> Self {
        Self {
            gate,
            surroundings,
            now: 0,
            known: BTreeMap::new(),
            used: BTreeSet::new(),
            findings: Vec::new(),
            packages: BTreeSet::new(),
            vulnerable: BTreeSet::new(),
            ignored: 0,
            unchecked: 0,
        }
    }

    /// None: it cannot be read, which is a finding.
    fn read(&mut self, path: &str) -> Result<Option<(String, Format, Vec<Entry>)>, Error> {
        let bytes = self.surroundings.read(path)?;
        let parsed = match (Format::of(path), String::from_utf8(bytes)) {
            (None, _) => Err("no format of lock files is known by this name".to_owned()),
            (_, Err(error)) => Err(format!("it is not UTF-8 at byte {}", error.utf8_error().valid_up_to())),
            (Some(format), Ok(text)) => format.parse(&text).map(|entries| (format, entries)),
        };
        Ok(match parsed {
            Ok((format, entries)) => Some((path.to_owned(), format, entries)),
            Err(reason) => {
                let message = format!("the lock file cannot be read: {reason}");
                self.findings.push(Finding::new(rules::UNREADABLE, Severity::Error, message).in_file(path));
                None
            }
        })
    }

    fn file(&mut self, path: &str, format: Format, entries: &[Entry]) -> Result<(), Error> {
        // npm has one version in many places.
        let mut seen = BTreeSet::new();
        for entry in entries.iter().filter(|entry| self.gate.settings.dev || !entry.dev) {
            let name = &entry.name;
            match &entry.what {
                What::Version(version) => {
                    if seen.insert((name, version)) {
                        self.package(path, format.ecosystem(), entry, version)?;
                    }
                }
                What::Unpinned => {
                    let severity = if self.gate.settings.fail_unpinned { Severity::Warning } else { Severity::Note };
                    let message = format!("`{name}` is not pinned to a version, so it is held against no advisory");
                    self.unchecked += 1;
                    self.findings.push(Finding::new(rules::UNPINNED, severity, message).at(path, entry.range.clone()));
                }
                What::Elsewhere(place) => {
                    let message = format!("`{name}` comes from {place}, so it is held against no advisory");
                    let finding = Finding::new(rules::UNCHECKED, Severity::Note, message);
                    self.unchecked += 1;
                    self.findings.push(finding.at(path, entry.range.clone()));
                }
            }
        }
        Ok(())
    }

    fn package(&mut self, path: &str, ecosystem: Ecosystem, entry: &Entry, version: &str) -> Result<(), Error> {
        let key = (ecosystem, entry.name.clone());
        if !self.known.contains_key(&key) {
            self.known.insert(key.clone(), self.surroundings.find(ecosystem, &entry.name)?);
        }
        let package = (ecosystem, entry.name.clone(), version.to_owned());
        let found =
            matches::of_package(ecosystem, version, self.known.get(&key).map(Vec::as_slice).unwrap_or_default());
        for known in found {
            if self.is_ignored(&entry.name, &known) {
                self.ignored += 1;
                continue;
            }
            self.vulnerable.insert(package.clone());
            self.findings.push(finding(&entry.name, version, &known).at(path, entry.range.clone()));
        }
        self.packages.insert(package);
        Ok(())
    }

    fn is_ignored(&mut self, name: &str, known: &Known) -> bool {
        let ignores = self.gate.settings.ignore.iter().enumerate();
        let fitting: Vec<_> = ignores.filter(|(_, ignore)| fits(ignore, name, known)).collect();
        self.used.extend(fitting.iter().map(|(index, _)| *index));
        fitting.iter().any(|(_, ignore)| !ignore.is_expired(self.now))
    }

    fn ignores(&mut self) {
        for (index, ignore) in self.gate.settings.ignore.iter().enumerate() {
            let Ignore { id, reason, until, .. } = ignore;
            let (rule, message) = if ignore.is_expired(self.now) {
                (rules::EXPIRED_IGNORE, format!("`{id}` was to be ignored until {until} (`{reason}`), which is over"))
            } else if !self.used.contains(&index) {
                (
                    rules::UNUSED_IGNORE,
                    format!("`{id}` is to be ignored, but nothing has it; hint: remove it from `ignore`"),
                )
            } else {
                continue;
            };
            self.findings.push(Finding::new(rule, Severity::Warning, message));
        }
    }

    fn report(self, files: usize) -> Report {
        let metric = |name, value: usize| Metric::count(name, value as f64);
        let metrics = vec![
            metric("lock-files", files),
            metric("packages", self.packages.len()),
            metric("vulnerable-packages", self.vulnerable.len()),
            metric("ignored-advisories", self.ignored as usize),
            metric("unchecked-dependencies", self.unchecked as usize),
        ];
        Report { findings: self.findings, metrics }
    }
}

/// Names of packages are compared as people write them.
fn fits(ignore: &Ignore, name: &str, known: &Known) -> bool {
    let plain = |name: &str| name.replace(['_', '.'], "-").to_lowercase();
    let is_package = ignore.package.as_ref().is_none_or(|package| plain(package) == plain(name));
    is_package && known.ids.iter().any(|id| id.eq_ignore_ascii_case(ignore.id.trim()))
}

fn finding(name: &str, version: &str, known: &Known) -> Finding {
    let Known { id, summary, .. } = known;
    if known.is_unknown {
        let message = format!("`{name}` {version} cannot be compared with the versions of {id}: {summary}");
        return Finding::new(rules::UNCOMPARED, Severity::Error, message);
    }
    let others = known.ids.iter().skip(1).cloned().collect::<Vec<_>>().join(", ");
    let others = if others.is_empty() { String::new() } else { format!(" ({others})") };
    let fixed = known.fixed.as_ref().map_or("not fixed in any version".to_owned(), |fixed| format!("fixed in {fixed}"));
    let message = format!("`{name}` {version} has {id}{others}: {summary}; {fixed}");
    Finding::new(known.rating.rule(), known.rating.severity(), message)
}

#[cfg(test)]
mod tests {
    use sdlc_sdk::Plugin;

    use super::*;
    use crate::{
        settings::Settings,
        testing::{Fake, advisory},
    };

    fn check(settings: &str, fake: &Fake) -> Result<Report, Error> {
        let settings: Settings = serde_json::from_str(settings).unwrap();
        Dependencies::new(settings).unwrap().check_in(fake)
    }

    #[track_caller]
    fn found(settings: &str, fake: &Fake) -> Vec<String> {
        let report = check(settings, fake).unwrap();
        report.findings.into_iter().map(|finding| format!("{}: {}", finding.rule, finding.message)).collect()
    }

    fn jinja() -> Fake {
        Fake::default()
            .file("requirements.txt", "# pinned\njinja2==2.4.1\n")
            .advisory("jinja2", advisory("GHSA-1", &["CVE-1"], "2.11.3"))
            .advisory("jinja2", advisory("PYSEC-1", &["CVE-1"], "2.11.3"))
    }

    const HIGH: &str = "high-vulnerability: `jinja2` 2.4.1 has GHSA-1 (PYSEC-1, CVE-1): bad; fixed in 2.11.3";

    #[test]
    fn a_vulnerable_version_is_found_once_and_where_it_stands() {
        let report = check("{}", &jinja()).unwrap();
        assert_eq!(report.findings.len(), 1);
        assert_eq!(report.findings[0].bytes(), Some(17..22));
        assert_eq!(found("{}", &jinja()), [HIGH]);
    }

    #[test]
    fn what_is_ignored_is_no_finding_until_the_day_is_over() {
        let ignore = |id: &str, until: &str| {
            format!(r#"{{"ignore": [{{"id": "{id}", "package": "Jinja2", "reason": "r", "until": "{until}"}}]}}"#)
        };
        assert_eq!(found(&ignore("cve-1", "2027-01-31"), &jinja()), [""; 0]);
        let expired = "expired-ignore: `CVE-1` was to be ignored until 2020-01-31 (`r`), which is over";
        assert_eq!(found(&ignore("CVE-1", "2020-01-31"), &jinja()), [HIGH, expired]);
        let unused = "unused-ignore: `CVE-2` is to be ignored, but nothing has it; hint: remove it from `ignore`";
        assert_eq!(found(&ignore("CVE-2", "2027-01-31"), &jinja()), [HIGH, unused]);
    }

    #[test]
    fn a_database_that_is_too_old_or_lacks_the_ecosystem_is_an_error() {
        let old = Fake { age: 8, ..jinja() };
        let error = check("{}", &old).unwrap_err().to_string();
        assert!(error.contains("are 8 days old") && error.contains("hint: `sdlc advisories update"), "{error}");
        assert!(check(r#"{"max-age": "0"}"#, &old).is_ok());
        let go = Fake::default().file("go.mod", "module example.com/x\nrequire example.com/y v1.0.0\n");
        assert!(check("{}", &go).unwrap_err().to_string().contains("no advisories of `Go`"));
    }

    #[test]
    fn what_cannot_be_read_is_a_finding_and_so_is_nothing_at_all() {
        let broken = Fake::default().file("poetry.lock", "[[package").file("uv.lock", [0xff]);
        let found_ = found("{}", &broken);
        assert!(
            found_.iter().all(|found| found.starts_with("unreadable-lock-file: ")) && found_.len() == 2,
            "{found_:?}"
        );
        assert!(found("{}", &Fake::default())[0].starts_with("no-lock-file: "));
    }

    #[test]
    fn a_requirement_without_a_version_is_a_note_or_a_warning() {
        let fake = Fake::default().file("requirements.txt", "flask>=2\n");
        let severity = |settings: &str| check(settings, &fake).unwrap().findings[0].severity;
        assert_eq!(severity("{}"), Severity::Note);
        assert_eq!(severity(r#"{"fail-unpinned": true}"#), Severity::Warning);
    }
}

//! [`Plan`]: from findings to treatments, one a package and version.

use std::{collections::BTreeMap, ops::Range};

use lock_files::{
    affected::{Answer, is_affected, lowest_fixed},
    ecosystem::Ecosystem,
    lock::{Entry, Format, What},
};
use sdlc_sdk::{Action, Error, FileContent, Finding, Treatment, advisories::Advisory};

use crate::bump::written;

/// What is asked of the host, so that tests can answer instead.
pub(crate) trait Surroundings {
    fn read(&self, path: &str) -> Result<Vec<u8>, Error>;
    fn find(&self, ecosystem: Ecosystem, name: &str) -> Result<Vec<Advisory>, Error>;
}

/// The host itself.
pub(crate) struct Host;

impl Surroundings for Host {
    fn read(&self, path: &str) -> Result<Vec<u8>, Error> {
        sdlc_sdk::workspace::read(path)
    }

    fn find(&self, ecosystem: Ecosystem, name: &str) -> Result<Vec<Advisory>, Error> {
        sdlc_sdk::advisories::find(ecosystem.name(), name)
    }
}

/// Files that findings are in and that have pins, sorted.
pub(crate) fn paths(findings: &[Finding]) -> Vec<String> {
    let paths = findings.iter().filter_map(|finding| Some(finding.location.as_ref()?.path.clone()));
    let mut paths: Vec<_> = paths.filter(|path| Format::of(path).is_some()).collect();
    paths.sort();
    paths.dedup();
    paths
}

/// A pin that is raised: where it stands, and what is written there.
struct Edit {
    range: Range<usize>,
    written: String,
}

/// Name, version and what it becomes; by these, edits by file.
type Raises = BTreeMap<(String, String, String), BTreeMap<String, Vec<Edit>>>;

/// What is to be raised.
pub(crate) struct Plan<'a> {
    surroundings: &'a dyn Surroundings,
    keep: &'a [String],
    texts: BTreeMap<String, String>,
    raises: Raises,
    left_out: Vec<String>,
}

impl<'a> Plan<'a> {
    pub(crate) fn new(surroundings: &'a dyn Surroundings, keep: &'a [String]) -> Self {
        Self { surroundings, keep, texts: BTreeMap::new(), raises: Raises::new(), left_out: Vec::new() }
    }

    /// Pins of a file that findings point to.
    pub(crate) fn file(&mut self, path: &str, findings: &[Finding]) -> Result<(), Error> {
        let Some(format) = Format::of(path) else { return Ok(()) };
        let Ok(text) = String::from_utf8(self.surroundings.read(path)?) else { return Ok(()) };
        // What cannot be read is the gate's to say.
        let Ok(entries) = format.parse(&text) else { return Ok(()) };
        let sums = match format {
            Format::Go => self.surroundings.read(&beside(path, "go.sum")).ok(),
            _ => None,
        };
        let sums = sums.map(|sums| String::from_utf8_lossy(&sums).into_owned());
        for entry in entries.iter().filter(|entry| is_found(path, entry, findings)) {
            self.entry(path, format, &text, entry, sums.as_deref())?;
        }
        self.texts.insert(path.to_owned(), text);
        Ok(())
    }

    fn entry(
        &mut self,
        path: &str,
        format: Format,
        text: &str,
        entry: &Entry,
        sums: Option<&str>,
    ) -> Result<(), Error> {
        let (name, What::Version(version)) = (&entry.name, &entry.what) else { return Ok(()) };
        if self.keep.iter().any(|keep| plain(keep) == plain(name)) {
            return Ok(());
        }
        let ecosystem = format.ecosystem();
        let advisories = self.surroundings.find(ecosystem, name)?;
        let all: Vec<_> = advisories.iter().map(|advisory| advisory.affected.as_slice()).collect();
        if all.iter().all(|affected| is_affected(ecosystem, version, affected) == Answer::Unaffected) {
            return Ok(());
        }
        let Some(fixed) = lowest_fixed(ecosystem, version, &all) else {
            self.left_out
                .push(format!("{path}: `{name}` {version}: no version without known vulnerabilities is known"));
            return Ok(());
        };
        match written(format, text, name, &entry.range, &fixed, sums) {
            Ok(written) => {
                let raise = self.raises.entry((name.clone(), version.clone(), fixed)).or_default();
                raise.entry(path.to_owned()).or_default().push(Edit { range: entry.range.clone(), written });
            }
            Err(reason) => self.left_out.push(format!("{path}: `{name}` {version} is not raised to {fixed}: {reason}")),
        }
        Ok(())
    }

    /// What was left out, and why.
    pub(crate) fn left_out(&self) -> &[String] {
        &self.left_out
    }

    pub(crate) fn treatments(&self) -> Vec<Treatment> {
        let treatment = |((name, version, fixed), files): (&(String, String, String), &BTreeMap<String, Vec<Edit>>)| {
            let actions = files.iter().filter_map(|(path, edits)| {
                let content = edited(self.texts.get(path)?, edits)?.into_bytes();
                Some(Action::Write(FileContent { path: path.clone(), content }))
            });
            Treatment { summary: format!("raise `{name}` from {version} to {fixed}"), actions: actions.collect() }
        };
        self.raises.iter().map(treatment).collect()
    }
}

fn edited(text: &str, edits: &[Edit]) -> Option<String> {
    let (mut result, mut at) = (String::with_capacity(text.len()), 0);
    let mut edits: Vec<_> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.range.start);
    for edit in edits {
        result.push_str(text.get(at..edit.range.start)?);
        result.push_str(&edit.written);
        at = edit.range.end;
    }
    result.push_str(text.get(at..)?);
    Some(result)
}

/// Whether a finding is at an entry.
fn is_found(path: &str, entry: &Entry, findings: &[Finding]) -> bool {
    findings.iter().any(|finding| {
        let here = finding.location.as_ref().is_some_and(|location| location.path == path);
        here && finding.bytes().is_none_or(|bytes| bytes.start < entry.range.end && entry.range.start < bytes.end)
    })
}

fn beside(path: &str, name: &str) -> String {
    match path.rsplit_once('/') {
        Some((directory, _)) => format!("{directory}/{name}"),
        None => name.to_owned(),
    }
}

/// Names of packages are compared as people write them.
fn plain(name: &str) -> String {
    name.replace(['_', '.'], "-").to_lowercase()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sdlc_sdk::{
        Severity,
        advisories::{Affected, Event, Order, Range as Affects},
    };

    use super::*;

    struct Fake {
        files: BTreeMap<&'static str, String>,
        fixed: BTreeMap<&'static str, Vec<&'static str>>,
    }

    impl Surroundings for Fake {
        fn read(&self, path: &str) -> Result<Vec<u8>, Error> {
            self.files.get(path).map(|text| text.clone().into_bytes()).ok_or_else(|| Error::Missing(path.to_owned()))
        }

        fn find(&self, _ecosystem: Ecosystem, name: &str) -> Result<Vec<Advisory>, Error> {
            let advisory = |fixed: &&str| {
                let events = vec![Event::Introduced("0".to_owned()), Event::Fixed((*fixed).to_owned())];
                let ranges = vec![Affects { order: Order::Ecosystem, events }];
                let affected = Affected { ranges, versions: Vec::new(), severities: Vec::new() };
                Advisory {
                    id: format!("GHSA-{fixed}"),
                    aliases: Vec::new(),
                    summary: String::new(),
                    severities: Vec::new(),
                    rating: None,
                    affected: vec![affected],
                }
            };
            Ok(self.fixed.get(name).into_iter().flatten().map(advisory).collect())
        }
    }

    /// Summaries, and the texts of the files that are written; and what was left out.
    fn plan(
        files: &[(&'static str, &str)],
        fixed: &[(&'static str, &[&'static str])],
        keep: &[String],
    ) -> (Vec<String>, Vec<String>) {
        let fake = Fake {
            files: files.iter().map(|(path, text)| (*path, (*text).to_owned())).collect(),
            fixed: fixed.iter().map(|(name, fixed)| (*name, fixed.to_vec())).collect(),
        };
        let findings: Vec<_> = files
            .iter()
            .map(|(path, _)| Finding::new("high-vulnerability", Severity::Error, "bad").in_file(path))
            .collect();
        let mut plan = Plan::new(&fake, keep);
        for path in paths(&findings) {
            plan.file(&path, &findings).unwrap();
        }
        let lines = plan.treatments().into_iter().flat_map(|treatment| {
            let texts = treatment.actions.into_iter().map(|action| match action {
                Action::Write(file) => format!("{}:{}", file.path, String::from_utf8(file.content).unwrap()),
                other => format!("{other:?}"),
            });
            std::iter::once(treatment.summary).chain(texts).collect::<Vec<_>>()
        });
        (lines.collect(), plan.left_out().to_vec())
    }

    #[test]
    fn a_pin_is_raised_to_the_lowest_version_that_no_advisory_affects() {
        let text = "# pinned\nflask==1.0  # web\njinja2 == 2.4.1 ; python_version > '3'\n";
        let (treatments, _) = plan(&[("requirements.txt", text)], &[("jinja2", &["2.8.1", "2.11.3"])], &[]);
        let raised = "requirements.txt:# pinned\nflask==1.0  # web\njinja2 == 2.11.3 ; python_version > '3'\n";
        assert_eq!(treatments, ["raise `jinja2` from 2.4.1 to 2.11.3", raised]);
    }

    #[test]
    fn one_package_is_raised_in_all_files_and_every_package_by_itself() {
        let files = [("requirements.txt", "a==1\nb==1\n"), ("sub/requirements-dev.txt", "a==1\n")];
        let (treatments, _) = plan(&files, &[("a", &["2"]), ("b", &["3"])], &[]);
        assert_eq!(
            treatments,
            [
                "raise `a` from 1 to 2",
                "requirements.txt:a==2\nb==1\n",
                "sub/requirements-dev.txt:a==2\n",
                "raise `b` from 1 to 3",
                "requirements.txt:a==1\nb==3\n"
            ]
        );
    }

    #[test]
    fn what_cannot_be_raised_is_said() {
        let files = [("requirements.txt", "a==1 --hash=sha256:00\n"), ("uv.lock", UV), ("go.mod", GO), ("go.sum", "")];
        let fixed: [(&str, &[&str]); 3] = [("a", &["2"]), ("b", &["2"]), ("example.com/c", &["1.1.0"])];
        let (treatments, left_out) = plan(&files, &fixed, &[]);
        assert_eq!(treatments, [""; 0]);
        assert_eq!(left_out.len(), 3, "{left_out:?}");
    }

    const UV: &str = "version = 1\n[[package]]\nname = \"b\"\nversion = \"1\"\nsource = { registry = \"https://pypi.example/simple\" }\n";
    const GO: &str = "module example.com/x\nrequire example.com/c v1.0.0\n";

    #[test]
    fn go_modules_are_raised_where_no_sums_pin_them() {
        let (treatments, _) = plan(&[("go.mod", GO)], &[("example.com/c", &["1.1.0"])], &[]);
        assert_eq!(treatments[1], "go.mod:module example.com/x\nrequire example.com/c v1.1.0\n");
    }

    #[test]
    fn what_is_to_be_kept_is_kept() {
        let files = [("requirements.txt", "Jinja_2==1\n")];
        assert_eq!(plan(&files, &[("Jinja_2", &["2"])], &["jinja-2".to_owned()]).0, [""; 0]);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_and_only_versions_change(lines in prop::collection::vec("[a-c]==[0-9.]{1,4}( # x)?|.{0,20}", 0..8)) {
            let text = lines.join("\n");
            let files = [("requirements.txt", text.as_str())];
            let (treatments, _) = plan(&files, &[("a", &["9999"]), ("b", &["9999"])], &[]);
            for written in treatments.iter().filter(|line| line.starts_with("requirements.txt:")) {
                prop_assert_eq!(written.lines().count(), format!("requirements.txt:{text}").lines().count());
            }
        }
    }
}

//! [`Project`]: what all reports together say of the files of the workspace.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    rc::Rc,
};

use sdlc_sdk::Error;

use crate::{
    formats::{Format, Parsed},
    host::Host,
    mapping::{Map, Mapped, modules},
    measured::{Measured, Tally},
    reports::{self, Source},
    settings::Options,
};

/// Most `go.mod` files that are looked at.
const MOST_MODULES: usize = 1_000;

/// All that was measured.
pub(crate) struct Project {
    /// By path in the workspace.
    pub(crate) files: BTreeMap<String, File>,
    /// What could not be found in the workspace, by the path that the report has.
    pub(crate) unmapped: BTreeMap<String, Unmapped>,
    /// Number of reports.
    pub(crate) reports: usize,
    /// Those of them that are files.
    pub(crate) written: Vec<String>,
}

/// A file of the workspace.
pub(crate) struct File {
    pub(crate) measured: Measured,
    /// The reports that it is known from; never empty.
    pub(crate) reports: Vec<Rc<str>>,
    format: Format,
}

/// A path that leads nowhere.
pub(crate) struct Unmapped {
    measured: Measured,
    pub(crate) ambiguous: bool,
    format: Format,
}

impl Project {
    /// Reads all reports, one at a time.
    pub(crate) fn read(host: &impl Host, options: &Options) -> Result<Self, Error> {
        let sources = reports::find(host, options)?;
        let (mut reports, mut written) = (Vec::new(), Vec::new());
        for source in sources {
            written.extend(source.is_file.then(|| source.name.clone()));
            let name = source.name.clone();
            let (format, parsed) = Source::parse(source, host, options)?;
            reports.push((format, name, parsed));
        }
        // What is told apart in one format is only counted in another: those of one have to meet first.
        reports.sort_by_key(|(format, ..)| *format as u8);
        let files = host.files(&["**".to_owned()])?;
        let mut renames = options.renames.clone();
        if reports.iter().any(|(format, ..)| *format == Format::Go) {
            renames.extend(go_modules(host, &files)?);
        }
        let map = Map::new(&files, renames);
        let mut project = Self { files: BTreeMap::new(), unmapped: BTreeMap::new(), reports: reports.len(), written };
        for (format, name, parsed) in reports {
            project
                .add(&map, format, &Rc::from(name.as_str()), parsed, options)
                .map_err(|what| Error::InvalidInput(format!("`{name}`: {what}")))?;
        }
        project.files.values_mut().for_each(|file| file.measured.settle());
        project.unmapped.values_mut().for_each(|file| file.measured.settle());
        if project.tally().lines.total == 0 {
            let hint = "hint: `settings.include` and `settings.exclude` say which count";
            return Err(Error::InvalidInput(format!("no measured line is left of the sources; {hint}")));
        }
        Ok(project)
    }

    /// Of all that counts, found in the workspace or not.
    pub(crate) fn tally(&self) -> Tally {
        let mut all = Tally::default();
        let unmapped = self.unmapped.values().map(|file| &file.measured);
        self.files.values().map(|file| &file.measured).chain(unmapped).for_each(|file| all.add(file.tally()));
        all
    }

    fn add(
        &mut self,
        map: &Map<'_>,
        format: Format,
        report: &Rc<str>,
        parsed: Parsed,
        options: &Options,
    ) -> Result<(), String> {
        let mapped = map.report(&parsed)?;
        for (reported, mapped) in parsed.files.into_iter().zip(mapped) {
            let measured = reported.measured;
            match mapped {
                Mapped::File(path) | Mapped::Nowhere(path) | Mapped::Ambiguous(path)
                    if !options.sources.count(&path) => {}
                Mapped::File(path) => self.add_file(path, measured, report, format),
                Mapped::Nowhere(path) => self.add_unmapped(path, measured, false, format),
                Mapped::Ambiguous(path) => self.add_unmapped(path, measured, true, format),
            }
        }
        Ok(())
    }

    fn add_file(&mut self, path: String, measured: Measured, report: &Rc<str>, format: Format) {
        match self.files.entry(path) {
            Entry::Vacant(entry) => {
                entry.insert(File { measured, reports: vec![Rc::clone(report)], format });
            }
            Entry::Occupied(mut entry) => {
                let known = entry.get_mut();
                known.measured.merge(measured, known.format != format);
                known.format = format;
                known.reports.push(Rc::clone(report));
            }
        }
    }

    fn add_unmapped(&mut self, path: String, measured: Measured, ambiguous: bool, format: Format) {
        match self.unmapped.entry(path) {
            Entry::Vacant(entry) => {
                entry.insert(Unmapped { measured, ambiguous, format });
            }
            Entry::Occupied(mut entry) => {
                let known = entry.get_mut();
                known.measured.merge(measured, known.format != format);
                known.format = format;
            }
        }
    }
}

/// Longest import paths first, as one module may lie in another.
fn go_modules(host: &impl Host, files: &[String]) -> Result<Vec<crate::settings::Rename>, Error> {
    let named = files.iter().filter(|file| *file == "go.mod" || file.ends_with("/go.mod"));
    let mut renames = Vec::new();
    for path in named.take(MOST_MODULES) {
        renames.extend(modules::rename(path, &host.read(path)?));
    }
    renames.sort_by_key(|rename| std::cmp::Reverse(rename.from.len()));
    Ok(renames)
}

//! [`update`]: builds a database from sources and the one that is there, beside it, and puts it in its place as a whole.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs, io,
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use crate::{
    database::Database,
    error::{DatabaseError, UpdateError},
    osv,
    source::Source,
    writer::Writer,
};

type Result<T> = std::result::Result<T, UpdateError>;

/// How to build.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Only these, as OSV names them; all where there are none.
    pub ecosystems: Vec<String>,
    /// Without what is there.
    pub replace: bool,
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// A file of a source was read.
    Read {
        /// The source, for people.
        source: &'a str,
        /// Files of it that were read.
        files: u64,
        /// Files of it, where that is known.
        of: Option<u64>,
    },
    /// What was there before is kept.
    Merging,
    /// What finds the records is written.
    Indexing,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Advisories of the sources.
    pub advisories: u64,
    /// Those of them that are withdrawn.
    pub withdrawn: u64,
    /// JSON files that are no advisories.
    pub skipped: u64,
}

/// Builds a database from sources, and what is there.
///
/// An advisory that comes more than once is the one that was modified last. An ecosystem is as old as the source that had
/// at least half of its advisories, so that a few of one's own do not make old ones new; a source is as old as its files.
///
/// # Errors
/// Where a source makes no sense, or what is there is broken and not to be replaced. It is left as it was then.
pub fn update(
    path: &Path,
    sources: &[Source],
    options: &Options,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Outcome> {
    let directory = path.parent().unwrap_or(Path::new("."));
    private(directory)?;
    let io = |source| UpdateError::Io { path: path.to_owned(), source };
    let temporary = tempfile::Builder::new().prefix(".advisories-").tempfile_in(directory).map_err(io)?;
    let mut building = Building {
        writer: Writer::new(temporary.as_file().try_clone().map_err(io)?).map_err(io)?,
        options,
        outcome: Outcome::default(),
        updated: BTreeMap::new(),
    };
    for source in sources {
        building.source(source, path, progress)?;
    }
    if !options.replace {
        progress(Progress::Merging);
        building.merge(path)?;
    }
    progress(Progress::Indexing);
    let updated = building.updated.iter().map(|(name, of)| (name.clone(), of.seconds)).collect();
    building.writer.finish(&updated).map_err(io)?.sync_all().map_err(io)?;
    temporary.persist(path).map_err(|error| io(error.error))?;
    fs::File::open(directory).and_then(|directory| directory.sync_all()).map_err(io)?;
    Ok(building.outcome)
}

/// As of when an ecosystem is, and of how many advisories that was said.
#[derive(Clone, Copy, Default)]
struct Updated {
    seconds: u64,
    advisories: u64,
}

struct Building<'a> {
    writer: Writer,
    options: &'a Options,
    outcome: Outcome,
    updated: BTreeMap<String, Updated>,
}

impl Building<'_> {
    fn source(&mut self, source: &Source, path: &Path, progress: &mut dyn FnMut(Progress<'_>)) -> Result<()> {
        let io = |source| UpdateError::Io { path: path.to_owned(), source };
        let (mut files, mut found, mut others) = (0, BTreeMap::<String, u64>::new(), BTreeSet::new());
        let seconds = source.read(&mut |document| {
            let malformed = |reason| UpdateError::Malformed { file: document.name.to_owned(), reason };
            files += 1;
            progress(Progress::Read { source: &source.name, files, of: document.of });
            let Some(mut parsed) = osv::parse(document.json).map_err(malformed)? else {
                self.outcome.skipped += 1;
                return Ok(());
            };
            parsed.records.retain(|record| {
                let wanted = self.options.ecosystems.is_empty() || self.options.ecosystems.contains(&record.ecosystem);
                if !wanted && others.len() < 10 {
                    others.insert(record.ecosystem.clone());
                }
                wanted
            });
            self.outcome.withdrawn += u64::from(parsed.withdrawn);
            self.outcome.advisories += u64::from(!parsed.records.is_empty());
            for ecosystem in parsed.records.iter().map(|record| &record.ecosystem).collect::<BTreeSet<_>>() {
                *found.entry(ecosystem.clone()).or_default() += 1;
            }
            if parsed.withdrawn || !parsed.records.is_empty() { self.writer.add(&parsed).map_err(io) } else { Ok(()) }
        })?;
        if found.is_empty() {
            let others: Vec<_> = others.iter().map(|name| format!("`{name}`")).collect();
            let but = if others.is_empty() { String::new() } else { format!(" but of {}", others.join(", ")) };
            return Err(UpdateError::Empty(source.name.clone(), but));
        }
        // A file from the future is no newer than one of now.
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        for (ecosystem, advisories) in found {
            self.date(&ecosystem, Updated { seconds: seconds.min(now), advisories });
        }
        Ok(())
    }

    /// The source with most of an ecosystem says as of when it is; of sources that have about as much, the newest does.
    fn date(&mut self, ecosystem: &str, new: Updated) {
        let known = self.updated.entry(ecosystem.to_owned()).or_insert(new);
        let (has_most, has_little) = (known.advisories < new.advisories / 2, new.advisories < known.advisories / 2);
        if has_most || (!has_little && new.seconds > known.seconds) {
            *known = Updated { seconds: new.seconds, advisories: new.advisories.max(known.advisories) };
        }
    }

    fn merge(&mut self, path: &Path) -> Result<()> {
        let database = match Database::open(path) {
            Err(DatabaseError::Missing(_)) => return Ok(()),
            database => database?,
        };
        let mut kept = HashMap::new();
        let io = |source| UpdateError::Io { path: path.to_owned(), source };
        database.all(|record| self.writer.keep(&record, &mut kept).map_err(io))?;
        for ecosystem in database.ecosystems() {
            self.date(&ecosystem.name, Updated { seconds: ecosystem.updated, advisories: ecosystem.advisories });
        }
        Ok(())
    }
}

/// Who else could write there could take advisories away.
fn private(directory: &Path) -> Result<()> {
    let io = |source| UpdateError::Io { path: directory.to_owned(), source };
    if let Some(parent) = directory.parent() {
        fs::create_dir_all(parent).map_err(io)?;
    }
    match fs::DirBuilder::new().mode(0o700).create(directory) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(io(error)),
        _ => {}
    }
    let metadata = fs::metadata(directory).map_err(io)?;
    if metadata.mode() & 0o022 != 0 {
        let reason = format!("its mode is {:o}, so that others can write there", metadata.mode() & 0o777);
        return Err(UpdateError::Untrusted { path: directory.to_owned(), reason });
    }
    Ok(())
}

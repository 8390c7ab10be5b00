//! Databases from directories and archives, looked up, merged and broken.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use crate::{
    database::Database,
    error::{DatabaseError, UpdateError},
    source::Source,
    testing::advisory,
    update::{Options, Outcome, update},
};

struct Scratch(tempfile::TempDir);

impl Scratch {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn database(&self) -> PathBuf {
        self.0.path().join("state/advisories.db")
    }

    fn directory(&self, name: &str, files: &[(&str, String)]) -> Source {
        let path = self.0.path().join(name);
        fs::create_dir_all(&path).unwrap();
        for (file, text) in files {
            fs::write(path.join(file), text).unwrap();
        }
        Source { name: name.to_owned(), path }
    }

    fn zip(&self, name: &str, files: &[(&str, String)]) -> Source {
        let path = self.0.path().join(name);
        fs::write(&path, zip(files)).unwrap();
        Source { name: name.to_owned(), path }
    }

    fn update(&self, sources: &[Source], options: &Options) -> Result<Outcome, UpdateError> {
        update(&self.database(), sources, options, &mut |_| {})
    }

    fn ids(&self, ecosystem: &str, name: &str) -> Vec<String> {
        let database = Database::open(&self.database()).unwrap();
        database.find(ecosystem, name).unwrap().into_iter().map(|advisory| advisory.id).collect()
    }
}

fn zip(files: &[(&str, String)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut archive = rawzip::ZipArchiveWriter::new(&mut bytes);
    for (name, text) in files {
        let method = rawzip::CompressionMethod::DEFLATE;
        let (mut entry, config) = archive.new_file(name).compression_method(method).start().unwrap();
        let mut writer = config.wrap(flate2::write::DeflateEncoder::new(&mut entry, flate2::Compression::fast()));
        writer.write_all(text.as_bytes()).unwrap();
        let (encoder, descriptor) = writer.finish().unwrap();
        encoder.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap();
    bytes
}

fn flask() -> [(&'static str, String); 2] {
    [("a.json", advisory("GHSA-1", "PyPI", "Flask", "2.0")), ("b.json", advisory("GHSA-2", "npm", "flask", "2.0"))]
}

#[test]
fn what_is_in_a_directory_or_an_archive_is_found_by_package_and_by_any_name() {
    let scratch = Scratch::new();
    for source in [scratch.directory("osv", &flask()), scratch.zip("all.zip", &flask())] {
        scratch.update(&[source], &Options { replace: true, ..Options::default() }).unwrap();
        assert_eq!(scratch.ids("PyPI", "FLASK"), ["GHSA-1"]);
        assert_eq!(scratch.ids("npm", "flask"), ["GHSA-2"]);
        assert!(scratch.ids("PyPI", "django").is_empty());
        let database = Database::open(&scratch.database()).unwrap();
        assert_eq!(database.find_id("cve-ghsa-1").unwrap()[0].package, "flask");
        assert_eq!(database.ecosystems().len(), 2);
    }
}

#[test]
fn an_update_keeps_what_it_does_not_have_and_takes_what_was_modified_last() {
    let scratch = Scratch::new();
    scratch.update(&[scratch.directory("one", &flask())], &Options::default()).unwrap();
    let older = advisory("GHSA-1", "PyPI", "flask", "0.1").replace("2024-01-02", "2020-01-02");
    let withdrawn = advisory("GHSA-2", "npm", "flask", "2.0")
        .replace("\"summary\"", "\"withdrawn\": \"2024-01-02T03:04:05Z\", \"summary\"");
    let files = [("x.json", older), ("y.json", withdrawn), ("z.json", advisory("GHSA-3", "PyPI", "flask", "3.0"))];
    let outcome = scratch.update(&[scratch.directory("two", &files)], &Options::default()).unwrap();
    assert_eq!(outcome, Outcome { advisories: 2, withdrawn: 1, skipped: 0 });
    assert_eq!(scratch.ids("PyPI", "flask"), ["GHSA-1", "GHSA-3"]);
    assert!(scratch.ids("npm", "flask").is_empty());
    let found = Database::open(&scratch.database()).unwrap().find_id("GHSA-1").unwrap();
    let fixed = sdlc_model::advisory::Event::Fixed("2.0".to_owned());
    assert!(found[0].advisory.affected[0].ranges[0].events.contains(&fixed));
}

#[test]
fn only_the_ecosystems_that_were_asked_for_are_taken() {
    let scratch = Scratch::new();
    let only = |name: &str| Options { ecosystems: vec![name.to_owned()], replace: true };
    scratch.update(&[scratch.zip("all.zip", &flask())], &only("npm")).unwrap();
    assert!(scratch.ids("PyPI", "flask").is_empty());
    let error = scratch.update(&[scratch.zip("all.zip", &flask())], &only("Go")).unwrap_err().to_string();
    assert!(error.contains("has no advisories but of `PyPI`, `npm`"), "{error}");
}

#[test]
fn advisories_are_as_old_as_their_files_and_a_few_of_ones_own_make_none_new() {
    let scratch = Scratch::new();
    let many: Vec<_> = (0..10).map(|n| advisory(&format!("GHSA-{n}"), "PyPI", "a", "1.0")).collect();
    let names: Vec<_> = (0..10).map(|n| format!("{n}.json")).collect();
    let files: Vec<_> = names.iter().map(String::as_str).zip(many).collect();
    let old = scratch.zip("old.zip", &files);
    let then = SystemTime::now() - Duration::from_secs(30 * 24 * 3600);
    fs::File::options().write(true).open(&old.path).unwrap().set_modified(then).unwrap();
    scratch.update(&[old], &Options::default()).unwrap();
    scratch.update(&[scratch.directory("own", &flask()[..1])], &Options::default()).unwrap();
    let ecosystems = Database::open(&scratch.database()).unwrap().ecosystems();
    let updated = then.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    assert_eq!((ecosystems[0].advisories, ecosystems[0].updated), (10, updated));
}

#[test]
fn a_source_that_makes_no_sense_leaves_the_database_as_it_was() {
    let scratch = Scratch::new();
    scratch.update(&[scratch.directory("one", &flask())], &Options::default()).unwrap();
    let before = fs::read(scratch.database()).unwrap();
    let mut cut = zip(&flask());
    cut.truncate(cut.len() / 2);
    fs::write(scratch.0.path().join("cut.zip"), cut).unwrap();
    let bomb = [("bomb.json", " ".repeat((16 << 20) + 1))];
    for (source, expected) in [
        (scratch.directory("broken", &[("a.json", "{".to_owned())]), "broken: a.json"),
        (scratch.directory("empty", &[]), "has no advisories"),
        (scratch.directory("others", &[("package.json", "{}".to_owned())]), "has no advisories"),
        (Source { name: "cut.zip".to_owned(), path: scratch.0.path().join("cut.zip") }, "is no ZIP"),
        (scratch.zip("bomb.zip", &bomb), "has more than 16777216 bytes"),
        (Source { name: "x".to_owned(), path: Path::new("/nowhere").to_owned() }, "No such file"),
    ] {
        let error = scratch.update(&[source], &Options::default()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    assert_eq!(fs::read(scratch.database()).unwrap(), before);
}

#[test]
fn names_in_an_archive_lead_nowhere() {
    let scratch = Scratch::new();
    let source = scratch.zip("all.zip", &[("../../evil.json", advisory("GHSA-1", "PyPI", "a", "1"))]);
    scratch.update(&[source], &Options::default()).unwrap();
    assert_eq!(scratch.ids("PyPI", "a"), ["GHSA-1"]);
    assert!(!scratch.0.path().parent().unwrap().join("evil.json").exists());
}

/// Each byte in turn: whatever it is of, nothing is found less than before.
#[test]
fn a_changed_byte_is_an_error_and_never_an_advisory_less() {
    let scratch = Scratch::new();
    scratch.update(&[scratch.directory("one", &flask())], &Options::default()).unwrap();
    let sound = fs::read(scratch.database()).unwrap();
    let path = scratch.0.path().join("changed.db");
    let look = || -> Result<usize, DatabaseError> {
        let database = Database::open(&path)?;
        Ok(database.find("PyPI", "flask")?.len() + database.find("npm", "flask")?.len())
    };
    for at in 0..sound.len() {
        let mut changed = sound.clone();
        changed[at] ^= 0x41;
        fs::write(&path, &changed).unwrap();
        assert!(matches!(look(), Ok(2) | Err(DatabaseError::Broken { .. })), "byte {at}");
        fs::write(&path, &sound[..at]).unwrap();
        assert!(matches!(look(), Err(DatabaseError::Broken { .. })), "{at} bytes");
    }
}

#[test]
fn a_broken_database_is_replaced_only_where_that_is_asked_for() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.database().parent().unwrap()).unwrap();
    fs::write(scratch.database(), "something else").unwrap();
    let error = scratch.update(&[scratch.zip("all.zip", &flask())], &Options::default()).unwrap_err().to_string();
    assert!(error.contains("hint: `sdlc advisories update --replace"), "{error}");
    scratch.update(&[scratch.zip("all.zip", &flask())], &Options { replace: true, ..Options::default() }).unwrap();
    assert_eq!(scratch.ids("PyPI", "flask"), ["GHSA-1"]);
}

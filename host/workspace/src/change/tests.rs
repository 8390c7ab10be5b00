use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicBool, AtomicI32, Ordering},
};

use super::*;

/// Content and mode by path; of a directory neither.
type Tree = BTreeMap<PathBuf, (Vec<u8>, u32)>;

const ROOT: &str = "SDLC_TEST_ROOT";
const STEP: &str = "SDLC_TEST_STEP";
const ACTION: &str = "SDLC_TEST_ACTION";

fn tree(root: &Path) -> Tree {
    let (mut found, mut waiting) = (Tree::new(), vec![root.to_owned()]);
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(&directory).unwrap().flatten() {
            if entry.file_type().unwrap().is_dir() {
                waiting.push(entry.path());
            } else {
                let mode = entry.metadata().unwrap().mode() & 0o7777;
                let path = entry.path().strip_prefix(root).unwrap().to_owned();
                found.insert(path, (fs::read(entry.path()).unwrap(), mode));
            }
        }
    }
    found
}

struct Fixture {
    directory: tempfile::TempDir,
}

impl Fixture {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let fixture = Self { directory };
        fs::create_dir_all(fixture.root().join("sub")).unwrap();
        for (path, content, mode) in
            [("a.txt", "old a\n", 0o640), ("sub/run.sh", "old run\n", 0o755), ("gone.txt", "going\n", 0o600)]
        {
            fs::write(fixture.root().join(path), content).unwrap();
            fs::set_permissions(fixture.root().join(path), fs::Permissions::from_mode(mode)).unwrap();
        }
        fixture
    }

    fn root(&self) -> PathBuf {
        self.directory.path().join("root")
    }

    fn changer(&self) -> Changer {
        changer(self.directory.path())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }
}

fn changer(directory: &Path) -> Changer {
    Changer::open(&directory.join("root"), &directory.join("state")).unwrap()
}

fn change(path: &str, before: Option<&str>, after: Option<&str>) -> Change {
    let bytes = |text: &str| Bytes::copy_from_slice(text.as_bytes());
    Change { path: path.into(), before: before.map(bytes), after: after.map(bytes) }
}

fn set() -> ChangeSet {
    let first = vec![change("a.txt", Some("old a\n"), Some("new a\n")), change("gone.txt", Some("going\n"), None)];
    let second =
        vec![change("sub/run.sh", Some("old run\n"), Some("new run\n")), change("new/made.txt", None, Some("made\n"))];
    let group = |files| Group { files, index: Vec::new() };
    ChangeSet { what: "a test".to_owned(), groups: vec![group(first), group(second)] }
}

fn changed() -> Tree {
    let file = |path: &str, content: &str, mode| (PathBuf::from(path), (content.as_bytes().to_vec(), mode));
    let made = 0o666 & !umask();
    [file("a.txt", "new a\n", 0o640), file("sub/run.sh", "new run\n", 0o755), file("new/made.txt", "made\n", made)]
        .into()
}

fn umask() -> u32 {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("x"), "").unwrap();
    0o666 & !(fs::metadata(directory.path().join("x")).unwrap().mode() & 0o777)
}

#[test]
fn a_set_is_applied_and_undone_with_modes_kept() {
    let fixture = Fixture::new();
    let before = tree(&fixture.root());
    let applied = fixture.changer().apply(set(), None).unwrap();
    assert_eq!(applied.changed, ["a.txt", "gone.txt", "new/made.txt", "sub/run.sh"].map(PathBuf::from));
    assert_eq!(applied.left_alone, []);
    assert_eq!(tree(&fixture.root()), changed());
    let undone = fixture.changer().undo(None).unwrap().unwrap();
    assert_eq!((undone.what.as_str(), undone.left_alone.len(), undone.restored.len()), ("a test", 0, 4));
    assert_eq!(tree(&fixture.root()), before);
    assert_eq!(fixture.changer().undo(None).unwrap(), None);
}

#[test]
fn the_owner_is_kept_where_we_may() {
    let fixture = Fixture::new();
    let path = fixture.path("a.txt");
    // Only root can give files away.
    if std::os::unix::fs::chown(&path, Some(12345), Some(12345)).is_err() {
        return;
    }
    fixture.changer().apply(set(), None).unwrap();
    let metadata = fs::metadata(&path).unwrap();
    assert_eq!((metadata.uid(), metadata.gid(), metadata.mode() & 0o7777), (12345, 12345, 0o640));
}

#[test]
fn a_group_with_a_file_that_was_changed_meanwhile_is_left_alone_as_a_whole() {
    let fixture = Fixture::new();
    fs::write(fixture.path("gone.txt"), "wanted after all\n").unwrap();
    let applied = fixture.changer().apply(set(), None).unwrap();
    assert_eq!(applied.changed, ["new/made.txt", "sub/run.sh"].map(PathBuf::from));
    assert_eq!(applied.left_alone, [LeftAlone { path: "gone.txt".into(), reason: CHANGED.to_owned() }]);
    assert_eq!(fs::read(fixture.path("a.txt")).unwrap(), b"old a\n");
    assert_eq!(fs::read(fixture.path("gone.txt")).unwrap(), b"wanted after all\n");
}

const CHANGED: &str = "it was changed meanwhile";

#[test]
fn what_is_written_in_the_last_moment_is_not_lost() {
    for step in ["prepared", "exchange"] {
        let fixture = Fixture::new();
        let (mut changer, path) = (fixture.changer(), fixture.path("gone.txt"));
        changer.watch = Box::new(move |name| if name == step { fs::write(&path, "just written\n") } else { Ok(()) });
        let applied = changer.apply(set(), None).unwrap();
        assert_eq!(fs::read(fixture.path("gone.txt")).unwrap(), b"just written\n", "{step}");
        assert_eq!(fs::read(fixture.path("a.txt")).unwrap(), b"old a\n", "{step}");
        assert!(applied.left_alone.iter().any(|left| left.path == Path::new("gone.txt")), "{step}");
        assert_eq!(fs::read(fixture.path("sub/run.sh")).unwrap(), b"new run\n");
        assert_eq!(tree(&fixture.root()).len(), 4, "no temporary file stays");
    }
}

#[test]
fn a_file_that_is_deleted_or_made_in_the_last_moment_stays_so() {
    let fixture = Fixture::new();
    let (mut changer, root) = (fixture.changer(), fixture.root());
    let done = AtomicBool::new(false);
    changer.watch = Box::new(move |name| {
        if name == "exchange" && !done.swap(true, Ordering::Relaxed) {
            fs::remove_file(root.join("a.txt"))?;
            fs::create_dir_all(root.join("new"))?;
            fs::write(root.join("new/made.txt"), "theirs\n")?;
        }
        Ok(())
    });
    let applied = changer.apply(set(), None).unwrap();
    assert!(applied.changed.is_empty(), "{:?}", applied.changed);
    assert!(!fixture.path("a.txt").exists());
    assert_eq!(fs::read(fixture.path("new/made.txt")).unwrap(), b"theirs\n");
    assert_eq!(fs::read(fixture.path("sub/run.sh")).unwrap(), b"old run\n");
}

#[test]
fn what_an_editor_writes_through_an_open_file_is_put_back() {
    let fixture = Fixture::new();
    let mut changer = fixture.changer();
    let editor = OpenOptions::new().append(true).open(fixture.path("a.txt")).unwrap();
    let written = AtomicBool::new(false);
    changer.watch = Box::new(move |name| {
        if name == "clean" && !written.swap(true, Ordering::Relaxed) {
            (&editor).write_all(b"and more\n")
        } else {
            Ok(())
        }
    });
    let applied = changer.apply(set(), None).unwrap();
    assert_eq!(fs::read(fixture.path("a.txt")).unwrap(), b"old a\nand more\n");
    assert_eq!(applied.left_alone, [LeftAlone { path: "a.txt".into(), reason: CHANGED.to_owned() }]);
    assert_eq!(tree(&fixture.root()).len(), 3, "no temporary file stays");
}

#[test]
fn what_is_written_to_a_new_content_stays_when_its_group_cannot_be_made() {
    let fixture = Fixture::new();
    let (mut changer, root) = (fixture.changer(), fixture.root());
    let steps = AtomicI32::new(0);
    changer.watch = Box::new(move |name| {
        if name == "exchanged" && steps.fetch_add(1, Ordering::Relaxed) == 0 {
            fs::write(root.join("a.txt"), "on top of the new one\n")?;
            fs::write(root.join("gone.txt"), "so that the group is not made\n")?;
        }
        Ok(())
    });
    changer.apply(set(), None).unwrap();
    assert_eq!(fs::read(fixture.path("a.txt")).unwrap(), b"on top of the new one\n");
    assert_eq!(fs::read(fixture.path("gone.txt")).unwrap(), b"so that the group is not made\n");
}

#[test]
fn a_journal_of_an_interrupted_set_is_not_overwritten() {
    let fixture = Fixture::new();
    assert!(!child(fixture.directory.path(), "apply", 22));
    let error = fixture.changer().apply(set(), None).unwrap_err();
    assert!(matches!(error, ChangeError::Interrupted), "{error}");
    fixture.changer().recover(None).unwrap().unwrap();
    fixture.changer().apply(set(), None).unwrap();
}

#[test]
fn a_directory_that_others_may_write_to_is_not_trusted() {
    let fixture = Fixture::new();
    let journal = fixture.changer().journal.clone();
    fs::set_permissions(&journal, fs::Permissions::from_mode(0o777)).unwrap();
    let opened = Changer::open(&fixture.root(), &fixture.directory.path().join("state"));
    assert!(matches!(opened.err(), Some(ChangeError::Untrusted(_))));
}

#[test]
fn files_are_exchanged_where_that_is_not_one_step_too() {
    let fixture = Fixture::new();
    let root = Dir::open_ambient_dir(fixture.root(), ambient_authority()).unwrap();
    let (one, other) = (place::Place::find(&root, Path::new("a.txt"), false).unwrap(), "gone.txt");
    let other = one.beside(other.as_ref()).unwrap();
    one.exchange_by_copy(&other).unwrap();
    let names: Vec<_> =
        tree(&fixture.root()).into_iter().map(|(path, (content, mode))| (path, content, mode)).collect();
    assert_eq!(names[0], (PathBuf::from("a.txt"), b"going\n".to_vec(), 0o600));
    assert_eq!(names[1], (PathBuf::from("gone.txt"), b"old a\n".to_vec(), 0o640));
    assert_eq!(names.len(), 3);
}

#[test]
fn an_undo_that_has_done_it_all_is_done_when_it_is_asked_again() {
    let fixture = Fixture::new();
    let before = tree(&fixture.root());
    fixture.changer().apply(set(), None).unwrap();
    let last = fs::read(fixture.changer().journal.join(journal::LAST)).unwrap();
    fixture.changer().undo(None).unwrap();
    // As if it had been killed before the journal was removed.
    fs::write(fixture.changer().journal.join(journal::LAST), last).unwrap();
    let undone = fixture.changer().undo(None).unwrap().unwrap();
    assert_eq!(undone.left_alone, []);
    assert_eq!(tree(&fixture.root()), before);
    assert_eq!(fixture.changer().undo(None).unwrap(), None);
}

#[test]
fn an_error_at_any_step_leaves_everything_as_it_was() {
    let mut steps = 0;
    loop {
        let fixture = Fixture::new();
        let before = tree(&fixture.root());
        let (mut changer, left) = (fixture.changer(), AtomicI32::new(steps));
        changer.watch = Box::new(move |name| {
            // Taking back is done with the same disk, and works: it needs no room.
            if name.starts_with("restore") || left.fetch_sub(1, Ordering::Relaxed) != 0 {
                return Ok(());
            }
            Err(io::Error::other("no space left on device"))
        });
        match changer.apply(set(), None) {
            Ok(_) => break,
            Err(error) => assert!(error.to_string().contains("no space left on device"), "{error}"),
        }
        assert_eq!(tree(&fixture.root()), before, "after {steps} steps");
        drop(changer);
        assert_eq!(fixture.changer().recover(None).unwrap(), None);
        steps += 1;
    }
    assert!(steps > 15, "{steps}");
}

/// Not a test of its own: what the tests below start and let die.
#[test]
fn dies_at_a_step() {
    let Some(directory) = std::env::var_os(ROOT) else { return };
    let steps: i32 = std::env::var(STEP).unwrap().parse().unwrap();
    let (mut changer, left) = (changer(Path::new(&directory)), AtomicI32::new(steps));
    changer.watch =
        Box::new(move |_| if left.fetch_sub(1, Ordering::Relaxed) <= 0 { std::process::abort() } else { Ok(()) });
    match std::env::var(ACTION).unwrap().as_str() {
        "apply" => drop(changer.apply(set(), None).unwrap()),
        "apply many" => drop(changer.apply(many(), None).unwrap()),
        "undo" => drop(changer.undo(None).unwrap()),
        _ => drop(changer.recover(None).unwrap()),
    }
}

/// Whether the child got to its end.
fn child(directory: &Path, action: &str, steps: i32) -> bool {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "change::tests::dies_at_a_step", "--quiet"]);
    command.env(ROOT, directory).env(STEP, steps.to_string()).env(ACTION, action);
    command.output().unwrap().status.success()
}

#[test]
fn a_kill_at_any_step_is_taken_back_by_the_next_command() {
    let mut steps = 0;
    loop {
        let fixture = Fixture::new();
        let before = tree(&fixture.root());
        if child(fixture.directory.path(), "apply", steps) {
            break;
        }
        let taken_back = fixture.changer().recover(None).unwrap().expect("a journal");
        assert_eq!(taken_back.left_alone, [], "after {steps} steps");
        assert_eq!(tree(&fixture.root()), before, "after {steps} steps");
        assert_eq!(fixture.changer().recover(None).unwrap(), None);
        steps += 1;
    }
    assert!(steps > 15, "{steps}");
}

/// Enough files to be written side by side, every fourth of them new, in a directory that is new, too.
fn many() -> ChangeSet {
    let file = |number: usize| match number % 4 {
        0 => change(&format!("new/deep/{number}.txt"), None, Some("made\n")),
        _ => change(&format!("sub/{number}.txt"), Some("old\n"), Some("new\n")),
    };
    let groups = (0..MANY).map(|number| Group { files: vec![file(number)], index: Vec::new() }).collect();
    ChangeSet { what: "many".to_owned(), groups }
}

const MANY: usize = 40;

#[test]
fn files_that_are_written_side_by_side_are_all_taken_back_after_a_kill() {
    for steps in (0..).step_by(7) {
        let fixture = Fixture::new();
        for number in (0..MANY).filter(|number| number % 4 != 0) {
            fs::write(fixture.path(&format!("sub/{number}.txt")), "old\n").unwrap();
        }
        let before = tree(&fixture.root());
        if child(fixture.directory.path(), "apply many", steps) {
            assert!(steps > 100, "{steps}");
            assert_eq!(tree(&fixture.root()).len(), before.len() + MANY / 4, "no temporary file stays");
            fixture.changer().undo(None).unwrap().unwrap();
            assert_eq!(tree(&fixture.root()), before);
            break;
        }
        let taken_back = fixture.changer().recover(None).unwrap().expect("a journal");
        assert_eq!(taken_back.left_alone, [], "after {steps} steps");
        assert_eq!(tree(&fixture.root()), before, "after {steps} steps");
    }
}

#[test]
fn a_kill_while_taking_back_is_taken_back_too() {
    for (steps, again) in (0..18).step_by(3).flat_map(|steps| (0..8).map(move |again| (steps, again))) {
        let fixture = Fixture::new();
        let before = tree(&fixture.root());
        assert!(!child(fixture.directory.path(), "apply", steps));
        let whole = child(fixture.directory.path(), "recover", again);
        fixture.changer().recover(None).unwrap();
        assert_eq!(tree(&fixture.root()), before, "{steps} steps, {again} back, {whole}");
    }
}

#[test]
fn a_kill_in_the_middle_of_an_undo_leaves_the_set_to_be_undone() {
    for steps in 0..20 {
        let fixture = Fixture::new();
        let before = tree(&fixture.root());
        fixture.changer().apply(set(), None).unwrap();
        if !child(fixture.directory.path(), "undo", steps) {
            fixture.changer().recover(None).unwrap();
            assert_eq!(tree(&fixture.root()), changed(), "after {steps} steps");
            fixture.changer().undo(None).unwrap();
        }
        assert_eq!(tree(&fixture.root()), before, "after {steps} steps");
    }
}

#[test]
fn an_edit_after_a_kill_is_left_alone_and_told() {
    let fixture = Fixture::new();
    assert!(!child(fixture.directory.path(), "apply", 16));
    fs::write(fixture.path("a.txt"), "edited since\n").unwrap();
    let taken_back = fixture.changer().recover(None).unwrap().unwrap();
    assert_eq!(taken_back.left_alone, [LeftAlone { path: "a.txt".into(), reason: CHANGED.to_owned() }]);
    assert_eq!(fs::read(fixture.path("a.txt")).unwrap(), b"edited since\n");
    assert_eq!(fs::read(fixture.path("gone.txt")).unwrap(), b"going\n");
}

#[test]
fn undo_leaves_alone_what_was_changed_since_and_can_be_tried_again() {
    let fixture = Fixture::new();
    fixture.changer().apply(set(), None).unwrap();
    fs::write(fixture.path("a.txt"), "edited since\n").unwrap();
    let undone = fixture.changer().undo(None).unwrap().unwrap();
    assert_eq!(undone.left_alone, [LeftAlone { path: "a.txt".into(), reason: CHANGED.to_owned() }]);
    assert_eq!(fs::read(fixture.path("sub/run.sh")).unwrap(), b"old run\n");
    fs::write(fixture.path("a.txt"), "new a\n").unwrap();
    fixture.changer().undo(None).unwrap().unwrap();
    assert_eq!(fs::read(fixture.path("a.txt")).unwrap(), b"old a\n");
    assert_eq!(fs::read(fixture.path("gone.txt")).unwrap(), b"going\n");
}

#[test]
fn nothing_is_written_through_a_symbolic_link_or_below_git() {
    let fixture = Fixture::new();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("x"), "theirs\n").unwrap();
    std::os::unix::fs::symlink(outside.path(), fixture.path("link")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("x"), fixture.path("file")).unwrap();
    for path in ["link/x", "file", "../root/a.txt", "/etc/hostname", ".git/config", "sub/.GIT/hooks/x"] {
        let group = Group { files: vec![change(path, Some("theirs\n"), Some("ours\n"))], index: Vec::new() };
        let set = ChangeSet { what: String::new(), groups: vec![group] };
        // Either an error, or nothing like what the change was made from.
        assert!(fixture.changer().apply(set, None).map_or(true, |applied| applied.changed.is_empty()), "{path}");
    }
    assert_eq!(fs::read(outside.path().join("x")).unwrap(), b"theirs\n");
    assert!(!fixture.path(".git").exists());
}

#[test]
fn two_processes_do_not_change_files_at_once() {
    let fixture = Fixture::new();
    let _first = fixture.changer();
    let second = Changer::open(&fixture.root(), &fixture.directory.path().join("state"));
    assert!(matches!(second.err(), Some(ChangeError::Busy)));
}

#[test]
fn a_broken_journal_is_kept_aside_and_told() {
    let fixture = Fixture::new();
    fixture.changer().apply(set(), None).unwrap();
    let journal = fixture.changer().journal.join(journal::LAST);
    let mut bytes = fs::read(&journal).unwrap();
    bytes[10] ^= 1;
    fs::write(&journal, &bytes).unwrap();
    let error = fixture.changer().undo(None).unwrap_err();
    assert!(error.to_string().contains("last.broken"), "{error}");
    assert_eq!(fixture.changer().undo(None).unwrap(), None);
}

#[test]
fn a_journal_that_was_cut_off_is_of_a_set_of_which_nothing_was_exchanged() {
    let fixture = Fixture::new();
    fixture.changer().apply(set(), None).unwrap();
    let after = tree(&fixture.root());
    let journal = fixture.changer().journal.clone();
    let whole = fs::read(journal.join(journal::LAST)).unwrap();
    let state = fixture.directory.path().join("state");
    for (length, restored) in [(0, None), (5, None), (60, None), (whole.len() - 1, Some(4)), (whole.len(), Some(4))] {
        fs::write(journal.join(UNSETTLED), &whole[..length]).unwrap();
        assert!(Changer::interrupted(&fixture.root(), &state));
        let taken_back = fixture.changer().recover(None).unwrap();
        assert_eq!(taken_back.map(|taken_back| taken_back.restored.len()), restored, "{length} bytes");
        assert!(!Changer::interrupted(&fixture.root(), &state));
        assert_eq!(tree(&fixture.root()), after, "{length} bytes");
    }
}

use std::{cell::RefCell, convert::Infallible, fs};

use sdlc_model::treatment::FileContent;
use sdlc_workspace::{entry::FileSet, scope::Scope, tree::Workspace};

use super::*;
use crate::{
    fix::tests::{Gate, finding, outcome},
    work::FileChange,
};

/// Pins that are too low.
fn low(path: &str, text: &str) -> Vec<Finding> {
    text.match_indices("=1").map(|(at, word)| finding(path, "low", (at, at + word.len()), Vec::new())).collect()
}

/// Text that nobody wants.
fn loud(path: &str, text: &str) -> Vec<Finding> {
    text.match_indices('!').map(|(at, _)| finding(path, "loud", (at, at + 1), Vec::new())).collect()
}

fn write(path: &str, content: &str) -> Action {
    Action::Write(FileContent { path: path.to_owned(), content: content.as_bytes().to_vec() })
}

fn treatment(summary: &str, actions: Vec<Action>) -> Treatment {
    Treatment { summary: summary.to_owned(), actions }
}

struct Treating {
    treated: Treated,
    changes: Vec<FileChange>,
    asked: usize,
}

impl Treating {
    /// What the healer proposes each time it is asked.
    fn of(texts: &[(&str, &str)], proposals: Vec<Result<Vec<Treatment>, Failed>>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        for (path, text) in texts {
            fs::create_dir_all(directory.path().join(path).parent().unwrap()).unwrap();
            fs::write(directory.path().join(path), text).unwrap();
        }
        let workspace = Workspace::open(directory.path(), &[]).unwrap();
        let (files, reader) = (Arc::new(workspace.files(&Scope::All).unwrap()), workspace.reader().unwrap());
        let gates: [(&str, Gate); 2] = [("pins", low), ("noise", loud)];
        let check = |files: &Arc<FileSet>, _: &Overlay, _| Ok::<_, Infallible>(outcome(&gates, files, &reader));
        let patient = Patient { files: &files, reader: &reader, check: &check };
        let (left, asked) = (RefCell::new(proposals.into_iter()), RefCell::new(0));
        let ask = |_: &Overlay, findings: &[Finding]| {
            assert!(findings.iter().all(|finding| finding.rule == "low"));
            *asked.borrow_mut() += 1;
            left.borrow_mut().next().unwrap_or(Ok(Vec::new()))
        };
        let write = Granted::new(&["req/**".to_owned()]).unwrap();
        let gates_of = ["pins".to_owned()];
        let healer = Healer { name: "bump", gates: Some(&gates_of), write, max_files: 2, max_lines: 10, ask: &ask };
        let before = outcome(&gates, &files, &reader);
        let Ok(treated) = treat(before, Work::default(), &patient, &[healer]);
        let (changes, _) = treated.work.changes(&files);
        Self { treated, changes, asked: asked.into_inner() }
    }

    fn verdicts(&self) -> Vec<(&str, Option<&str>)> {
        self.treated.tried.iter().map(|tried| (tried.summary.as_str(), tried.refused.as_deref())).collect()
    }
}

const TEXTS: [(&str, &str); 3] = [("req/a.txt", "a=1\n"), ("req/b.txt", "b=1\n"), ("other.txt", "c=1\n")];

#[test]
fn treatments_that_help_are_accepted_together() {
    let both = vec![
        treatment("raise a", vec![write("req/a.txt", "a=2\n")]),
        treatment("raise b", vec![write("req/b.txt", "b=2\n")]),
    ];
    let treating = Treating::of(&TEXTS, vec![Ok(both)]);
    assert_eq!(treating.verdicts(), [("raise a", None), ("raise b", None)]);
    assert_eq!(treating.changes.len(), 2);
    assert_eq!(treating.asked, 2, "again, as long as something was accepted");
}

#[test]
fn a_treatment_that_does_harm_or_nothing_is_refused_and_the_others_are_not() {
    let all = vec![
        treatment("raise a", vec![write("req/a.txt", "a=2!\n")]),
        treatment("talk", vec![write("req/c.txt", "hello\n")]),
        treatment("raise b", vec![write("req/b.txt", "b=2\n")]),
    ];
    let treating = Treating::of(&TEXTS, vec![Ok(all)]);
    assert_eq!(
        treating.verdicts(),
        [
            ("raise a", Some("`req/a.txt`: it would add a finding of `loud`")),
            ("talk", Some("there would not be fewer findings")),
            ("raise b", None),
        ]
    );
    assert_eq!(treating.changes.iter().map(|change| change.path.as_str()).collect::<Vec<_>>(), ["req/b.txt"]);
}

#[test]
fn treatments_of_one_file_are_joined() {
    let texts = [("req/all.txt", "a=1\nb=1\nc=1\n")];
    let raise = |name: &str| texts[0].1.replace(&format!("{name}=1"), &format!("{name}=2"));
    let all = ["a", "b", "c"].map(|name| treatment(&format!("raise {name}"), vec![write("req/all.txt", &raise(name))]));
    let treating = Treating::of(&texts, vec![Ok(all.to_vec())]);
    assert_eq!(treating.changes[0].after.as_deref(), Some(b"a=2\nb=2\nc=2\n".as_slice()));
    assert_eq!(treating.changes[0].before.as_deref(), Some(texts[0].1.as_bytes()));
}

#[test]
fn what_is_not_granted_is_refused_with_the_grant_that_would_allow_it() {
    let all = vec![
        treatment("outside", vec![write("other.txt", "c=2\n")]),
        treatment("ci", vec![write(".github/workflows/ci.yml", "x\n"), write("req/a.txt", "a=2\n")]),
        treatment("the lock", vec![Action::Delete("sdlc.lock".to_owned())]),
        treatment("many", vec![write("req/1", ""), write("req/2", ""), write("req/3", "")]),
        treatment("long", vec![write("req/a.txt", &"x\n".repeat(20))]),
        treatment("a service", vec![Action::RestartService]),
    ];
    let treating = Treating::of(&TEXTS, vec![Ok(all)]);
    let reasons: Vec<_> = treating.verdicts().into_iter().map(|(_, reason)| reason.unwrap()).collect();
    assert_eq!(
        reasons,
        [
            "it may not write `other.txt`; hint: `healers.bump.grant = { write = [\"other.txt\"] }`",
            "`.github/workflows/ci.yml` is never healed: it says what runs in CI or at a commit",
            "`sdlc.lock` is never healed: it says what is checked and granted",
            "it changes 3 files, more than 2; hint: `healers.bump.max-files`",
            "it changes 21 lines, more than 10; hint: `healers.bump.max-lines`",
            "it acts on a service, and findings are not of one",
        ]
    );
    assert_eq!(treating.changes, []);
}

#[test]
fn a_healer_that_fails_is_told_and_keeps_what_was_accepted() {
    let first = vec![treatment("raise a", vec![write("req/a.txt", "a=2\n")])];
    let treating = Treating::of(&TEXTS, vec![Ok(first), Err(Failed::Because("no network".to_owned()))]);
    assert_eq!(treating.treated.failures, [("bump".to_owned(), "no network".to_owned())]);
    assert_eq!(treating.changes.len(), 1);
}

#[test]
fn files_are_made_and_deleted_too() {
    let moved = vec![treatment("move", vec![Action::Delete("req/a.txt".to_owned()), write("req/new.txt", "a=2\n")])];
    let treating = Treating::of(&TEXTS, vec![Ok(moved)]);
    let kinds: Vec<_> =
        treating.changes.iter().map(|change| (change.before.is_some(), change.after.is_some())).collect();
    assert_eq!(kinds, [(true, false), (false, true)]);
}

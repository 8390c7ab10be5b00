//! The engine with gates that are functions.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    fs,
    time::Duration,
};

use sdlc_model::{
    finding::{Confidence, FailOn, Finding, Location, Position, Region, Severity, Span},
    fix::{Edit, Fix, Safety},
    outcome::GateOutcome,
    rule::Rule,
    score::Counts as Severities,
};
use sdlc_workspace::{scope::Scope, tree::Workspace};

use super::*;
use crate::work::FileChange;

/// Says what it finds in a text; each finding at a range, with the edits of its fix.
pub(crate) type Gate = fn(&str, &str) -> Vec<Finding>;

pub(crate) fn finding(path: &str, rule: &str, span: (usize, usize), fixes: Vec<Fix>) -> Finding {
    let number = |at: usize| u32::try_from(at).unwrap();
    let bytes = Some(Span { start: number(span.0), end: number(span.1) });
    let start = Position { line: 1, column: number(span.0) + 1 };
    Finding {
        rule: rule.to_owned(),
        severity: Severity::Warning,
        confidence: Confidence::High,
        message: rule.to_owned(),
        location: Some(Location {
            path: path.to_owned(),
            region: Some(Region { start, end: start, bytes, excerpt: None }),
        }),
        related: Vec::new(),
        fixes,
        sensitive: false,
        fingerprint: span.0 as u64,
    }
}

fn fix(path: &str, safety: Safety, edits: &[(usize, usize, &str)]) -> Fix {
    let number = |at: usize| u32::try_from(at).unwrap();
    let edit = |(start, end, replacement): &(usize, usize, &str)| Edit {
        path: path.to_owned(),
        span: Span { start: number(*start), end: number(*end) },
        replacement: (*replacement).to_owned(),
    };
    Fix { title: "mend it".to_owned(), safety, edits: edits.iter().map(edit).collect() }
}

/// Every place of a word, with a replacement for it.
fn words(path: &str, text: &str, rule: &str, word: &str, replacement: &str, safety: Safety) -> Vec<Finding> {
    let places = text.match_indices(word).map(|(at, _)| {
        let end = at + word.len();
        finding(path, rule, (at, end), vec![fix(path, safety, &[(at, end, replacement)])])
    });
    places.collect()
}

/// `bad` becomes `good`.
fn bad(path: &str, text: &str) -> Vec<Finding> {
    words(path, text, "bad", "bad", "good", Safety::Safe)
}

/// `risky` becomes `safe`, if that is asked for.
fn risky(path: &str, text: &str) -> Vec<Finding> {
    words(path, text, "risky", "risky", "calm", Safety::Unsafe)
}

/// `trap` becomes `broken`, which is worse and has no fix.
fn trap(path: &str, text: &str) -> Vec<Finding> {
    let mut all = words(path, text, "trap", "trap", "broken", Safety::Safe);
    all.extend(text.match_indices("broken").map(|(at, word)| finding(path, "broken", (at, at + word.len()), vec![])));
    all
}

/// `ping` becomes `pong` and back.
fn ping(path: &str, text: &str) -> Vec<Finding> {
    let mut all = words(path, text, "ping", "ping", "pong", Safety::Safe);
    all.extend(words(path, text, "pong", "pong", "ping", Safety::Safe));
    all
}

/// A text has to be lower-case, all of it: the formatter.
fn lower(path: &str, text: &str) -> Vec<Finding> {
    let lower = text.to_lowercase();
    if lower == text {
        return Vec::new();
    }
    vec![finding(path, "lower", (0, text.len()), vec![fix(path, Safety::Safe, &[(0, text.len(), &lower)])])]
}

pub(crate) fn outcome(gates: &[(&str, Gate)], files: &FileSet, reader: &Reader) -> RunOutcome {
    let outcomes = gates.iter().map(|(name, gate)| {
        let mut findings = Vec::new();
        for entry in files.selected() {
            let bytes = reader.read(entry, u64::MAX).unwrap().bytes.unwrap();
            findings.extend(gate(&entry.path, &String::from_utf8(bytes).unwrap()));
        }
        let rule = Rule {
            id: "lower".to_owned(),
            name: "lower".to_owned(),
            summary: String::new(),
            explanation: String::new(),
            help: None,
            severity: Severity::Warning,
            tags: vec!["formatting".to_owned()],
            security_severity: None,
        };
        GateOutcome {
            name: (*name).to_owned(),
            plugin: None,
            findings,
            set_aside: Vec::new(),
            metrics: Vec::new(),
            judgements: Vec::new(),
            fail_on: FailOn::Never,
            failures: Vec::new(),
            unchecked: Vec::new(),
            deferred: Vec::new(),
            counts: Severities::default(),
            files: 0,
            cached: 0,
            judges_workspace: false,
            weight: 1.0,
            confinement: None,
            rules: [("lower".to_owned(), rule)].into(),
        }
    });
    RunOutcome {
        gates: outcomes.collect(),
        overall_score: None,
        judgements: Vec::new(),
        notices: Vec::new(),
        files: 0,
        duration: Duration::ZERO,
        interrupted: false,
        repairs: None,
    }
}

/// What gates that can defer say of files that are about to be fixed.
fn deferring(mut outcome: RunOutcome) -> RunOutcome {
    let path = |finding: &Finding| finding.location.as_ref().unwrap().path.clone();
    let is_safe = |finding: &Finding| finding.fixes.iter().any(|fix| fix.safety == Safety::Safe);
    for gate in &mut outcome.gates {
        let others = gate.findings.iter().filter(|finding| is_safe(finding) && finding.rule != "lower");
        let others: BTreeSet<_> = others.map(path).collect();
        let all: BTreeSet<_> = gate.findings.iter().filter(|finding| is_safe(finding)).map(path).collect();
        gate.findings.retain(|finding| finding.rule != "lower" || !others.contains(&path(finding)));
        gate.deferred = all.into_iter().collect();
    }
    outcome
}

struct Healing {
    healed: Healed,
    changes: Vec<FileChange>,
    groups: Vec<Vec<usize>>,
    checks: usize,
    /// How often a file was known to be formatted.
    formatted: usize,
}

impl Healing {
    /// Comes to the same whether or not gates defer what fixes make void.
    fn of(gates: &[(&str, Gate)], texts: &[(&str, &str)], options: Options) -> Self {
        let (plain, deferring) = (Self::run(gates, texts, options, false), Self::run(gates, texts, options, true));
        let told = |healing: &Self| {
            let findings = healing.healed.outcome.gates.iter().map(|gate| gate.findings.clone());
            (healing.healed.fixed.clone(), healing.healed.refused.clone(), findings.collect::<Vec<_>>())
        };
        assert_eq!(told(&plain), told(&deferring));
        assert!(deferring.healed.outcome.gates.iter().all(|gate| gate.deferred.is_empty()));
        assert_eq!(plain.changes, deferring.changes);
        plain
    }

    fn run(gates: &[(&str, Gate)], texts: &[(&str, &str)], options: Options, defers: bool) -> Self {
        let directory = tempfile::tempdir().unwrap();
        for (path, text) in texts {
            fs::create_dir_all(directory.path().join(path).parent().unwrap()).unwrap();
            fs::write(directory.path().join(path), text).unwrap();
        }
        let workspace = Workspace::open(directory.path(), &[]).unwrap();
        let (files, reader) = (Arc::new(workspace.files(&Scope::All).unwrap()), workspace.reader().unwrap());
        let (checks, formatted) = (Cell::new(0), Cell::new(0));
        let check = |files: &Arc<FileSet>, overlay: &Overlay, _| {
            checks.set(checks.get() + 1);
            let outcome = outcome(gates, files, &reader);
            for (gate, path) in overlay.formatted().iter() {
                let mut gates = outcome.gates.iter().filter(|found| found.name == gate);
                let of_it =
                    |finding: &Finding| finding.rule == "lower" && finding.location.as_ref().unwrap().path == path;
                assert!(!gates.any(|gate| gate.findings.iter().any(of_it)), "`{path}` is not formatted");
                formatted.set(formatted.get() + 1);
            }
            Ok::<_, Infallible>(outcome)
        };
        let patient = Patient { files: &files, reader: &reader, check: &check };
        let before = outcome(gates, &files, &reader);
        let Ok(healed) = heal(if defers { deferring(before) } else { before }, &patient, options);
        let (changes, groups) = healed.work.changes(&files);
        Self { healed, changes, groups, checks: checks.get(), formatted: formatted.get() }
    }

    fn text(&self, path: &str) -> Option<String> {
        let change = self.changes.iter().find(|change| change.path == path)?;
        Some(String::from_utf8(change.after.as_deref().unwrap().to_vec()).unwrap())
    }

    /// Fixes by gate and rule.
    fn by_rule(&self) -> BTreeMap<(&str, &str), usize> {
        let mut counts = BTreeMap::new();
        for fixed in &self.healed.fixed {
            *counts.entry((fixed.gate.as_str(), fixed.rule.as_str())).or_default() += 1;
        }
        counts
    }

    fn reasons(&self) -> Vec<&str> {
        self.healed.refused.iter().map(|refused| refused.reason.as_str()).collect()
    }
}

#[test]
fn safe_fixes_are_applied_and_others_only_where_asked_for() {
    let texts = [("a.txt", "bad risky bad"), ("b.txt", "fine")];
    let gates: [(&str, Gate); 2] = [("a", bad), ("b", risky)];
    let healing = Healing::of(&gates, &texts, Options::default());
    assert_eq!(healing.text("a.txt").unwrap(), "good risky good");
    assert_eq!(healing.by_rule(), [(("a", "bad"), 2)].into());
    assert_eq!(healing.text("b.txt"), None);
    let healing = Healing::of(&gates, &texts, Options { unsafe_fixes: true });
    assert_eq!(healing.text("a.txt").unwrap(), "good calm good");
}

#[test]
fn a_fix_that_does_harm_is_found_among_the_others_and_left_out() {
    let text = "bad bad bad trap bad bad bad";
    let healing = Healing::of(&[("a", bad), ("b", trap)], &[("a.txt", text)], Options::default());
    assert_eq!(healing.text("a.txt").unwrap(), "good good good trap good good good");
    assert_eq!(healing.reasons(), ["it would add a finding of `broken`"]);
    assert!(healing.checks < 16, "{}", healing.checks);
}

#[test]
fn fixes_that_undo_each_other_come_to_an_end() {
    let healing = Healing::of(&[("a", ping)], &[("a.txt", "ping")], Options::default());
    assert_eq!(healing.text("a.txt"), None);
    assert!(healing.checks < 5, "{}", healing.checks);
}

#[test]
fn each_of_many_files_gets_its_own_fixes() {
    let texts: Vec<_> = (0..100).map(|index| (format!("{index:03}.txt"), format!("bad {index}"))).collect();
    let all: Vec<_> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let healing = Healing::of(&[("a", bad)], &all, Options::default());
    for (index, (path, _)) in texts.iter().enumerate() {
        assert_eq!(healing.text(path).unwrap(), format!("good {index}"));
    }
}

#[test]
fn what_is_only_formatted_is_judged_once() {
    let healing = Healing::of(&[("a", lower)], &[("a.txt", "TEXT"), ("b.txt", "MORE")], Options::default());
    assert_eq!(healing.text("b.txt").unwrap(), "more");
    assert_eq!(healing.checks, 1);
    let healing = Healing::of(&[("a", lower), ("b", bad)], &[("a.txt", "Some bad TEXT")], Options::default());
    assert_eq!(healing.checks, 2);
}

#[test]
fn what_depends_on_the_whole_file_comes_last() {
    let healing = Healing::of(&[("a", lower), ("b", bad)], &[("a.txt", "Some bad TEXT")], Options::default());
    assert_eq!(healing.text("a.txt").unwrap(), "some good text");
    assert_eq!(healing.by_rule().len(), 2);
}

/// `bad`, `trap` and upper case, of one gate.
fn all(path: &str, text: &str) -> Vec<Finding> {
    let mut all = bad(path, text);
    all.extend(trap(path, text));
    all.extend(lower(path, text));
    all
}

#[test]
fn what_was_put_off_is_asked_for_when_other_fixes_are_done_or_refused() {
    let texts = [("a.txt", "Some bad TEXT"), ("b.txt", "A trap"), ("c.txt", "B"), ("d.txt", "bad"), ("e.txt", "trap")];
    let healing = Healing::of(&[("a", all)], &texts, Options::default());
    assert_eq!(healing.text("a.txt").unwrap(), "some good text");
    assert_eq!(healing.text("b.txt").unwrap(), "a trap");
    assert_eq!(healing.text("c.txt").unwrap(), "b");
    assert_eq!(healing.text("e.txt"), None);
    assert_eq!(healing.by_rule(), [(("a", "bad"), 2), (("a", "lower"), 3)].into());
    assert_eq!(healing.formatted, 3, "what is formatted is not looked at for it again");
    assert_eq!(healing.reasons(), ["it would add a finding of `broken`"; 2]);
}

#[test]
fn what_protected_files_are_is_told_whole() {
    let healing = Healing::of(&[("a", all)], &[("sdlc.toml", "BAD bad")], Options::default());
    let rules: Vec<_> = healing.healed.outcome.gates[0].findings.iter().map(|finding| finding.rule.as_str()).collect();
    assert_eq!(rules, ["bad", "lower"]);
}

/// A text has a sign at its end, which depends on the rest of it.
fn sign(path: &str, text: &str) -> Vec<Finding> {
    if text.ends_with(['!', '?']) {
        return Vec::new();
    }
    let signed = format!("{text}{}", if text.contains("bad") { '?' } else { '!' });
    vec![finding(path, "sign", (0, text.len()), vec![fix(path, Safety::Safe, &[(0, text.len(), &signed)])])]
}

#[test]
fn of_two_fixes_that_begin_at_one_place_the_smaller_comes_first() {
    let healing = Healing::of(&[("a", sign), ("b", bad)], &[("a.txt", "bad text")], Options::default());
    assert_eq!(healing.text("a.txt").unwrap(), "good text!");
}

#[test]
fn files_that_decide_over_checks_are_left_alone() {
    let texts = [("sdlc.toml", "bad"), (".github/workflows/ci.yml", "bad"), ("src/a.txt", "bad")];
    let healing = Healing::of(&[("a", bad)], &texts, Options::default());
    let changed: Vec<_> = healing.changes.iter().map(|change| change.path.as_str()).collect();
    assert_eq!(changed, ["src/a.txt"]);
}

/// `one` in a file, and `two` in the other, have one fix.
fn pair(path: &str, text: &str) -> Vec<Finding> {
    if path != "a.txt" || !text.contains("one") {
        return Vec::new();
    }
    let edit = |path: &str, replacement: &str| Edit {
        path: path.to_owned(),
        span: Span { start: 0, end: 3 },
        replacement: replacement.to_owned(),
    };
    let edits = vec![edit("a.txt", "ONE"), edit("b.txt", "TWO")];
    vec![finding(path, "pair", (0, 3), vec![Fix { title: "mend both".to_owned(), safety: Safety::Safe, edits }])]
}

fn no_upper_two(path: &str, text: &str) -> Vec<Finding> {
    text.match_indices("TWO").map(|(at, _)| finding(path, "loud", (at, at + 3), vec![])).collect()
}

#[test]
fn a_fix_of_several_files_is_applied_to_all_or_none() {
    let texts = [("a.txt", "one"), ("b.txt", "two")];
    let healing = Healing::of(&[("a", pair)], &texts, Options::default());
    assert_eq!((healing.text("a.txt").unwrap(), healing.text("b.txt").unwrap()), ("ONE".to_owned(), "TWO".to_owned()));
    assert_eq!(healing.groups, [[0, 1]]);
    let healing = Healing::of(&[("a", pair), ("b", no_upper_two)], &texts, Options::default());
    assert_eq!((healing.text("a.txt"), healing.text("b.txt")), (None, None));
    assert_eq!(healing.reasons(), ["it would add a finding of `loud`"]);
}

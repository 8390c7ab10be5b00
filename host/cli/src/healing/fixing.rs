//! `--fix` and `--diff`: the fixes that findings carry.

use std::{collections::BTreeMap, thread, time::Instant};

use anyhow::{Result, bail};
use sdlc_gates::run::RunError;
use sdlc_heal::fix::{self, Fixed, Options, Patient};
use sdlc_model::{
    outcome::RunOutcome,
    repair::{Refusal, Repair, Repairs},
};
use sdlc_workspace::scope::Scope;

use super::{Mended, session::Session, write};
use crate::{arguments::Global, console::Console, job::Job, remember::Entry, run_arguments::Fix};

/// Runs the gates, and fixes what they find.
pub(crate) fn run(job: &mut Job<'_>, fix: Fix, global: &Global, console: Console) -> Result<Result<Mended, RunError>> {
    if let Scope::Changed { to: Some(_), .. } = &job.scope {
        bail!("a revision cannot be fixed, only the tree and what is staged; hint: leave out `--to-ref`");
    }
    let started = Instant::now();
    job.keep_for_now();
    // Their names and tags.
    job.describe_rules = true;
    let session = Session::new(job, console)?;
    let healed = session.first(true).and_then(|before| {
        let names = names(&before);
        let check = |files: &_, overlay: &_, look| session.check(files, overlay, look);
        let patient = Patient { files: &session.files, reader: &session.reader, check: &check };
        let healed = fix::heal(before, &patient, Options { unsafe_fixes: fix.unsafe_fixes })?;
        Ok((healed, names))
    });
    session.finish();
    let (healed, names) = match healed {
        Ok(healed) => healed,
        Err(error) => return Ok(Err(error)),
    };
    let (changes, groups) = healed.work.changes(&session.files);
    let mut repairs = repairs(&healed.fixed, healed.refused, &names);
    let outcome = RunOutcome { duration: started.elapsed(), ..job.mentioned(healed.outcome) };
    if fix.diff {
        let outcome = RunOutcome { repairs: Some(repairs), ..outcome };
        return Ok(Ok(Mended { outcome, patch: changes, left_alone: false, entry: None }));
    }
    // The disk is waited for meanwhile.
    let (left, entry) = thread::scope(|scope| {
        let entry = scope.spawn(|| Entry::of(job.project, &job.scope, &outcome));
        let left = write::write(&session, &job.scope, &changes, &groups, "sdlc run --fix", job.project, global);
        (left, entry.join().ok())
    });
    let left = left?;
    let left_alone = !left.is_empty();
    for left in left {
        repairs.fixed.retain(|repair| repair.path != left.path);
        repairs.refused.push(left);
    }
    repairs.written = true;
    let outcome = RunOutcome { repairs: Some(repairs), ..outcome };
    Ok(Ok(Mended { outcome, patch: Vec::new(), left_alone, entry }))
}

pub(super) type Names = BTreeMap<(String, String), String>;

/// Names of rules for people, by gate and id.
pub(super) fn names(outcome: &RunOutcome) -> Names {
    let rules = outcome.gates.iter().flat_map(|gate| gate.rules.values().map(move |rule| (&gate.name, rule)));
    rules.map(|(gate, rule)| ((gate.clone(), rule.id.clone()), rule.name.clone())).collect()
}

pub(super) fn repairs(fixed: &[Fixed], refused: Vec<Refusal>, names: &Names) -> Repairs {
    let mut counts: BTreeMap<(&str, &str, &str), u64> = BTreeMap::new();
    for fixed in fixed {
        let path = fixed.paths.first().map_or("", String::as_str);
        *counts.entry((&fixed.gate, &fixed.rule, path)).or_default() += 1;
    }
    let fixed = counts.into_iter().map(|((gate, rule, path), count)| Repair {
        gate: gate.to_owned(),
        rule: rule.to_owned(),
        name: names.get(&(gate.to_owned(), rule.to_owned())).cloned().unwrap_or_else(|| rule.to_owned()),
        path: path.to_owned(),
        count,
    });
    Repairs { fixed: fixed.collect(), refused, ..Repairs::default() }
}

//! `sdlc recover`.

use anyhow::Result;
use serde_json::{Value, json};

use crate::{
    arguments::Global,
    console::Console,
    deploying::site::Site,
    exit::Exit,
    history_arguments::Format,
    moment::{local, timestamp},
    project::Project,
    recover_arguments::{History, Recover},
    recovering::{
        ledger::{Ledger, Recovery},
        words,
    },
};

pub(crate) fn recover(command: &Recover, global: &Global, console: Console) -> Result<Exit> {
    match command {
        Recover::History(arguments) => history(arguments, global, console),
    }
}

fn history(arguments: &History, global: &Global, console: Console) -> Result<Exit> {
    let project = Project::open(global)?;
    let site = Site::open(&project, &arguments.environment, global)?;
    let name = &site.environment.name;
    let ledger = Ledger::open(&site.directory)?;
    let last: Vec<_> = ledger.recoveries().iter().rev().take(arguments.number).collect();
    if last.is_empty() && arguments.output_format == Format::Human {
        console.note(&format!("nothing was done about `{name}` yet; hint: `sdlc monitor {name} --heal` does it"));
    }
    console.data(|out| match arguments.output_format {
        Format::Json => {
            let recoveries: Vec<_> = last.iter().map(|recovery| as_json(recovery)).collect();
            writeln!(out, "{:#}", json!({ "version": 1, "environment": name, "recoveries": recoveries }))
        }
        Format::Human => last
            .iter()
            .try_for_each(|recovery| writeln!(out, "{}  {}", local(recovery.at, "%F %T"), words::recovery(recovery))),
    })?;
    Ok(Exit::Passed)
}

fn as_json(recovery: &Recovery) -> Value {
    let Recovery { at, version, kind, replica, evidence, actions, summary, ended, effect } = recovery;
    json!({
        "at": timestamp(*at).to_string(),
        "deployed": version,
        "kind": words::kind(*kind),
        "replica": replica,
        "evidence": evidence,
        "actions": actions,
        "summary": summary,
        "ended": ended.as_ref().map(|(at, _)| timestamp(*at).to_string()),
        "error": ended.as_ref().and_then(|(_, error)| error.as_ref()),
        "helped": effect.as_ref().map(|(helped, _)| helped),
        "effect": effect.as_ref().map(|(_, effect)| effect),
    })
}

//! `sdlc recover`.

use anyhow::Result;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use crate::{
    arguments::Global,
    console::Console,
    deploying::site::Site,
    exit::Exit,
    history_arguments::Format,
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
        Format::Human => last.iter().try_for_each(|recovery| {
            let time = time(recovery.at).to_zoned(TimeZone::system());
            writeln!(out, "{}  {}", time.strftime("%F %T"), words::recovery(recovery))
        }),
    })?;
    Ok(Exit::Passed)
}

fn time(at: u64) -> Timestamp {
    Timestamp::from_millisecond(i64::try_from(at).unwrap_or(i64::MAX)).unwrap_or_default()
}

fn as_json(recovery: &Recovery) -> Value {
    let Recovery { at, version, kind, replica, evidence, actions, summary, ended, effect } = recovery;
    json!({
        "at": time(*at).to_string(),
        "deployed": version,
        "kind": words::kind(*kind),
        "replica": replica,
        "evidence": evidence,
        "actions": actions,
        "summary": summary,
        "ended": ended.as_ref().map(|(at, _)| time(*at).to_string()),
        "error": ended.as_ref().and_then(|(_, error)| error.as_ref()),
        "helped": effect.as_ref().map(|(helped, _)| helped),
        "effect": effect.as_ref().map(|(_, effect)| effect),
    })
}

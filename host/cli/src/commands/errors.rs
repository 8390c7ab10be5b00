//! `sdlc errors`.

use anyhow::Result;
use sdlc_history::incidents::Pattern;
use sdlc_report::text;
use serde_json::{Value, json};

use crate::{
    arguments::Global,
    console::Console,
    exit::Exit,
    history_arguments::{Errors, Format},
    incidents,
    moment::timestamp,
    project::Project,
    remember,
};

pub(crate) fn errors(arguments: &Errors, global: &Global, console: Console) -> Result<Exit> {
    let project = Project::open(global)?;
    let now = incidents::at();
    let mut patterns = remember::open(global, console)?.patterns(&remember::key(&project), now)?;
    patterns.truncate(arguments.number);
    if patterns.is_empty() {
        console.note("nothing failed in this project, as far as is known");
    }
    console.data(|out| match arguments.output_format {
        Format::Json => {
            let patterns: Vec<_> = patterns.iter().map(as_json).collect();
            writeln!(out, "{:#}", json!({ "version": 1, "errors": patterns }))
        }
        Format::Human => patterns.iter().try_for_each(|pattern| write!(out, "{}", page(pattern, now))),
    })?;
    Ok(Exit::Passed)
}

fn page(pattern: &Pattern, now: i64) -> String {
    let Pattern { source, kind, message, count, weeks: (this, before), first, last, helped } = pattern;
    let times = if *count == 1 { "once".to_owned() } else { format!("{count} times since {}", ago(now - first)) };
    let trend = match (this, before) {
        (this, before) if this > before => "more often than the week before",
        (this, before) if this < before => "less often than the week before",
        _ => "as often as the week before",
    };
    let mut page =
        format!("{}  ({kind})  {times}, last {}; {this} this week, {trend}\n", text::line(source), ago(now - last));
    page.push_str(&format!("  {}\n", text::line(message.lines().next().unwrap_or_default())));
    let solved: u64 = helped.iter().map(|(_, number)| number).sum();
    if let Some((how, number)) = helped.first() {
        page.push_str(&format!("  what helped: {} ({number} of {solved})\n", text::line(how)));
    }
    page
}

fn ago(milliseconds: i64) -> String {
    let minutes = milliseconds / 60_000;
    match minutes {
        ..1 => "a moment ago".to_owned(),
        1..120 => format!("{minutes} min ago"),
        120..2880 => format!("{} h ago", minutes / 60),
        _ => format!("{} days ago", minutes / 1440),
    }
}

fn as_json(pattern: &Pattern) -> Value {
    let time = |at: i64| timestamp(at).to_string();
    let helped = pattern.helped.iter().map(|(how, number)| json!({ "what": how, "times": number }));
    json!({
        "source": pattern.source,
        "kind": pattern.kind,
        "message": pattern.message,
        "times": pattern.count,
        "this-week": pattern.weeks.0,
        "week-before": pattern.weeks.1,
        "first": time(pattern.first),
        "last": time(pattern.last),
        "helped": helped.collect::<Vec<_>>(),
    })
}

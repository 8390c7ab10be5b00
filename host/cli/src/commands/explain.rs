//! `sdlc explain`.

use anyhow::{Result, anyhow, bail};
use sdlc_config::{plugin::PluginSource, problem::nearest};
use sdlc_gates::request::LazyPlugin;
use sdlc_model::rule::Rule;
use sdlc_sandbox::limits::Limits;

use crate::{
    arguments::{Explain, Global},
    console::Console,
    exit::Exit,
    plugins,
    project::{self, Project},
};

/// A plugin that may know the rule.
struct Source {
    /// Of the gate, or of the built-in plugin.
    name: String,
    /// Whether a gate of the project runs it.
    is_gate: bool,
    plugin: LazyPlugin,
    limits: Limits,
}

pub(crate) fn explain(arguments: &Explain, global: &Global, console: Console) -> Result<Exit> {
    let project = Project::open(global)?;
    let mut sources = sources(&project, global)?;
    // As reports and comments write it, too: `gate/rule`.
    let mut id = arguments.rule.as_str();
    if let Some((name, rule)) = arguments.rule.split_once('/')
        && sources.iter().any(|source| source.name == name)
    {
        sources.retain(|source| source.name == name);
        id = rule;
    }
    let wanted = [id.to_owned()];
    // What the project's gates know counts more than what other plugins call alike.
    for is_gate in [true, false] {
        let mut found = false;
        for source in sources.iter().filter(|source| source.is_gate == is_gate) {
            for rule in source.rules(&wanted)?.iter().filter(|rule| rule.id == id) {
                found = true;
                console.data(|out| write!(out, "{}", page(source, rule)))?;
            }
        }
        if found {
            return Ok(Exit::Passed);
        }
    }
    bail!("no gate has a rule `{}`; hint: {}", arguments.rule, hint(&sources, id)?)
}

/// The gates of the project, and the built-in plugins that none of them runs.
fn sources(project: &Project, global: &Global) -> Result<Vec<Source>> {
    let gates: Vec<_> = project.settings.gates.iter().collect();
    let requests = plugins::requests(project, &gates, project::usable_store(global).as_ref())?;
    let gate = |request: sdlc_gates::request::GateRequest| Source {
        name: request.name,
        is_gate: true,
        plugin: request.plugin,
        limits: request.limits,
    };
    let mut sources: Vec<_> = requests.into_iter().map(gate).collect();
    let runs = |name: &str| gates.iter().any(|gate| gate.plugin.source == PluginSource::Builtin(name.to_owned()));
    for builtin in sdlc_builtin::all().iter().filter(|builtin| !runs(builtin.name)) {
        let limits = Limits::default();
        let plugin = plugins::builtin(builtin.name, limits.stack)?;
        sources.push(Source { name: builtin.name.to_owned(), is_gate: false, plugin, limits });
    }
    Ok(sources)
}

impl Source {
    /// The rules of these ids; all where there are none.
    fn rules(&self, ids: &[String]) -> Result<Vec<Rule>> {
        let wrong = |error: String| anyhow!("gate `{}`: {error}", self.name);
        let plugin = self.plugin.get().map_err(wrong)?;
        if !plugin.kinds().iter().any(|kind| kind.is_gate()) {
            return Ok(Vec::new());
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        runtime.block_on(plugin.rules(ids, &self.limits)).map_err(|error| wrong(error.to_string()))
    }
}

/// The rule that may be meant, by its id or its name.
fn hint(sources: &[Source], id: &str) -> Result<String> {
    let mut rules = Vec::new();
    for source in sources {
        rules.extend(source.rules(&[])?);
    }
    let names = rules.iter().flat_map(|rule| [rule.id.as_str(), rule.name.as_str()]);
    let meant = nearest(id, names).and_then(|near| rules.iter().find(|rule| rule.id == near || rule.name == near));
    Ok(match meant {
        Some(rule) if rule.name == rule.id => format!("did you mean `{}`?", rule.id),
        Some(rule) => format!("did you mean `{}` ({})?", rule.id, rule.name),
        None => {
            let names = sources.iter().filter(|source| source.is_gate || sources.len() == 1);
            let names = names.map(|source| format!("`{}`", source.name)).collect::<Vec<_>>().join(", ");
            format!("the gates here are {names}, and the built-in ones were asked, too")
        }
    })
}

fn page(source: &Source, rule: &Rule) -> String {
    use sdlc_report::text;
    let name = if rule.name == rule.id { String::new() } else { format!(" {}", rule.name) };
    let whose = if source.is_gate {
        format!("gate `{}`", source.name)
    } else {
        format!("`builtin:{}`, which no gate here runs", source.name)
    };
    let mut page = format!("{}{name} ({}, {whose})\n", rule.id, rule.severity.as_str());
    page.push_str(&format!("{}\n", text::line(&rule.summary)));
    if !rule.explanation.is_empty() {
        page.push_str(&format!("\n{}", text::block(rule.explanation.trim_end(), "")));
    }
    if let Some(help) = &rule.help {
        page.push_str(&format!("\n{}\n", text::line(help)));
    }
    page
}

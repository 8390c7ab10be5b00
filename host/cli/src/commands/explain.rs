//! `sdlc explain`.

use anyhow::{Result, anyhow, bail};
use sdlc_model::rule::Rule;

use crate::{
    arguments::{Explain, Global},
    console::Console,
    exit::Exit,
    plugins,
    project::{self, Project},
};

pub(crate) fn explain(arguments: &Explain, global: &Global, console: Console) -> Result<Exit> {
    let project = Project::open(global)?;
    // As reports and comments write it, too: `gate/rule`.
    let (gate, id) = match arguments.rule.split_once('/') {
        Some((gate, id)) if project.settings.gates.iter().any(|known| known.name == gate) => (Some(gate), id),
        _ => (None, arguments.rule.as_str()),
    };
    let gates: Vec<_> =
        project.settings.gates.iter().filter(|known| gate.is_none_or(|gate| known.name == gate)).collect();
    let requests = plugins::requests(&project, &gates, project::usable_store(global).as_ref())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let wanted = [id.to_owned()];
    let mut found = false;
    for request in &requests {
        let plugin = request.plugin.get().map_err(|error| anyhow!("gate `{}`: {error}", request.name))?;
        let rules = runtime.block_on(plugin.rules(&wanted, &request.limits));
        let rules = rules.map_err(|error| anyhow!("gate `{}`: {error}", request.name))?;
        for rule in rules.iter().filter(|rule| rule.id == id) {
            found = true;
            console.data(|out| write!(out, "{}", page(&request.name, rule)))?;
        }
    }
    if !found {
        let gates = project.settings.gates.iter().map(|gate| format!("`{}`", gate.name)).collect::<Vec<_>>().join(", ");
        bail!("no gate has a rule `{}`; hint: the gates here are {gates}", arguments.rule);
    }
    Ok(Exit::Passed)
}

fn page(gate: &str, rule: &Rule) -> String {
    use sdlc_report::text;
    let name = if rule.name == rule.id { String::new() } else { format!(" {}", rule.name) };
    let mut page = format!("{}{name} ({}, gate `{gate}`)\n", rule.id, rule.severity.as_str());
    page.push_str(&format!("{}\n", text::line(&rule.summary)));
    if !rule.explanation.is_empty() {
        page.push_str(&format!("\n{}", text::block(rule.explanation.trim_end(), "")));
    }
    if let Some(help) = &rule.help {
        page.push_str(&format!("\n{}\n", text::line(help)));
    }
    page
}

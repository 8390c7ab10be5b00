//! `sdlc plugin inspect`.

use anyhow::{Result, anyhow};
use sdlc_report::{machine, text};
use sdlc_sandbox::{
    anatomy::{Ability, Anatomy},
    engine::digest,
    limits::Limits,
    plugin::Info,
};
use serde_json::{Value, json};

use super::component;
use crate::{
    arguments::Global,
    console::{Console, chain},
    exit::Exit,
    plugin_arguments::Inspect,
    project,
};

pub(crate) fn inspect(arguments: &Inspect, global: &Global, console: Console) -> Result<Exit> {
    let source = component::source(&arguments.source);
    let bytes = component::bytes(&source)?;
    let anatomy = Anatomy::of(&bytes).map_err(|error| anyhow!("plugin `{}` {error}", arguments.source))?;
    // Name, version and settings only the plugin knows. It is asked in the sandbox, with nothing granted.
    let info = component::load(&arguments.source, &bytes, project::usable_store(global).as_deref())
        .and_then(|plugin| Ok(component::wait(plugin.describe(&Limits::default()))??));
    if arguments.json {
        let info = info.as_ref().ok();
        console.data(|out| writeln!(out, "{}", machine::text(&as_json(&bytes, &anatomy, info))))?;
    } else {
        console.data(|out| out.write_all(page(&bytes, &anatomy, &info).as_bytes()))?;
    }
    match info {
        Ok(_) => Ok(Exit::Passed),
        Err(error) => {
            console.error(text::block(&format!("it cannot be asked who it is: {}", chain(&error)), "  ").trim());
            Ok(Exit::Failed)
        }
    }
}

fn page(bytes: &[u8], anatomy: &Anatomy, info: &Result<Info>) -> String {
    let mut page = String::new();
    let mut line = |key: &str, value: &str| page.push_str(&format!("{key:10} {}\n", text::line(value)));
    if let Ok(info) = info {
        line("name", &info.name);
        line("version", &info.version);
        line("summary", &info.summary);
        if let Some(homepage) = &info.homepage {
            line("homepage", homepage);
        }
    }
    line("kinds", &anatomy.kinds.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
    line("contract", &anatomy.contract);
    line("size", &format!("{} bytes", bytes.len()));
    line("sha256", &digest(bytes));
    let (could, cannot): (Vec<_>, Vec<_>) = Ability::ALL.into_iter().partition(|ability| anatomy.could(*ability));
    let words = |abilities: &[Ability]| abilities.iter().map(|ability| ability.words()).collect::<Vec<_>>().join(", ");
    if !could.is_empty() {
        line("could", &format!("{}, as far as `sdlc.toml` grants it", words(&could)));
    }
    let mut never = vec!["write files", "see the environment"];
    never.extend(cannot.iter().map(|ability| ability.words()));
    line("cannot", &never.join(", "));
    let schema = info.as_ref().ok().and_then(|info| info.settings_schema.as_deref());
    if let Some(schema) = schema.and_then(|schema| serde_json::from_str::<Value>(schema).ok()) {
        page.push_str(&format!("settings\n{}", text::block(&format!("{schema:#}"), "    ")));
    }
    page
}

fn as_json(bytes: &[u8], anatomy: &Anatomy, info: Option<&Info>) -> Value {
    let schema = info.and_then(|info| serde_json::from_str::<Value>(info.settings_schema.as_deref()?).ok());
    json!({
        "name": info.map(|info| &info.name),
        "version": info.map(|info| &info.version),
        "summary": info.map(|info| &info.summary),
        "kinds": anatomy.kinds.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "contract": anatomy.contract,
        "size": bytes.len(),
        "sha256": digest(bytes),
        "imports": anatomy.imports,
        "could": Ability::ALL.into_iter().filter(|ability| anatomy.could(*ability)).map(Ability::words).collect::<Vec<_>>(),
        "settings": schema,
    })
}

//! `sdlc plugin run`.

use std::{fs, time::Instant};

use anyhow::{Context, Result, bail};
use sdlc_authoring::files::check_files;
use sdlc_report::{json, machine, text};
use sdlc_sandbox::{kind::Kind, limits::Limits};
use sdlc_workspace::{scope::Scope, tree::Workspace};

use super::component;
use crate::{arguments::Global, console::Console, exit::Exit, plugin_arguments::Run, project};

pub(crate) fn run(arguments: &Run, global: &Global, console: Console) -> Result<Exit> {
    let settings = match &arguments.settings {
        None => "{}".to_owned(),
        Some(path) => {
            let text = fs::read_to_string(path).with_context(|| format!("`{}` cannot be read", path.display()))?;
            sdlc_config::settings_as_json(&text).with_context(|| format!("`{}` makes no sense", path.display()))?
        }
    };
    let name = arguments.component.display().to_string();
    let bytes = component::read(&arguments.component)?;
    let started = Instant::now();
    let plugin = component::load(&name, &bytes, project::usable_store(global).as_deref())?;
    let load = started.elapsed();
    if !plugin.kinds().contains(&Kind::FileGate) {
        bail!("plugin `{name}` is no `file-gate`; hint: `sdlc plugin test` runs the cases of other kinds");
    }
    let workspace = Workspace::open(&std::env::current_dir()?, &[])?;
    let scope = Scope::Paths(vec![arguments.file.clone()]);
    let limits = Limits::default();
    let checked = match component::wait(check_files(&plugin, &workspace, &scope, &settings, &limits))? {
        Ok(checked) => checked,
        Err(error) => {
            console.error(text::block(&format!("plugin `{name}`: {error}"), "  ").trim());
            return Ok(Exit::Failed);
        }
    };
    if !checked.log.is_empty() {
        console.note(&format!("log:\n{}", text::block(checked.log.trim_end(), "    ").trim_end()));
    }
    if checked.files == 0 {
        console.note(&format!("the plugin does not select `{}`", arguments.file.display()));
    }
    console.note(&format!(
        "load {:.1} ms, instance {:.2} ms, check {:.2} ms, memory {:.1} MiB",
        load.as_secs_f64() * 1000.0,
        checked.instance.as_secs_f64() * 1000.0,
        checked.checks.as_secs_f64() * 1000.0,
        checked.memory as f64 / 1_048_576.0
    ));
    console.data(|out| writeln!(out, "{}", machine::text(&json::report(&checked.report))))?;
    Ok(Exit::Passed)
}

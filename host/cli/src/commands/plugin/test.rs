//! `sdlc plugin test`.

use std::path::Path;

use anyhow::{Result, bail};
use sdlc_authoring::{
    cases::{self, Case, Runner},
    manifest::Manifest,
};
use sdlc_report::{diff, json};
use sdlc_sandbox::limits::Limits;

use super::{build, component};
use crate::{
    console::{Console, chain},
    exit::Exit,
    grants,
    plugin_arguments::Test,
};

pub(crate) fn test(arguments: &Test, console: Console) -> Result<Exit> {
    let project = &arguments.project.project;
    let (component, manifest) =
        if arguments.no_build { build::before(project)? } else { build::built(project, console)? };
    run(project, &component, &manifest, arguments.update, console)
}

/// Runs all cases of a project.
pub(super) fn run(
    project: &Path,
    component: &Path,
    manifest: &Manifest,
    update: bool,
    console: Console,
) -> Result<Exit> {
    let plugin = component::load(&manifest.name, &component::read(component)?, None)?;
    let report = |report: &sdlc_model::report::Report| json::report(report);
    let host = grants::host(project);
    let runner = Runner { plugin: &plugin, kind: manifest.kind, limits: Limits::default(), host, report: &report };
    let (mut failed, cases) = (0, cases::cases(project)?);
    for case in &cases {
        let found = component::wait(runner.run(case))?;
        match found.map_err(anyhow::Error::from).and_then(|found| judge(case, &found, update, console)) {
            Ok(true) => {}
            Ok(false) => failed += 1,
            Err(error) => {
                failed += 1;
                console.data(|out| writeln!(out, "{} failed: {}", case.name, harmless(&chain(&error))))?;
            }
        }
    }
    console.data(|out| writeln!(out, "{} passed, {failed} failed", cases.len() - failed))?;
    Ok(if failed == 0 { Exit::Passed } else { Exit::Rejected })
}

fn judge(case: &Case, found: &str, update: bool, console: Console) -> Result<bool> {
    let expected = case.expected()?;
    if expected.as_deref() == Some(found) {
        console.data(|out| writeln!(out, "{} passed", case.name))?;
        return Ok(true);
    }
    if update {
        case.update(found)?;
        console.data(|out| writeln!(out, "{} updated", case.name))?;
        return Ok(true);
    }
    let Some(expected) = expected else {
        bail!("it has no `expected.json`; hint: `sdlc plugin test --update` writes what the plugin says now");
    };
    let color = console.colored(&std::io::stdout());
    console.data(|out| write!(out, "{} failed:\n{}", case.name, diff::lines(&expected, found, color)))?;
    Ok(false)
}

fn harmless(text: &str) -> String {
    sdlc_report::text::block(text, "    ").trim().to_owned()
}

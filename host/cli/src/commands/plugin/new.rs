//! `sdlc plugin new`.

use std::path::Path;

use anyhow::Result;
use sdlc_authoring::scaffold;

use crate::{console::Console, exit::Exit, plugin_arguments::New};

pub(crate) fn new(arguments: &New, console: Console) -> Result<Exit> {
    let name = &arguments.name;
    scaffold::create(Path::new(name), name, arguments.lang.into(), arguments.kind.into())?;
    console.note(&format!("wrote `{name}`; next: `cd {name} && sdlc plugin test --update`, and see its `README.md`"));
    Ok(Exit::Passed)
}

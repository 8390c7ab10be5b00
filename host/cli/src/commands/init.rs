//! `sdlc init`.

use std::{fs::OpenOptions, io::Write};

use anyhow::{Context, Result, bail};

use crate::{
    console::Console,
    exit::Exit,
    languages::{Language, Parts, detect},
    project::FILE,
};

const HEAD: &str = "\
# Configuration of sdlc. `sdlc run` runs the gates below; `sdlc config check` checks this file;
# `sdlc schema` prints its JSON Schema, for editors.

[project]
# Globs of paths that no gate checks, on top of .gitignore.
exclude = []
";

const HYGIENE: &str = "
# Files of any kind: white space, line ends, syntax of JSON, TOML, YAML and XML, large files, private keys.
[gates.hygiene]
# Part of sdlc. Runs in a sandbox: it sees one file at a time, and nothing else.
plugin = \"builtin:hygiene\"
# From which severity on a finding fails the run: note, warning, error or never.
fail-on = \"warning\"
";

const SECRETS: &str = "
# Credentials: keys, tokens and passwords of some 250 kinds.
[gates.secrets]
plugin = \"builtin:secrets\"
";

const WORKFLOWS: &str = "
# GitHub workflows and actions: what is not pinned, what others can inject, rights of the token.
[gates.workflows]
plugin = \"builtin:github-actions\"
";

const DOCKERFILES: &str = "
# Dockerfiles: base images, root, secrets in layers, unverified downloads.
[gates.dockerfile]
plugin = \"builtin:dockerfile\"
";

const PYTHON: &str = "
# Python: the rules of ruff. The project's own pyproject.toml or ruff.toml counts.
[gates.lint]
plugin = \"builtin:python-lint\"
# Findings fail the run from this severity on.
fail-on = \"warning\"
# Or let the score decide, from 0 to 10 (instead of the line above):
# require = { score = \">= 8.0\", errors = \"== 0\" }

[gates.lint.settings]
# Rules on top of those that pyproject.toml selects, such as \"I\" (order of imports) or \"UP\" (newer syntax).
extend-select = []
";

pub(crate) fn init(console: Console) -> Result<Exit> {
    let root = std::env::current_dir()?;
    let path = root.join(FILE);
    let Parts { languages, workflows, dockerfiles } = detect(&root);
    let mut text = HEAD.to_owned();
    text.push_str(HYGIENE);
    text.push_str(SECRETS);
    for (is_there, gate) in
        [(languages.contains(&Language::Python), PYTHON), (workflows, WORKFLOWS), (dockerfiles, DOCKERFILES)]
    {
        if is_there {
            text.push_str(gate);
        }
    }
    let file = OpenOptions::new().write(true).create_new(true).open(&path);
    let mut file = match file {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            bail!("`{FILE}` is there already, and stays as it is; hint: `sdlc config check` checks it")
        }
        file => file.with_context(|| format!("`{FILE}` cannot be written"))?,
    };
    file.write_all(text.as_bytes()).with_context(|| format!("`{FILE}` cannot be written"))?;
    let names = languages.iter().map(|language| language.name()).collect::<Vec<_>>();
    let found = if names.is_empty() { "no language it knows".to_owned() } else { names.join(", ") };
    console.note(&format!("wrote `{FILE}` (found {found}); next: `sdlc run`"));
    let without: Vec<_> =
        languages.iter().filter(|language| **language != Language::Python).map(|language| language.name()).collect();
    if !without.is_empty() {
        console.note(&format!(
            "no linter is built in yet for {}: `hygiene` checks its files, and a plugin of your own can do more",
            without.join(", ")
        ));
    }
    Ok(Exit::Passed)
}

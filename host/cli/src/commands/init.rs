//! `sdlc init`.

use std::{collections::BTreeSet, fs::OpenOptions, io::Write};

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

/// The text of a configuration for a project that consists of these parts.
pub(super) fn text(parts: &Parts) -> String {
    let gates = [
        (true, HYGIENE),
        (true, SECRETS),
        (parts.languages.contains(&Language::Python), PYTHON),
        (parts.workflows, WORKFLOWS),
        (parts.dockerfiles, DOCKERFILES),
    ];
    let gates = gates.iter().filter(|(is_there, _)| *is_there).map(|(_, gate)| *gate);
    let text: String = [HEAD].into_iter().chain(gates).collect();
    text + &dependencies(&parts.ecosystems)
}

/// As a comment: without a database of advisories, which nobody has yet, the gate fails.
fn dependencies(ecosystems: &BTreeSet<&str>) -> String {
    if ecosystems.is_empty() {
        return String::new();
    }
    let from =
        |ecosystem| format!(" \\\n#     --from https://osv-vulnerabilities.storage.googleapis.com/{ecosystem}/all.zip");
    let sources: String = ecosystems.iter().map(from).collect();
    format!(
        "
# Packages of lock files with known vulnerabilities, looked up offline in a database of advisories. Get that first:
#   sdlc advisories update{sources}
# [gates.dependencies]
# plugin = \"builtin:dependencies\"
# grant = {{ read = [\"**\"], advisories = true }}
"
    )
}

pub(crate) fn init(console: Console) -> Result<Exit> {
    let root = std::env::current_dir()?;
    let path = root.join(FILE);
    let parts = detect(&root);
    let text = text(&parts);
    let languages = &parts.languages;
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
    if !parts.ecosystems.is_empty() {
        console.note(&format!(
            "there are lock files: the gate `dependencies` stands in `{FILE}` as a comment, with the command that it needs first"
        ));
    }
    if !without.is_empty() {
        console.note(&format!(
            "no linter is built in yet for {}: `hygiene` checks its files, and a plugin of your own can do more",
            without.join(", ")
        ));
    }
    Ok(Exit::Passed)
}

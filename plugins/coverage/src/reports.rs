//! Which reports there are: [`Source`] by name, made by `command` before where there is one, read one by one.

use std::collections::BTreeMap;

use sdlc_sdk::Error;

use crate::{
    command,
    formats::{Format, Parsed},
    host::Host,
    settings::Options,
};

/// Most reports of a run.
const MOST_REPORTS: usize = 10_000;

/// A report that was not read yet, or is already here.
pub(crate) struct Source {
    /// Its path, or what wrote it.
    pub(crate) name: String,
    /// Whether it is a file of the workspace.
    pub(crate) is_file: bool,
    content: Option<Vec<u8>>,
}

impl Source {
    /// What it says. One that says nothing is an error.
    pub(crate) fn parse(self, host: &impl Host, options: &Options) -> Result<(Format, Parsed), Error> {
        let name = &self.name;
        let content = match self.content {
            Some(content) => content,
            None => host.read(name)?,
        };
        if content.trim_ascii().is_empty() {
            return Err(Error::InvalidInput(format!("`{name}` is empty; hint: make the report again")));
        }
        let format = options.format.or_else(|| Format::of(&content)).ok_or_else(|| {
            Error::InvalidInput(format!(
                "`{name}` begins like no format that is known; hint: `settings.format` says which it is, \
                 `settings.reports` which files are reports"
            ))
        })?;
        let parsed = format.parse(&content).map_err(|malformed| {
            Error::InvalidInput(format!("`{name}` is no report of {}: {}", format.title(), malformed.0))
        })?;
        if parsed.files.iter().all(|file| file.measured.lines.is_empty()) {
            return Err(Error::InvalidInput(format!(
                "`{name}` measures no line; hint: did the tests run, with the sources that are to be measured?"
            )));
        }
        Ok((format, parsed))
    }
}

/// The reports of the settings, sorted by name.
pub(crate) fn find(host: &impl Host, options: &Options) -> Result<Vec<Source>, Error> {
    let Some(program) = &options.command else { return existing(host, options) };
    let before = contents(host, options)?;
    let output = command::run(host, program)?;
    if let Some(content) = command::report(&output, options.format) {
        let name = format!("output of {}", program.name);
        return Ok(vec![Source { name, is_file: false, content: Some(content) }]);
    }
    let after = contents(host, options)?;
    let written: Vec<_> = after.into_iter().filter(|(name, content)| before.get(name) != Some(content)).collect();
    if written.is_empty() {
        return Err(command::wrote_nothing(program, &output, before.keys().next().map(String::as_str)));
    }
    let written = written.into_iter();
    Ok(written.map(|(name, content)| Source { name, is_file: true, content: Some(content) }).collect())
}

fn contents(host: &impl Host, options: &Options) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    let names = host.files(&options.reports)?;
    names.into_iter().take(MOST_REPORTS).map(|name| host.read(&name).map(|content| (name, content))).collect()
}

fn existing(host: &impl Host, options: &Options) -> Result<Vec<Source>, Error> {
    let names = host.files(&options.reports)?;
    if names.len() > MOST_REPORTS {
        let (count, most) = (names.len(), MOST_REPORTS);
        return Err(Error::Exceeded(format!("{count} reports, more than {most}; hint: narrow `settings.reports`")));
    }
    if names.is_empty() {
        return Err(none(host, &options.reports));
    }
    Ok(names.into_iter().map(|name| Source { name, is_file: true, content: None }).collect())
}

/// Why there are none: what is named may be there and not be granted.
fn none(host: &impl Host, globs: &[String]) -> Error {
    let named = globs.iter().filter(|glob| !glob.contains(['*', '?', '[', '{']));
    let shown = match globs {
        [one, two, rest @ ..] if !rest.is_empty() => format!("`{one}`, `{two}` or {} more", rest.len()),
        globs => globs.iter().map(|glob| format!("`{glob}`")).collect::<Vec<_>>().join(" or "),
    };
    for path in named.take(1).filter(|_| globs.len() == 1) {
        if let Err(denied @ Error::Denied(_)) = host.read(path) {
            return denied;
        }
    }
    let example = globs.first().map_or("coverage.xml", String::as_str);
    Error::Missing(format!(
        "no coverage report matches {shown}, or none that may be read; hint: let the tests write one before, or give \
         `settings.command`; `grant = {{ read = [\"**\", \"{example}\"] }}` lets the gate read it where git ignores it"
    ))
}

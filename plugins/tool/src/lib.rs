//! A healer that runs a program, such as `cargo fmt` or `eslint --fix`: [`Tool`].
//!
//! The program runs in a copy of the files that the healer may read and write. What it changed there is offered, file by file
//! or as a whole; the host tries it, and writes what helps. Does not know what the program does.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use sdlc_sdk::{Action, Error, FileContent, Healer, Info, Patient, Plugin, Problem, Treatment, tools};
use serde::Deserialize;

/// The end of what a program that failed said.
const LONGEST_COMPLAINT: usize = 2000;

/// Settings of the healer.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// The program and its arguments, such as `["cargo", "fmt"]`. It has to be granted by `run`.
    pub command: Vec<String>,
    /// Globs of the files whose changes are offered, such as `**/*.rs`.
    pub files: Vec<String>,
    /// Where it runs, relative to the root. Default: the root.
    #[serde(default)]
    pub directory: Option<String>,
    /// Statuses with which it ends when it did its work. Default: `[0]`; eslint ends with 1 where something is left.
    #[serde(default = "zero")]
    pub status: Vec<i32>,
    /// Rules whose findings are a reason to run it. Default: any finding in one of the files.
    #[serde(default)]
    pub rules: Option<Vec<String>>,
    /// Whether all that it changed is accepted or refused together. Default: false, each file by itself.
    #[serde(default)]
    pub together: bool,
}

fn zero() -> Vec<i32> {
    vec![0]
}

/// The healer, with its settings.
pub struct Tool {
    settings: Settings,
}

impl Plugin for Tool {
    type Settings = Settings;

    fn info() -> Info {
        Info::new("tool", env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_DESCRIPTION"))
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        if settings.command.first().is_none_or(String::is_empty) {
            problems.push(Problem::new("command", "must name a program; hint: such as `[\"cargo\", \"fmt\"]`"));
        }
        if settings.files.is_empty() {
            problems.push(Problem::new("files", "must say which files it changes; hint: such as `[\"**/*.rs\"]`"));
        }
        if problems.is_empty() { Ok(Self { settings }) } else { Err(problems) }
    }
}

impl Healer for Tool {
    fn heal(&self, patient: Patient) -> Result<Vec<Treatment>, Error> {
        let Patient::Findings(findings) = patient else { return Ok(Vec::new()) };
        let before = self.contents()?;
        let concerns = |finding: &sdlc_sdk::Finding| {
            let rule = self.settings.rules.as_ref().is_none_or(|rules| rules.contains(&finding.rule));
            rule && finding.location.as_ref().is_none_or(|location| before.contains_key(&location.path))
        };
        if !findings.iter().any(concerns) {
            return Ok(Vec::new());
        }
        self.run()?;
        Ok(treatments(&self.settings, &before, &self.contents()?))
    }
}

type Contents = BTreeMap<String, Vec<u8>>;

impl Tool {
    fn contents(&self) -> Result<Contents, Error> {
        let files = sdlc_sdk::workspace::files(&self.settings.files)?;
        files.into_iter().map(|entry| Ok((entry.path.clone(), sdlc_sdk::workspace::read(&entry.path)?))).collect()
    }

    fn run(&self) -> Result<(), Error> {
        let Settings { command, directory, status, .. } = &self.settings;
        let (program, arguments) = command.split_first().map_or(("", &[][..]), |(name, rest)| (name.as_str(), rest));
        let output = tools::run(&tools::Command {
            program: program.to_owned(),
            arguments: arguments.to_vec(),
            directory: directory.clone(),
            stdin: Vec::new(),
        })?;
        log(&output.stdout);
        log(&output.stderr);
        match output.status {
            Some(found) if status.contains(&found) => Ok(()),
            ended => {
                let how = ended.map_or("did not end by itself".to_owned(), |found| format!("ended with {found}"));
                let said = if output.stderr.is_empty() { output.stdout } else { output.stderr };
                Err(Error::Other(format!("`{}` {how}: {}", command.join(" "), complaint(&said))))
            }
        }
    }
}

/// What the program says is the healer's log.
#[expect(clippy::print_stderr, reason = "standard error is the plugin's log")]
fn log(said: &[u8]) {
    if !said.is_empty() {
        eprintln!("{}", String::from_utf8_lossy(said).trim_end());
    }
}

fn complaint(said: &[u8]) -> String {
    let said = String::from_utf8_lossy(said);
    let said = said.trim();
    let mut start = said.len().saturating_sub(LONGEST_COMPLAINT);
    while !said.is_char_boundary(start) {
        start += 1;
    }
    said.get(start..).unwrap_or_default().to_owned()
}

fn treatments(settings: &Settings, before: &Contents, after: &Contents) -> Vec<Treatment> {
    let paths: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let changed = paths.into_iter().filter(|path| before.get(*path) != after.get(*path));
    let action = |path: &String| match after.get(path) {
        Some(content) => Action::Write(FileContent { path: path.clone(), content: content.clone() }),
        None => Action::Delete(path.clone()),
    };
    let name = settings.command.join(" ");
    if settings.together {
        let actions: Vec<_> = changed.map(action).collect();
        let whole = Treatment { summary: format!("take all that `{name}` changed"), actions };
        return if whole.actions.is_empty() { Vec::new() } else { vec![whole] };
    }
    let one = |path| Treatment { summary: format!("take what `{name}` changed"), actions: vec![action(path)] };
    changed.map(one).collect()
}

// A native library has no use for the component's functions, and linkers refuse their names.
#[cfg(target_arch = "wasm32")]
sdlc_sdk::export!(Tool: healer);

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(together: bool) -> Settings {
        Settings {
            command: vec!["fmt".to_owned(), "-w".to_owned()],
            files: vec!["**".to_owned()],
            directory: None,
            status: zero(),
            rules: None,
            together,
        }
    }

    fn contents(files: &[(&str, &str)]) -> Contents {
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn what_was_changed_made_and_deleted_is_offered_file_by_file_or_together() {
        let (before, after) =
            (contents(&[("a", "1"), ("b", "1"), ("c", "1")]), contents(&[("a", "2"), ("b", "1"), ("d", "1")]));
        let each = treatments(&settings(false), &before, &after);
        assert_eq!(each.len(), 3);
        assert!(matches!(&each[1].actions[..], [Action::Delete(path)] if path == "c"));
        let whole = treatments(&settings(true), &before, &after);
        assert_eq!((whole.len(), whole[0].actions.len()), (1, 3));
        assert!(treatments(&settings(true), &before, &before).is_empty());
    }

    #[test]
    fn settings_need_a_program_and_files() {
        let empty = Settings { command: Vec::new(), files: Vec::new(), ..settings(false) };
        let keys: Vec<_> = Tool::new(empty).err().unwrap().into_iter().map(|problem| problem.key).collect();
        assert_eq!(keys, ["command", "files"]);
    }

    #[test]
    fn the_end_of_a_long_complaint_is_kept() {
        let long = format!("{}é end", "x".repeat(5000));
        assert!(complaint(long.as_bytes()).ends_with("é end") && complaint(long.as_bytes()).len() <= 2000);
    }
}

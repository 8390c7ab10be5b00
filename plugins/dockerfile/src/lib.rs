//! A file gate for Dockerfiles: what makes an image, or the building of it, insecure.
//!
//! [`DockerfileGate`] reads each file (`dockerfile`, and the crate `shell-script` for what `RUN` says) and runs the rules
//! (`rules`), one file a rule. Does not know what is in a base image.
#![forbid(unsafe_code)]

mod credential;
mod dockerfile;
mod ignore_files;
mod image;
mod rule;
mod rules;
mod settings;
#[cfg(test)]
mod testing;

use dockerfile::Dockerfile;
use ignore_files::IgnoreFiles;
use rule::{Findings, Rule};
use sdlc_sdk::{Error, FileGate, Info, Plugin, Problem, Project, Report, Selection, SourceFile};
use settings::Settings;

/// What makes a file's name one of a template, or of something else that belongs to a Dockerfile.
const NO_DOCKERFILES: [&str; 9] =
    [".dockerignore", ".j2", ".jinja", ".jinja2", ".tmpl", ".template", ".tpl", ".erb", ".md"];

/// The gate, with its settings.
pub struct DockerfileGate {
    settings: Settings,
    enabled: Vec<&'static Rule>,
    ignored: IgnoreFiles,
}

impl Plugin for DockerfileGate {
    type Settings = Settings;

    fn info() -> Info {
        Info::new("dockerfile", env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_DESCRIPTION"))
    }

    fn rules(ids: &[String]) -> Vec<sdlc_sdk::Rule> {
        let wanted = rules::ALL.iter().filter(|rule| ids.is_empty() || ids.iter().any(|id| id == rule.name));
        wanted.map(Rule::describe).collect()
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        let enabled = settings.enabled()?;
        Ok(Self { settings, enabled, ignored: IgnoreFiles::default() })
    }
}

impl FileGate for DockerfileGate {
    fn select(&self) -> Selection {
        let names =
            ["**/{D,d}ockerfile", "**/Dockerfile.*", "**/*.{D,d}ockerfile", "**/Containerfile", "**/Containerfile.*"];
        Selection::of(names).with_paths()
    }

    fn begin(&mut self, project: Project) -> Result<Option<Vec<u8>>, Error> {
        self.ignored = IgnoreFiles::of(&project.paths);
        Ok(Some(self.ignored.to_bytes()))
    }

    fn check(&self, file: SourceFile) -> Result<Report, Error> {
        let mut findings = Vec::new();
        if NO_DOCKERFILES.iter().any(|suffix| file.name().ends_with(suffix)) {
            return Ok(Report { findings, metrics: Vec::new() });
        }
        match std::str::from_utf8(file.bytes()?) {
            Ok(text) => {
                let dockerfile = Dockerfile::parse(text);
                for rule in &self.enabled {
                    (rule.check)(&dockerfile, &mut Findings::of(rule, &file.path, self, &mut findings));
                }
                // Nothing is judged behind what cannot be read, so that is said whatever is selected.
                let is_told = self.settings.ignores(rules::unreadable::RULE.name)
                    || self.enabled.iter().any(|rule| rule.name == rules::unreadable::RULE.name);
                if !is_told {
                    (rules::unreadable::RULE.check)(
                        &dockerfile,
                        &mut Findings::of(&rules::unreadable::RULE, &file.path, self, &mut findings),
                    );
                }
            }
            Err(error) => {
                let at = error.valid_up_to();
                Findings::of(&rules::unreadable::RULE, &file.path, self, &mut findings).add(at..at + 1, "not UTF-8");
            }
        }
        findings.sort_by(|one, other| key(one).cmp(&key(other)));
        findings.dedup_by(|one, other| key(one) == key(other));
        Ok(Report { findings, metrics: Vec::new() })
    }
}

fn key(finding: &sdlc_sdk::Finding) -> (usize, usize, &str, &str) {
    let range = finding.bytes().unwrap_or_default();
    (range.start, range.end, &finding.rule, &finding.message)
}

// A native library has no use for the component's functions, and linkers refuse their names.
#[cfg(target_arch = "wasm32")]
sdlc_sdk::export!(DockerfileGate: file_gate);

#[cfg(test)]
mod tests;

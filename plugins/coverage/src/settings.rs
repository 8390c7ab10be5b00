//! The gate's own table of `sdlc.toml`: [`Settings`] as written, [`Options`] as they are used.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use sdlc_sdk::Problem;

use crate::formats::Format;

/// Where tools write their reports unless told otherwise.
const USUAL_REPORTS: [&str; 15] = [
    "coverage.xml",
    "coverage.json",
    "coverage.lcov",
    "lcov.info",
    "cobertura.xml",
    "cobertura-coverage.xml",
    "clover.xml",
    "jacoco.xml",
    "cover.out",
    "coverage.out",
    "coverage/lcov.info",
    "coverage/clover.xml",
    "coverage/cobertura-coverage.xml",
    "target/site/jacoco/jacoco.xml",
    "build/reports/jacoco/test/jacocoTestReport.xml",
];

/// What the gate is told.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Settings {
    /// Globs of reports, all of which count together. Default: the names that tools use.
    reports: Vec<String>,
    /// What the reports are; found out from what they begin with unless given.
    format: Option<Format>,
    /// Program and arguments that write the report to standard output, as `coverage xml -o -` does. Needs `grant.run`.
    command: Vec<String>,
    /// Beginnings of paths in the reports, and what stands there in the workspace.
    paths: Vec<Rename>,
    /// Globs of source files that count. Default: all.
    include: Vec<String>,
    /// Globs of source files that do not count.
    exclude: Vec<String>,
    /// What has to be covered of directories or files: per cent of lines, or a table of `lines`, `branches`,
    /// `functions`.
    minimum: BTreeMap<String, Minimum>,
    /// Whether a report is stale where a source that it covers was modified after it. Default: true. `false` is for reports
    /// that are made of these very sources elsewhere and come here with their old times.
    times: Option<bool>,
}

/// From a path of the machine that made the report to one of the workspace.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rename {
    /// Beginning of a path, such as `/builds/acme/shop`.
    pub(crate) from: String,
    /// What stands for it, such as `services/shop`; empty: the root of the workspace.
    pub(crate) to: String,
}

/// Per cent that have to be covered.
#[derive(Clone, Copy, Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
enum Minimum {
    /// Of lines.
    Lines(f64),
    /// Of each of these.
    Each(Shares),
}

/// Per cent of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Shares {
    /// Of lines.
    pub(crate) lines: Option<f64>,
    /// Of branches.
    pub(crate) branches: Option<f64>,
    /// Of functions.
    pub(crate) functions: Option<f64>,
}

impl Shares {
    /// Names as in metrics.
    pub(crate) fn each(self) -> impl Iterator<Item = (&'static str, f64)> {
        let all = [("lines", self.lines), ("branches", self.branches), ("functions", self.functions)];
        all.into_iter().filter_map(|(name, share)| Some((name, share?)))
    }
}

/// Settings that make sense.
#[derive(Debug)]
pub(crate) struct Options {
    /// Globs; never empty.
    pub(crate) reports: Vec<String>,
    pub(crate) format: Option<Format>,
    pub(crate) command: Option<Program>,
    pub(crate) renames: Vec<Rename>,
    pub(crate) sources: Sources,
    /// By path of a directory or file, empty for the workspace as a whole.
    pub(crate) minima: Vec<(String, Shares)>,
    /// Whether times of files count.
    pub(crate) times: bool,
}

/// What produces the report.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) name: String,
    pub(crate) arguments: Vec<String>,
}

/// Which source files count.
#[derive(Debug)]
pub(crate) struct Sources {
    include: Option<GlobSet>,
    exclude: GlobSet,
}

impl Sources {
    pub(crate) fn count(&self, path: &str) -> bool {
        self.include.as_ref().is_none_or(|include| include.is_match(path)) && !self.exclude.is_match(path)
    }
}

impl Settings {
    pub(crate) fn validated(self) -> Result<Options, Vec<Problem>> {
        let mut problems = Vec::new();
        globs("reports", &self.reports, &mut problems);
        let include = globs("include", &self.include, &mut problems);
        let exclude = globs("exclude", &self.exclude, &mut problems);
        let minima = self.minimum.iter().map(|(path, minimum)| (directory(path), minimum.shares())).collect();
        self.check_minimum(&mut problems);
        for (index, rename) in self.paths.iter().enumerate().filter(|(_, rename)| rename.from.trim().is_empty()) {
            problems.push(Problem::new(
                &format!("paths[{index}].from"),
                format!("must not be empty; hint: what stands before `{}` in the report?", rename.to),
            ));
        }
        if self.command.first().is_some_and(|program| program.trim().is_empty()) {
            problems.push(Problem::new("command[0]", "must be the name of a program"));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut command = self.command.into_iter();
        let command = command.next().map(|name| Program { name, arguments: command.collect() });
        let usual = || USUAL_REPORTS.into_iter().map(str::to_owned).collect();
        Ok(Options {
            reports: if self.reports.is_empty() { usual() } else { self.reports },
            format: self.format,
            command,
            renames: self.paths,
            sources: Sources { include: (!self.include.is_empty()).then_some(include), exclude },
            minima,
            times: self.times.unwrap_or(true),
        })
    }

    fn check_minimum(&self, problems: &mut Vec<Problem>) {
        for (path, minimum) in &self.minimum {
            let key = format!("minimum.{path}");
            if path.contains(['*', '?', '[', '{']) {
                problems.push(Problem::new(&key, "must be a directory or a file, globs are not meant"));
            }
            if minimum.shares() == Shares::default() {
                problems.push(Problem::new(&key, "asks for nothing; hint: `lines`, `branches` or `functions`"));
            }
            for (metric, share) in minimum.shares().each().filter(|(_, share)| !(0.0..=100.0).contains(share)) {
                let key = if matches!(minimum, Minimum::Lines(_)) { key.clone() } else { format!("{key}.{metric}") };
                problems.push(Problem::new(&key, format!("must be from 0 to 100 per cent, and is {share}")));
            }
        }
    }
}

impl Minimum {
    fn shares(self) -> Shares {
        match self {
            Self::Lines(share) => Shares { lines: Some(share), ..Shares::default() },
            Self::Each(shares) => shares,
        }
    }
}

/// `./src/` is `src`, and `.` is the workspace.
fn directory(path: &str) -> String {
    path.split('/').filter(|part| !matches!(*part, "" | ".")).collect::<Vec<_>>().join("/")
}

/// `*` stays within a directory, and a glob that names a directory reaches all below it, as in grants.
fn globs(key: &str, globs: &[String], problems: &mut Vec<Problem>) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for (index, glob) in globs.iter().enumerate() {
        let plain = glob.strip_prefix("./").unwrap_or(glob).trim_end_matches('/');
        for glob in [plain.to_owned(), format!("{plain}/**")] {
            match GlobBuilder::new(&glob).literal_separator(true).build() {
                Ok(glob) => {
                    set.add(glob);
                }
                Err(error) => {
                    problems.push(Problem::new(&format!("{key}[{index}]"), error.kind().to_string()));
                    break;
                }
            }
        }
    }
    set.build().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(settings: serde_json::Value) -> Result<Options, Vec<Problem>> {
        serde_json::from_value::<Settings>(settings).unwrap().validated()
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let problems = options(serde_json::json!({
            "reports": ["ok.xml", "a{b"],
            "command": [""],
            "paths": [{ "from": "", "to": "src" }],
            "minimum": { "src": 101.0, "lib": { "branches": -1.0 }, "x": {}, "src/*": 5 },
        }))
        .unwrap_err();
        let keys: Vec<_> = problems.iter().map(|problem| problem.key.as_str()).collect();
        assert_eq!(
            keys,
            [
                "reports[1]",
                "minimum.lib.branches",
                "minimum.src",
                "minimum.src/*",
                "minimum.x",
                "paths[0].from",
                "command[0]"
            ]
        );
    }

    #[test]
    fn without_settings_the_usual_names_are_looked_for() {
        let options = options(serde_json::json!({})).unwrap();
        assert!(options.reports.iter().any(|report| report == "coverage.xml"));
        assert!(options.command.is_none() && options.sources.count("any/path"));
    }

    #[test]
    fn a_directory_in_exclude_is_all_below_it() {
        let options = options(serde_json::json!({ "include": ["src/"], "exclude": ["src/gen", "**/x_*.py"] })).unwrap();
        let counted = ["src/a.py", "lib/a.py", "src/gen/a/b.py", "src/x_a.py"].map(|path| options.sources.count(path));
        assert_eq!(counted, [true, false, false, false]);
    }

    #[test]
    fn a_minimum_is_a_number_of_lines_or_a_table() {
        let options = options(serde_json::json!({ "minimum": { "./src/": 90, ".": { "branches": 50 } } })).unwrap();
        let lines = Shares { lines: Some(90.0), ..Shares::default() };
        let branches = Shares { branches: Some(50.0), ..Shares::default() };
        assert_eq!(options.minima, [(String::new(), branches), ("src".to_owned(), lines)]);
    }
}

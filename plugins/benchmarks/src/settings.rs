//! [`Settings`]: which files, and which differences matter.

use sdlc_sdk::Problem;

/// Which files, and which differences matter.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct Settings {
    /// Globs of the results: of criterion (`target/criterion/**/new/sample.json`), pytest-benchmark, hyperfine and k6 in
    /// JSON, and of `go test -bench`. The formats are told apart by their content.
    pub(crate) results: Vec<String>,
    /// Globs of earlier results to compare with, such as `target/criterion/**/base/sample.json`. Default: none, the
    /// results are only measured.
    pub(crate) before: Vec<String>,
    /// Differences below this are not looked at, in percent. Default: 5.
    pub(crate) floor: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { results: Vec::new(), before: Vec::new(), floor: 5.0 }
    }
}

impl Settings {
    /// All that is wrong.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.results.is_empty() {
            problems.push(Problem::new("results", "is empty; hint: such as `[\"bench.json\"]`"));
        }
        if !(self.floor.is_finite() && self.floor > 0.0) {
            problems.push(Problem::new("floor", "must be more than 0 percent"));
        }
        problems
    }
}

//! The plugin's own table of `sdlc.toml`: [`Settings`] as typed, [`Settings::enabled`] as meant.
//!
//! Does not know what the rules do with them.

use sdlc_sdk::Problem;

use crate::rule::RuleSet;
use crate::{rules, suggest};

/// What the rules are told.
#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Settings {
    /// Rules to run; all where empty.
    select: Vec<String>,
    /// Rules not to run, even where selected.
    ignore: Vec<String>,
    /// Most KiB of a file, for `large-file`.
    pub(crate) max_kb: u64,
    /// Extensions of files in which two blanks at the end of a line are a line break, or `*` for all, for
    /// `trailing-whitespace`.
    pub(crate) markdown_linebreak_ext: Vec<String>,
    /// Whether a YAML file may have several documents, for `yaml-syntax`.
    pub(crate) allow_multiple_documents: bool,
    /// Whether YAML tags that are not of YAML itself are errors, for `yaml-syntax`.
    pub(crate) disallow_unknown_tags: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            select: Vec::new(),
            ignore: Vec::new(),
            max_kb: 500,
            markdown_linebreak_ext: Vec::new(),
            allow_multiple_documents: false,
            disallow_unknown_tags: false,
        }
    }
}

impl Settings {
    /// The rules to run.
    pub(crate) fn enabled(&self) -> Result<RuleSet, Vec<Problem>> {
        let mut problems = Vec::new();
        let selected = rule_set("select", &self.select, &mut problems);
        let ignored = rule_set("ignore", &self.ignore, &mut problems);
        self.check_extensions(&mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        let all = if self.select.is_empty() { RuleSet::ALL } else { selected };
        Ok(all.minus(ignored))
    }

    fn check_extensions(&self, problems: &mut Vec<Problem>) {
        for (index, extension) in self.markdown_linebreak_ext.iter().enumerate() {
            if extension.trim_start_matches('.').contains(['.', '/', '\\', ':']) {
                let message = format!("`{extension}` is no extension; hint: write it as `md`");
                problems.push(Problem::new(&format!("markdown-linebreak-ext[{index}]"), message));
            }
        }
    }
}

fn rule_set(key: &str, names: &[String], problems: &mut Vec<Problem>) -> RuleSet {
    let mut set = RuleSet::NONE;
    for (index, name) in names.iter().enumerate() {
        match rules::ALL.iter().find(|doc| doc.name == name) {
            Some(doc) => set = set.with(doc.id),
            None => problems.push(unknown_rule(&format!("{key}[{index}]"), name)),
        }
    }
    set
}

fn unknown_rule(key: &str, name: &str) -> Problem {
    match suggest::nearest(name, rules::ALL.iter().map(|doc| doc.name)) {
        Some(known) => Problem::new(key, format!("unknown rule `{name}`; hint: did you mean `{known}`?")),
        None => Problem::new(key, format!("unknown rule `{name}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Hygiene;
    use crate::rule::Id;
    use sdlc_sdk::testing::GateTest;

    #[track_caller]
    fn problems(settings: &str) -> Vec<(String, String)> {
        let problems = GateTest::<Hygiene>::new(settings).configure().map(drop).unwrap_err();
        problems.into_iter().map(|problem| (problem.key, problem.message)).collect()
    }

    #[test]
    fn an_unknown_rule_is_refused_with_the_nearest_known() {
        let problems = problems(r#"{"select": ["private-keys"], "ignore": ["xml-syntax", "qqqqq"]}"#);
        let expected = "unknown rule `private-keys`; hint: did you mean `private-key`?";
        assert_eq!(problems[0], ("select[0]".to_owned(), expected.to_owned()));
        assert_eq!(problems[1], ("ignore[1]".to_owned(), "unknown rule `qqqqq`".to_owned()));
    }

    #[test]
    fn an_unknown_key_and_a_path_as_extension_are_refused() {
        assert_eq!(problems(r#"{"max_kb": 1}"#)[0].0, "max_kb");
        assert_eq!(problems(r#"{"markdown-linebreak-ext": [".md", "a/b"]}"#)[0].0, "markdown-linebreak-ext[1]");
    }

    #[test]
    fn what_is_ignored_is_off_even_where_selected() {
        let settings = Settings {
            select: vec!["json-syntax".to_owned(), "xml-syntax".to_owned()],
            ignore: vec!["xml-syntax".to_owned()],
            ..Settings::default()
        };
        assert_eq!(settings.enabled().ok(), Some(RuleSet::NONE.with(Id::JsonSyntax)));
    }
}

//! The plugin's own table of `sdlc.toml`: [`Settings`].
//!
//! Does not know what the rules do with them.

use sdlc_sdk::Problem;

use crate::{rule::Rule, rules};

/// What the rules are told.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Settings {
    /// Rules to run; all where empty.
    select: Vec<String>,
    /// Rules not to run, even where selected.
    ignore: Vec<String>,
    /// Registries whose images may be used by tag, such as `registry.example.com`.
    pub(crate) trusted_registries: Vec<String>,
}

impl Settings {
    /// The rules to run.
    pub(crate) fn enabled(&self) -> Result<Vec<&'static Rule>, Vec<Problem>> {
        let mut problems = Vec::new();
        for (key, names) in [("select", &self.select), ("ignore", &self.ignore)] {
            for (index, name) in
                names.iter().enumerate().filter(|(_, name)| rules::ALL.iter().all(|rule| rule.name != **name))
            {
                problems.push(Problem::new(&format!("{key}[{index}]"), unknown_rule(name)));
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let is_on = |rule: &&Rule| {
            (self.select.is_empty() || self.select.iter().any(|name| name == rule.name))
                && self.ignore.iter().all(|name| name != rule.name)
        };
        Ok(rules::ALL.iter().filter(is_on).collect())
    }

    pub(crate) fn ignores(&self, rule: &str) -> bool {
        self.ignore.iter().any(|name| name == rule)
    }

    /// Whether an image may be used by tag.
    pub(crate) fn trusts_image(&self, image: &str) -> bool {
        self.trusted_registries
            .iter()
            .any(|registry| image.strip_prefix(registry.as_str()).is_some_and(|rest| rest.starts_with('/')))
    }
}

fn unknown_rule(name: &str) -> String {
    let known = rules::ALL.iter().map(|rule| (strsim::levenshtein(name, rule.name), rule.name)).min();
    match known {
        Some((distance, known)) if distance * 2 < known.len() => {
            format!("unknown rule `{name}`; hint: did you mean `{known}`?")
        }
        _ => format!("unknown rule `{name}`"),
    }
}

#[cfg(test)]
mod tests {
    use crate::DockerfileGate;
    use sdlc_sdk::testing::GateTest;

    #[track_caller]
    fn problems(settings: &str) -> Vec<(String, String)> {
        let problems = GateTest::<DockerfileGate>::new(settings).configure().map(drop).unwrap_err();
        problems.into_iter().map(|problem| (problem.key, problem.message)).collect()
    }

    #[test]
    fn what_is_unknown_is_refused_with_the_nearest_known() {
        let found = problems(r#"{"select": ["root-users"], "ignore": ["qqq"]}"#);
        assert_eq!(found[0].1, "unknown rule `root-users`; hint: did you mean `root-user`?");
        assert_eq!(found[1], ("ignore[0]".to_owned(), "unknown rule `qqq`".to_owned()));
        assert_eq!(problems(r#"{"trusted_registries": []}"#)[0].0, "trusted_registries");
    }
}

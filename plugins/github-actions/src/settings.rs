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
    /// Owners whose actions may be used by tag or branch, such as `actions` and `github`; or actions, as `owner/name`.
    pub(crate) trusted_owners: Vec<String>,
    /// Registries whose images may be used without a digest, such as `registry.example.com`.
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
        for (index, owner) in self.trusted_owners.iter().enumerate().filter(|(_, owner)| !is_owner(owner)) {
            let message = format!("`{owner}` is no owner; hint: write it as `actions` or `actions/checkout`");
            problems.push(Problem::new(&format!("trusted-owners[{index}]"), message));
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

    /// Whether an action, `owner/name` or `owner/name/path`, may be used by tag.
    pub(crate) fn trusts(&self, action: &str) -> bool {
        self.trusted_owners.iter().any(|trusted| {
            action.get(..trusted.len()).is_some_and(|start| start.eq_ignore_ascii_case(trusted))
                && action.get(trusted.len()..).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// Whether an image may be used without a digest.
    pub(crate) fn trusts_image(&self, image: &str) -> bool {
        self.trusted_registries
            .iter()
            .any(|registry| image.strip_prefix(registry.as_str()).is_some_and(|rest| rest.starts_with('/')))
    }
}

fn is_owner(owner: &str) -> bool {
    !owner.is_empty()
        && owner.split('/').count() <= 2
        && !owner.contains(['@', '*', ' ', ':'])
        && owner.split('/').all(|part| !part.is_empty())
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
    use crate::GithubActions;
    use sdlc_sdk::testing::GateTest;

    #[track_caller]
    fn problems(settings: &str) -> Vec<(String, String)> {
        let problems = GateTest::<GithubActions>::new(settings).configure().map(drop).unwrap_err();
        problems.into_iter().map(|problem| (problem.key, problem.message)).collect()
    }

    #[test]
    fn what_is_unknown_is_refused_with_the_nearest_known() {
        let found = problems(r#"{"select": ["unpinned-actions"], "ignore": ["qqq"], "trusted-owners": ["a/b@v1"]}"#);
        assert_eq!(found[0].1, "unknown rule `unpinned-actions`; hint: did you mean `unpinned-action`?");
        assert_eq!(found[1], ("ignore[0]".to_owned(), "unknown rule `qqq`".to_owned()));
        assert_eq!(found[2].0, "trusted-owners[0]");
        assert_eq!(problems(r#"{"trusted_owners": []}"#)[0].0, "trusted_owners");
    }
}

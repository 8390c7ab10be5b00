//! The plugin's own table of `sdlc.toml`: [`Settings`] as typed, [`Settings::validated`] as meant.
//!
//! Does not search anything.

use sdlc_sdk::Problem;

use crate::allow::{AllowList, RawAllow};
use crate::rule::Rule;
use crate::rules;
use crate::scan::{Detector, Scanner, compile};

/// What is looked for, and what is done with what is found.
#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Settings {
    /// Rules to run, of the built-in ones; all where empty.
    rules: Vec<String>,
    /// Rules not to run.
    disable: Vec<String>,
    /// What is no secret, or no longer one.
    allow: Vec<RawAllow>,
    /// What becomes of secrets in tests, fixtures and examples.
    tests: Tests,
    /// Least entropy of values of which only the name says that they are secret, in bits a character: 0 to 6. Of
    /// hexadecimal digits, 0.85 of it.
    entropy: f64,
    /// Rules of one's own.
    custom: Vec<RawCustom>,
}

/// What becomes of secrets in tests, fixtures and examples. Those whose checksum is right are reported in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Tests {
    /// As anywhere else.
    Report,
    /// Notes of low confidence.
    #[default]
    Note,
    /// Nothing.
    Ignore,
}

/// A rule of one's own.
#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RawCustom {
    /// Kebab-case, and none of the built-in ones.
    id: String,
    /// What it finds, in a few words, for the message.
    summary: String,
    /// Of which at least one occurs in what the expression finds, as spelled. Three bytes or more.
    keywords: Vec<String>,
    /// Searched in at most 256 bytes of a line on either side of a keyword. Group 1, or else the match, is the secret.
    regex: String,
    /// Least entropy of the secret, in bits a character.
    #[serde(default)]
    entropy: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rules: Vec::new(),
            disable: Vec::new(),
            allow: Vec::new(),
            tests: Tests::default(),
            entropy: 3.5,
            custom: Vec::new(),
        }
    }
}

/// Settings that make sense.
pub(crate) struct Valid {
    pub(crate) scanner: Scanner,
    pub(crate) allow: AllowList,
    pub(crate) tests: Tests,
}

/// Entropy of base 64 at most.
const MOST_ENTROPY: f64 = 6.0;
/// Keywords that are shorter occur everywhere.
const SHORTEST_KEYWORD: usize = 3;

impl Settings {
    /// What they mean, or everything that is wrong with them.
    pub(crate) fn validated(self) -> Result<Valid, Vec<Problem>> {
        let mut problems = Vec::new();
        self.check_entropy("entropy", self.entropy, &mut problems);
        for (key, ids) in [("rules", &self.rules), ("disable", &self.disable)] {
            for (index, id) in ids.iter().enumerate() {
                if let Err(message) = self.is_rule(id) {
                    problems.push(Problem::new(&format!("{key}[{index}]"), message));
                }
            }
        }
        let allow = AllowList::of(&self.allow, |rule| self.is_rule(rule)).unwrap_or_else(|found| {
            problems.extend(found);
            AllowList::default()
        });
        self.check_custom(&mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        let tests = self.tests;
        let scanner =
            Scanner::new(self.detectors()).map_err(|error| vec![Problem::new("custom", error.to_string())])?;
        Ok(Valid { scanner, allow, tests })
    }

    fn detectors(self) -> Vec<Detector> {
        let Self { rules, disable, entropy, custom, .. } = self;
        let enabled = |rule: &&Rule| {
            (rules.is_empty() || rules.iter().any(|id| id == rule.id)) && !disable.iter().any(|id| id == rule.id)
        };
        let own =
            custom.into_iter().map(|raw| Detector::custom(raw.id, raw.summary, raw.keywords, raw.regex, raw.entropy));
        own.chain(rules::all().filter(enabled).map(|rule| Detector::of(rule, entropy))).collect()
    }

    fn check_custom(&self, problems: &mut Vec<Problem>) {
        for (index, custom) in self.custom.iter().enumerate() {
            let mut problem = |key: &str, message: String| {
                problems.push(Problem::new(&format!("custom[{index}].{key}"), message));
            };
            let is_kebab = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            if custom.id.is_empty() || !custom.id.bytes().all(is_kebab) {
                problem("id", format!("`{}` is no name of a rule; hint: write it as `acme-token`", custom.id));
            }
            let earlier = self.custom.iter().take(index).any(|other| other.id == custom.id);
            if earlier || rules::all().any(|rule| rule.id == custom.id) {
                problem("id", format!("there is a rule `{}` already", custom.id));
            }
            if custom.summary.trim().is_empty() {
                problem("summary", "is empty; hint: say what the rule finds".to_owned());
            }
            if custom.keywords.is_empty() || custom.keywords.iter().any(|keyword| keyword.len() < SHORTEST_KEYWORD) {
                problem("keywords", format!("one or more are needed, of {SHORTEST_KEYWORD} bytes or more each"));
            }
            if let Err(message) = compile(&custom.regex) {
                problem("regex", message);
            }
        }
        for (index, custom) in self.custom.iter().enumerate() {
            self.check_entropy(&format!("custom[{index}].entropy"), custom.entropy, problems);
        }
    }

    fn check_entropy(&self, key: &str, bits: f64, problems: &mut Vec<Problem>) {
        if !(0.0..=MOST_ENTROPY).contains(&bits) {
            problems.push(Problem::new(key, format!("`{bits}` is not between 0 and {MOST_ENTROPY} bits a character")));
        }
    }

    fn is_rule(&self, id: &str) -> Result<(), String> {
        let known = || rules::all().map(|rule| rule.id).chain(self.custom.iter().map(|custom| custom.id.as_str()));
        if known().any(|known| known == id) {
            return Ok(());
        }
        let nearest = known().min_by_key(|known| strsim::levenshtein(id, known));
        let nearest = nearest.filter(|known| strsim::levenshtein(id, known) * 2 < known.len().max(id.len()));
        let hint = nearest.map(|known| format!("; hint: did you mean `{known}`?")).unwrap_or_default();
        Err(format!("unknown rule `{id}`{hint}"))
    }
}

#[cfg(test)]
mod tests {
    use crate::Secrets;
    use sdlc_sdk::testing::GateTest;

    #[track_caller]
    fn problems(settings: &str) -> Vec<String> {
        let problems = GateTest::<Secrets>::new(settings).configure().map(drop).unwrap_err();
        problems.into_iter().map(|problem| format!("{}: {}", problem.key, problem.message)).collect()
    }

    #[test]
    fn an_unknown_rule_is_refused_with_the_nearest_known() {
        assert_eq!(
            problems(r#"{"rules": ["private-keys"], "disable": ["qqqqq"]}"#),
            [
                "rules[0]: unknown rule `private-keys`; hint: did you mean `private-key`?",
                "disable[0]: unknown rule `qqqqq`"
            ]
        );
    }

    #[test]
    fn an_entry_that_says_no_reason_or_allows_everything_is_refused() {
        assert_eq!(
            problems(r#"{"allow": [{"regex": "a"}, {"reason": "b", "rule": "jwt"}, {"reason": "b", "path": "a[b"}]}"#),
            [
                "allow[0].reason: is missing; hint: say why it is allowed",
                "allow[1]: allows everything; hint: give it `regex`, `sha256` or `path`",
                "allow[1].rule: unknown rule `jwt`",
                "allow[2].path: unclosed character class; missing ']'"
            ]
        );
    }

    #[test]
    fn a_rule_of_ones_own_is_checked() {
        let found = problems(
            r#"{"entropy": 7, "custom": [{"id": "private-key", "summary": "", "keywords": ["a"], "regex": "("}]}"#,
        );
        let keys: Vec<_> = found.iter().filter_map(|problem| problem.split(": ").next()).collect();
        assert_eq!(keys, ["entropy", "custom[0].id", "custom[0].summary", "custom[0].keywords", "custom[0].regex"]);
    }

    #[test]
    fn an_unknown_key_is_refused() {
        assert!(problems(r#"{"alow": []}"#)[0].starts_with("alow: unknown field"));
        assert!(problems(r#"{"tests": "skip"}"#)[0].starts_with("tests: unknown variant"));
    }
}

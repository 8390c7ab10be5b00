//! [`Settings`]: the gate's table of `sdlc.toml`.

use jiff::civil::Date;
use schemars::JsonSchema;
use sdlc_sdk::Problem;
use serde::Deserialize;

const DAY: u64 = 24 * 3600;

/// Settings of the gate.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Settings {
    /// Advisories that do not count, each with a reason and a last day.
    pub ignore: Vec<Ignore>,
    /// How old the database of advisories may be, such as `12h`, `7d` or `2w`; `0`: of any age. Default: `7d`.
    pub max_age: String,
    /// Whether a requirement without a pinned version is a warning rather than a note. Default: false.
    pub fail_unpinned: bool,
    /// Whether what the lock file marks as for development only is looked at. Default: true.
    pub dev: bool,
    /// Globs of lock files; the format is known by the name, and any other `.txt` is one of pip. Default: all that are known.
    pub files: Option<Vec<String>>,
}

/// An advisory that does not count.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Ignore {
    /// Id or alias, such as `GHSA-m2qf-hxjv-5gpq` or `CVE-2023-30861`.
    pub id: String,
    /// Only of this package. Default: of any.
    pub package: Option<String>,
    /// Why it does not count.
    pub reason: String,
    /// The last day on which it does not, such as `2027-01-31`.
    pub until: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self { ignore: Vec::new(), max_age: "7d".to_owned(), fail_unpinned: false, dev: true, files: None }
    }
}

impl Settings {
    /// How old the database may be, in seconds; none: of any age.
    pub(crate) fn max_age(&self) -> Result<Option<u64>, Problem> {
        let wrong = || {
            Problem::new(
                "max-age",
                format!("`{}` is no age; hint: such as `12h`, `7d`, `2w`, or `0` for any", self.max_age),
            )
        };
        let text = self.max_age.trim();
        if text == "0" {
            return Ok(None);
        }
        let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(wrong)?;
        let unit = match unit {
            "h" => 3600,
            "d" => DAY,
            "w" => 7 * DAY,
            _ => return Err(wrong()),
        };
        let age = number.trim().parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
        age.filter(|age| *age > 0).map(Some).ok_or_else(wrong)
    }

    /// Everything that is wrong beyond the types.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let mut problems: Vec<_> = self.max_age().err().into_iter().collect();
        for (index, ignore) in self.ignore.iter().enumerate() {
            let key = |key: &str| format!("ignore.{index}.{key}");
            if ignore.id.trim().is_empty() {
                problems.push(Problem::new(&key("id"), "must not be empty"));
            }
            if ignore.reason.trim().is_empty() {
                problems.push(Problem::new(&key("reason"), "must not be empty; hint: say why it does not count"));
            }
            if ignore.last_day().is_none() {
                let message = format!("`{}` is no day; hint: such as `2027-01-31`", ignore.until);
                problems.push(Problem::new(&key("until"), message));
            }
        }
        problems
    }
}

impl Ignore {
    pub(crate) fn last_day(&self) -> Option<Date> {
        self.until.parse().ok()
    }

    /// Whether it is over, in UTC. `now` is in seconds since the start of 1970.
    pub(crate) fn is_expired(&self, now: u64) -> bool {
        let now = i64::try_from(now).ok().and_then(|now| jiff::Timestamp::from_second(now).ok());
        let today = now.map(|now| now.to_zoned(jiff::tz::TimeZone::UTC).date());
        // A day that is not known is over.
        today.zip(self.last_day()).is_none_or(|(today, last)| today > last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn age(text: &str) -> Option<Option<u64>> {
        Settings { max_age: text.to_owned(), ..Settings::default() }.max_age().ok()
    }

    #[test]
    fn ages_have_a_number_and_a_unit() {
        assert_eq!(age("7d"), Some(Some(7 * DAY)));
        assert_eq!(age("2w"), Some(Some(14 * DAY)));
        assert_eq!(age("0"), Some(None));
        for text in ["", "d", "7", "-1d", "0d", "7 months", "99999999999999999999d", "é"] {
            assert_eq!(age(text), None, "{text}");
        }
    }

    #[test]
    fn an_ignored_advisory_needs_a_reason_and_a_day() {
        let ignore = Ignore { id: "X".into(), package: None, reason: " ".into(), until: "soon".into() };
        let settings = Settings { ignore: vec![ignore], ..Settings::default() };
        let keys: Vec<_> = settings.problems().into_iter().map(|problem| problem.key).collect();
        assert_eq!(keys, ["ignore.0.reason", "ignore.0.until"]);
    }

    #[test]
    fn it_counts_again_from_the_day_after() {
        let ignore = Ignore { id: "X".into(), package: None, reason: "r".into(), until: "1970-01-02".into() };
        assert!(!ignore.is_expired(2 * DAY - 1));
        assert!(ignore.is_expired(2 * DAY));
    }
}

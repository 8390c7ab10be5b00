//! [`Condition`]: `>= 8.0`, `== 0`, and whether a number meets it; [`Requirement`]: what is asked of a metric.

use std::{fmt, str::FromStr};

/// How a value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `>=`
    AtLeast,
    /// `>`
    Greater,
}

impl Comparison {
    const ALL: [(&'static str, Self); 6] = [
        ("<=", Self::AtMost),
        (">=", Self::AtLeast),
        ("==", Self::Equal),
        ("!=", Self::NotEqual),
        ("<", Self::Less),
        (">", Self::Greater),
    ];
}

/// A bound that a metric must keep.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Condition {
    /// How.
    pub comparison: Comparison,
    /// With what. Finite.
    pub bound: f64,
}

/// What is asked of a metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Requirement {
    /// A fixed bound.
    Bound(Condition),
    /// Not less than in the baseline.
    NoDecrease,
    /// Not more than in the baseline.
    NoIncrease,
}

impl Requirement {
    /// The bound that a value has to keep; none: it depends on what the metric was before, which is not known.
    pub fn condition(self, before: Option<f64>) -> Option<Condition> {
        let relative = |comparison| before.map(|bound| Condition { comparison, bound });
        match self {
            Self::Bound(condition) => Some(condition),
            Self::NoDecrease => relative(Comparison::AtLeast),
            Self::NoIncrease => relative(Comparison::AtMost),
        }
    }
}

impl FromStr for Requirement {
    type Err = ConditionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "no-decrease" => Ok(Self::NoDecrease),
            "no-increase" => Ok(Self::NoIncrease),
            bound => bound.parse().map(Self::Bound),
        }
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bound(condition) => condition.fmt(f),
            Self::NoDecrease => f.write_str("no-decrease"),
            Self::NoIncrease => f.write_str("no-increase"),
        }
    }
}

/// Why a text is no condition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a condition; hint: a comparison and a number, such as `>= 8.0` or `== 0`, or `no-decrease`")]
pub struct ConditionError {
    text: String,
}

impl Condition {
    /// Whether the value keeps the bound. A value that is not a number keeps none, `!=` included.
    pub fn holds(self, value: f64) -> bool {
        match self.comparison {
            Comparison::Less => value < self.bound,
            Comparison::AtMost => value <= self.bound,
            Comparison::Equal => value == self.bound,
            Comparison::NotEqual => !value.is_nan() && value != self.bound,
            Comparison::AtLeast => value >= self.bound,
            Comparison::Greater => value > self.bound,
        }
    }
}

impl FromStr for Condition {
    type Err = ConditionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ConditionError { text: text.to_owned() };
        let trimmed = text.trim();
        let (comparison, rest) = Comparison::ALL
            .iter()
            .find_map(|(sign, comparison)| Some((*comparison, trimmed.strip_prefix(sign)?)))
            .ok_or_else(error)?;
        let bound: f64 = rest.trim().trim_end_matches('%').trim_end().parse().map_err(|_| error())?;
        if bound.is_finite() { Ok(Self { comparison, bound }) } else { Err(error()) }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = Comparison::ALL.iter().find(|(_, comparison)| *comparison == self.comparison);
        write!(f, "{} {}", sign.map_or("", |(sign, _)| sign), self.bound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, value: f64, expected: bool) {
        assert_eq!(text.parse::<Condition>().unwrap().holds(value), expected, "{value} {text}");
    }

    #[test]
    fn bounds_are_kept_or_not() {
        check(">= 8.0", 8.0, true);
        check(">=8", 7.99, false);
        check("== 0", 0.0, true);
        check("!= 0", 0.0, false);
        check("< 200", 200.0, false);
        check("> 80 %", 80.5, true);
    }

    #[test]
    fn what_is_not_a_number_keeps_no_bound() {
        for text in ["< 1", "<= 1", "== 1", "!= 1", ">= 1", "> 1"] {
            check(text, f64::NAN, false);
        }
    }

    #[test]
    fn nonsense_is_refused_with_an_example() {
        for text in ["8", "=> 8", ">= eight", ">= NaN", ">= inf", ""] {
            let error = text.parse::<Condition>().unwrap_err().to_string();
            assert!(error.contains("such as `>= 8.0`"), "{error}");
        }
    }

    #[test]
    fn what_must_not_get_worse_is_held_against_what_it_was() {
        let holds = |text: &str, before, value| {
            text.parse::<Requirement>().unwrap().condition(before).is_some_and(|condition| condition.holds(value))
        };
        assert!(holds("no-decrease", Some(80.0), 80.0));
        assert!(!holds("no-decrease", Some(80.0), 79.9));
        assert!(!holds("no-decrease", None, 100.0));
        assert!(!holds("no-increase", Some(1.0), 2.0));
        assert!(holds(">= 8", None, 8.0));
    }

    #[test]
    fn a_condition_prints_as_it_is_written() {
        assert_eq!(">=8.50".parse::<Condition>().unwrap().to_string(), ">= 8.5");
    }
}

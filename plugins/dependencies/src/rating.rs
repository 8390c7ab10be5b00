//! [`Rating`]: how bad an advisory is, by its CVSS base score, or by the word of its publisher.

use std::str::FromStr;

use sdlc_sdk::{Severity, advisories};

/// How bad, worst last. The bounds are those of CVSS's qualitative scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rating {
    /// Nobody says.
    Unrated,
    /// Below 4.0.
    Low,
    /// 4.0 and above.
    Medium,
    /// 7.0 and above.
    High,
    /// 9.0 and above.
    Critical,
    /// The package itself is an attack.
    Malicious,
}

impl Rating {
    pub(crate) const ALL: [Self; 6] =
        [Self::Malicious, Self::Critical, Self::High, Self::Medium, Self::Low, Self::Unrated];

    /// Of an advisory; `affected` has the scores that hold for the package alone, which count first.
    pub(crate) fn of(advisory: &advisories::Advisory) -> Self {
        if advisory.id.starts_with("MAL-") {
            return Self::Malicious;
        }
        let own = advisory.affected.iter().flat_map(|affected| &affected.severities);
        let score = best(own).or_else(|| best(&advisory.severities));
        let rating = advisory.rating.as_deref().map(|rating| rating.to_ascii_uppercase());
        score.map(Self::of_score).or_else(|| Self::of_word(&rating?)).unwrap_or(Self::Unrated)
    }

    fn of_score(score: f64) -> Self {
        match score {
            _ if score >= 9.0 => Self::Critical,
            _ if score >= 7.0 => Self::High,
            _ if score >= 4.0 => Self::Medium,
            _ => Self::Low,
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        Some(match word {
            "CRITICAL" => Self::Critical,
            "HIGH" | "IMPORTANT" => Self::High,
            "MODERATE" | "MEDIUM" => Self::Medium,
            "LOW" => Self::Low,
            _ => return None,
        })
    }

    pub(crate) fn severity(self) -> Severity {
        match self {
            Self::Malicious | Self::Critical | Self::High => Severity::Error,
            Self::Medium | Self::Unrated => Severity::Warning,
            Self::Low => Severity::Note,
        }
    }
}

/// The score of the newest version of CVSS.
fn best<'a>(severities: impl IntoIterator<Item = &'a advisories::Severity>) -> Option<f64> {
    let scores = severities.into_iter().filter(|severity| severity.kind.starts_with("CVSS_V"));
    let mut scores: Vec<_> =
        scores.filter_map(|severity| Some((severity.kind.clone(), score(&severity.score)?))).collect();
    scores.sort_by(|(a, one), (b, other)| a.cmp(b).then(one.total_cmp(other)));
    scores.pop().map(|(_, score)| score)
}

/// Base score of a vector of CVSS 2.0, 3.0, 3.1 or 4.0.
fn score(vector: &str) -> Option<f64> {
    let vector = vector.trim().trim_matches(['(', ')']);
    cvss::Cvss::from_str(vector).ok().map(|cvss| cvss.score()).filter(|score| (0.0..=10.0).contains(score))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(vector: &str, expected: f64) {
        let found = score(vector).unwrap_or_else(|| panic!("{vector}"));
        assert!((found - expected).abs() < 1e-9, "{vector}: {found}");
    }

    #[test]
    fn scores_are_those_of_the_specifications_examples() {
        // CVSS v3.1 Examples: CVE-2013-1937, CVE-2013-0375, CVE-2014-3566, CVE-2014-0160, CVE-2014-6271, CVE-2015-8252.
        check("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1);
        check("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4);
        check("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1);
        check("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5);
        check("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8);
        check("CVSS:3.0/AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", 4.2);
        // CVSS v4.0 Examples: CVE-2022-41741.
        check("CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.3);
        // CVSS v2 Guide: CVE-2002-0392.
        check("AV:N/AC:L/Au:N/C:N/I:N/A:C", 7.8);
    }

    #[test]
    fn a_vector_that_is_none_has_no_score() {
        for vector in ["", "CVSS:3.1", "CVSS:3.1/AV:X", "CVSS:9.9/AV:N", "7.5"] {
            assert_eq!(score(vector), None, "{vector}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = (score(&text), score(&format!("CVSS:4.0/{text}")), score(&format!("CVSS:3.1/{text}")));
        }
    }
}

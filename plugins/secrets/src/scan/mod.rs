//! Looking for secrets in a text: keywords first, then what stands round them.
//!
//! [`Scanner`] is made once of all rules, and goes over each text once. Does not know files, nor what is allowed.

mod assignment;
mod detector;
mod keywords;

use std::ops::Range;

use detector::Sighting;
pub(crate) use detector::{Detector, compile};
use keywords::Keywords;
use sdlc_sdk::{Confidence, Error};

/// What the place of a text says of the values in it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place {
    /// Values stand without quotes, as in configuration. Elsewhere those are names and calls.
    pub(crate) bare: bool,
    /// A tool wrote it, with digests whose names look like those of secrets.
    pub(crate) generated: bool,
}

/// A secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Secret {
    /// Index of its detector.
    pub(crate) detector: usize,
    pub(crate) range: Range<usize>,
    pub(crate) confidence: Confidence,
    /// It is right in a way that no made-up text is by chance.
    pub(crate) proven: bool,
}

/// All that is looked for.
pub(crate) struct Scanner {
    keywords: Keywords,
    detectors: Vec<Detector>,
}

impl Scanner {
    /// Of detectors, the special ones before the general.
    pub(crate) fn new(detectors: Vec<Detector>) -> Result<Self, Error> {
        Ok(Self { keywords: Keywords::of(&detectors)?, detectors })
    }

    pub(crate) fn detector(&self, index: usize) -> Option<&Detector> {
        self.detectors.get(index)
    }

    /// The secrets of a text, in their order. None overlap: of those that would, the special ones stay.
    pub(crate) fn scan(&self, text: &[u8], place: Place) -> Result<Vec<Secret>, Error> {
        let mut secrets: Vec<Secret> = Vec::new();
        // Up to where each detector has looked and found.
        let mut done = vec![0; self.detectors.len()];
        let mut failure = None;
        self.keywords.find(text, |keyword, owners| {
            for (owner, exact) in owners {
                let Some((detector, done)) = self.detectors.get(*owner).zip(done.get_mut(*owner)) else { continue };
                if keyword.start < *done || *exact && !self.keywords.is_exact(text, &keyword) {
                    continue;
                }
                match detector.look(text, &keyword, place, done) {
                    Ok(Some(Sighting { range, proven, confidence })) => {
                        secrets.push(Secret { detector: *owner, range, proven, confidence });
                    }
                    Ok(None) => {}
                    Err(error) => failure = Some(error),
                }
            }
        });
        failure.map_or_else(|| Ok(without_overlaps(secrets)), Err)
    }
}

fn without_overlaps(mut secrets: Vec<Secret>) -> Vec<Secret> {
    secrets.sort_by_key(|secret| (secret.range.start, secret.detector));
    let mut kept: Vec<Secret> = Vec::with_capacity(secrets.len());
    for secret in secrets {
        match kept.last_mut() {
            Some(last) if last.range.end > secret.range.start => {
                if secret.detector < last.detector {
                    *last = secret;
                }
            }
            _ => kept.push(secret),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scanner() -> Scanner {
        let keywords = vec!["key!".to_owned()];
        let detector = Detector::custom("a".into(), "a".into(), keywords, "key!([a-z]{4})".into(), 0.0);
        Scanner::new(vec![detector]).ok().unwrap()
    }

    #[test]
    fn a_secret_behind_keywords_that_lead_nowhere_is_found() {
        for before in 0..200 {
            let text = "key!".repeat(before) + "key!abdf" + &"key!".repeat(before) + "key!kxwz";
            let secrets = scanner().scan(text.as_bytes(), Place::default()).ok().unwrap();
            let found: Vec<_> = secrets.iter().map(|secret| &text[secret.range.clone()]).collect();
            assert_eq!(found, ["abdf", "kxwz"], "{before}");
        }
    }

    #[test]
    fn of_two_secrets_in_one_place_the_special_one_stays() {
        let secret = |detector, range| Secret { detector, range, confidence: Confidence::High, proven: false };
        let kept = without_overlaps(vec![secret(2, 0..9), secret(1, 4..8), secret(3, 8..12), secret(0, 20..21)]);
        let detectors: Vec<_> = kept.iter().map(|secret| secret.detector).collect();
        assert_eq!(detectors, [1, 3, 0]);
    }
}

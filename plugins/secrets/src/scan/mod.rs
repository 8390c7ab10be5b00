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
                match detector.look(text, &keyword, place) {
                    Ok(Some(Sighting { range, end, proven, confidence })) => {
                        *done = end;
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

//! All keywords of all rules, found in one pass.
//!
//! [`Keywords`] tells whose a keyword is. Does not look at what stands round it.

use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use sdlc_sdk::Error;

use super::Detector;

/// An automaton over the bytes of a text.
pub(crate) struct Keywords {
    automaton: AhoCorasick,
    entries: Vec<Entry>,
}

struct Entry {
    /// As the rules spell it.
    spelled: Vec<u8>,
    /// The detectors it calls, and whether they want it as spelled.
    owners: Vec<(usize, bool)>,
}

impl Keywords {
    pub(crate) fn of(detectors: &[Detector]) -> Result<Self, Error> {
        let mut owners: BTreeMap<&[u8], Vec<(usize, bool)>> = BTreeMap::new();
        for (index, detector) in detectors.iter().enumerate() {
            for keyword in detector.keywords() {
                owners.entry(keyword.as_bytes()).or_default().push((index, detector.wants_case()));
            }
        }
        // One automaton finds them in any case: two would go over the text twice.
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .match_kind(MatchKind::Standard)
            .ascii_case_insensitive(true)
            .build(owners.keys())
            .map_err(|error| Error::Other(format!("the keywords make no automaton: {error}")))?;
        let entries = owners.into_iter().map(|(spelled, owners)| Entry { spelled: spelled.to_vec(), owners }).collect();
        Ok(Self { automaton, entries })
    }

    /// Calls for each keyword where it stands, with those whose it is.
    pub(crate) fn find(&self, text: &[u8], mut call: impl FnMut(Keyword, &[(usize, bool)])) {
        for found in self.automaton.find_overlapping_iter(text) {
            let index = found.pattern().as_usize();
            if let Some(entry) = self.entries.get(index) {
                call(Keyword { start: found.start(), end: found.end(), index }, &entry.owners);
            }
        }
    }

    /// Whether a keyword stands in the text as it is spelled.
    pub(crate) fn is_exact(&self, text: &[u8], keyword: &Keyword) -> bool {
        let spelled = self.entries.get(keyword.index).map(|entry| entry.spelled.as_slice());
        spelled.is_some() && text.get(keyword.range()) == spelled
    }
}

/// A keyword in a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keyword {
    pub(crate) start: usize,
    pub(crate) end: usize,
    index: usize,
}

impl Keyword {
    pub(crate) fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

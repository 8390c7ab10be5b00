//! [`Fingerprints`]: names of findings that stay when lines above are added or removed.

use std::collections::HashMap;

use sdlc_model::finding::Finding;

/// Names the findings of one gate, in their order.
#[derive(Default)]
pub(crate) struct Fingerprints<'a> {
    occurrences: HashMap<(&'a str, u64), u32>,
}

impl<'a> Fingerprints<'a> {
    /// The finding's own mark, and which of its kind in the file it is.
    pub(crate) fn name(&mut self, finding: &'a Finding) -> String {
        let path = finding.location.as_ref().map_or("", |location| location.path.as_str());
        let occurrence = self.occurrences.entry((path, finding.fingerprint)).or_default();
        *occurrence += 1;
        format!("{:016x}:{occurrence}", finding.fingerprint)
    }
}

//! What makes the contract's records pleasant to build: constructors and builders.

use std::ops::Range;

use crate::{
    Confidence, Edit, Error, FileKind, Finding, Fix, Info, Location, Metric, Problem, Region, Related, Report,
    RolloutDecision, Rule, Safety, ScalingDecision, Selection, Severity, SourceFile, Span, Step,
};

impl Info {
    /// Name in kebab-case, semantic version, one line of summary.
    pub fn new(name: &str, version: &str, summary: &str) -> Self {
        Self {
            name: name.to_owned(),
            version: version.to_owned(),
            summary: summary.to_owned(),
            homepage: None,
            settings_schema: None,
        }
    }
}

impl Rule {
    /// A rule whose id is its name, without an explanation.
    pub fn new(id: &str, severity: Severity, summary: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: id.to_owned(),
            summary: summary.to_owned(),
            explanation: String::new(),
            help: None,
            severity,
            tags: Vec::new(),
            security_severity: None,
        }
    }

    /// With a Markdown text for `sdlc explain`.
    #[must_use]
    pub fn explained(mut self, explanation: &str) -> Self {
        self.explanation = explanation.to_owned();
        self
    }
}

impl Problem {
    /// What is wrong with the key at this dotted path.
    pub fn new(key: &str, message: impl Into<String>) -> Self {
        Self { key: key.to_owned(), message: message.into() }
    }
}

impl Selection {
    /// Files that match any of the globs, without context.
    pub fn of<'a>(globs: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            check: globs.into_iter().map(str::to_owned).collect(),
            symlinks: false,
            context: Vec::new(),
            paths: false,
        }
    }

    /// With context files for `begin`.
    #[must_use]
    pub fn with_context<'a>(mut self, globs: impl IntoIterator<Item = &'a str>) -> Self {
        self.context = globs.into_iter().map(str::to_owned).collect();
        self
    }

    /// With the list of all paths for `begin`.
    #[must_use]
    pub fn with_paths(mut self) -> Self {
        self.paths = true;
        self
    }

    /// With symbolic links among the files to check.
    #[must_use]
    pub fn with_symlinks(mut self) -> Self {
        self.symlinks = true;
        self
    }
}

impl SourceFile {
    /// The whole content.
    ///
    /// # Errors
    /// Where the file is larger than the host hands over.
    pub fn bytes(&self) -> Result<&[u8], Error> {
        self.content.as_deref().ok_or_else(|| {
            Error::Exceeded(format!(
                "file of {} bytes is larger than `limits.file-size`; hint: raise it, or exclude the file",
                self.size
            ))
        })
    }

    /// The whole content as text.
    ///
    /// # Errors
    /// Where the file is not UTF-8, or larger than the host hands over.
    pub fn text(&self) -> Result<&str, Error> {
        std::str::from_utf8(self.bytes()?)
            .map_err(|error| Error::InvalidInput(format!("not UTF-8 at byte {}", error.valid_up_to())))
    }

    /// The last part of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Whether this is a symbolic link, broken or not.
    pub fn is_symlink(&self) -> bool {
        matches!(self.kind, FileKind::Symlink | FileKind::BrokenSymlink)
    }
}

impl From<Range<usize>> for Span {
    /// Offsets that do not fit (files of 4 GiB and more, which the host never hands over) saturate.
    fn from(range: Range<usize>) -> Self {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { start: offset(range.start), end: offset(range.end) }
    }
}

impl Location {
    /// A file as a whole.
    pub fn file(path: &str) -> Self {
        Self { path: path.to_owned(), region: None }
    }

    /// Bytes of a file.
    pub fn bytes(path: &str, range: Range<usize>) -> Self {
        Self { path: path.to_owned(), region: Some(Region::Bytes(range.into())) }
    }
}

impl Finding {
    /// A finding of high confidence on the workspace as a whole.
    pub fn new(rule: &str, severity: Severity, message: impl Into<String>) -> Self {
        Self {
            rule: rule.to_owned(),
            severity,
            confidence: Confidence::High,
            message: message.into(),
            location: None,
            related: Vec::new(),
            fixes: Vec::new(),
            sensitive: false,
        }
    }

    /// At these bytes of a file.
    #[must_use]
    pub fn at(mut self, path: &str, range: Range<usize>) -> Self {
        self.location = Some(Location::bytes(path, range));
        self
    }

    /// The bytes of the file that it is about, if it is about some.
    #[must_use]
    pub fn bytes(&self) -> Option<Range<usize>> {
        match self.location.as_ref()?.region.as_ref()? {
            Region::Bytes(span) => Some(span.start as usize..span.end as usize),
            Region::Points(_) => None,
        }
    }

    /// About a file as a whole.
    #[must_use]
    pub fn in_file(mut self, path: &str) -> Self {
        self.location = Some(Location::file(path));
        self
    }

    /// Less sure than usual.
    #[must_use]
    pub fn with_confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    /// With one more fix.
    #[must_use]
    pub fn with_fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }

    /// With one more place that helps to understand it.
    #[must_use]
    pub fn with_related(mut self, location: Location, message: impl Into<String>) -> Self {
        self.related.push(Related { location, message: message.into() });
        self
    }

    /// Its text is a secret, neither shown nor kept by the host.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }
}

impl Fix {
    /// A fix that keeps the meaning.
    pub fn safe(title: impl Into<String>, edits: impl IntoIterator<Item = Edit>) -> Self {
        Self { title: title.into(), safety: Safety::Safe, edits: edits.into_iter().collect() }
    }
}

impl Edit {
    /// Puts `replacement` where `range` was.
    pub fn replace(path: &str, range: Range<usize>, replacement: impl Into<String>) -> Self {
        Self { path: path.to_owned(), span: range.into(), replacement: replacement.into() }
    }

    /// Removes `range`.
    pub fn delete(path: &str, range: Range<usize>) -> Self {
        Self::replace(path, range, "")
    }
}

impl Metric {
    /// A count.
    pub fn count(name: &str, value: f64) -> Self {
        Self { name: name.to_owned(), value, unit: None }
    }
}

impl Report {
    /// Nothing found, nothing measured.
    pub fn empty() -> Self {
        Self { findings: Vec::new(), metrics: Vec::new() }
    }
}

impl FromIterator<Finding> for Report {
    fn from_iter<I: IntoIterator<Item = Finding>>(findings: I) -> Self {
        Self { findings: findings.into_iter().collect(), metrics: Vec::new() }
    }
}

impl ScalingDecision {
    /// A number of replicas, and why; without a forecast, and with nothing to remember.
    pub fn new(replicas: u32, reason: impl Into<String>) -> Self {
        Self { replicas, reason: reason.into(), forecast: Vec::new(), state: Vec::new() }
    }

    /// With a state that comes back at the next call.
    #[must_use]
    pub fn keep(mut self, state: Vec<u8>) -> Self {
        self.state = state;
        self
    }
}

impl RolloutDecision {
    /// A step, and why; with nothing to remember.
    pub fn new(step: Step, reason: impl Into<String>) -> Self {
        Self { step, reason: reason.into(), state: Vec::new() }
    }

    /// With a state that comes back at the next call.
    #[must_use]
    pub fn keep(mut self, state: Vec<u8>) -> Self {
        self.state = state;
        self
    }
}

//! From the contract's records to the model, with everything checked that a plugin could get wrong: ranges
//! outside of the file, findings on files it was not given, numbers that are none, more than is allowed.

use std::{cell::OnceCell, collections::HashMap};

use sdlc_model::{
    finding::{Confidence, Finding, Location, Position, Region, Related, Severity, Span},
    fix::{Edit, Fix, Safety},
    report::{Metric, Report},
    rule::Rule,
};

use crate::{
    bindings::{plugin::exports::sdlc::plugin::plugin as wit_plugin, types as wit},
    call::CallError,
    fingerprint,
    limits::Limits,
    locate::{self, Lines},
};

/// What a plugin says when it could not do its work.
pub(crate) fn error(error: wit::Error) -> CallError {
    CallError::Plugin(match error {
        wit::Error::InvalidInput(text) => format!("cannot process the input: {text}"),
        wit::Error::Missing(text) => format!("something is missing: {text}"),
        wit::Error::Denied(text) => format!("was denied: {text}"),
        wit::Error::Exceeded(text) | wit::Error::Other(text) => text,
    })
}

/// What a plugin says of a rule.
pub(crate) fn rule(rule: wit_plugin::Rule) -> Rule {
    Rule {
        id: rule.id,
        name: rule.name,
        summary: rule.summary,
        explanation: rule.explanation,
        help: rule.help,
        severity: severity(rule.severity),
        tags: rule.tags,
        security_severity: rule.security_severity.filter(|severity| (0.0..=10.0).contains(severity)),
    }
}

/// Most bytes that a policy or strategy may ask to have back.
const LARGEST_STATE: usize = 64 << 10;

/// What a plugin wants to have back at the next call.
pub(crate) fn state(state: Vec<u8>) -> Result<Vec<u8>, CallError> {
    if state.len() <= LARGEST_STATE {
        Ok(state)
    } else {
        Err(CallError::Invalid(format!("a state of {} bytes, more than {LARGEST_STATE}", state.len())))
    }
}

/// A path that leads to a file of the workspace, or nowhere.
pub(crate) fn path(path: String) -> Result<String, String> {
    let plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\0', '\\']);
    if path.split('/').all(plain) { Ok(path) } else { Err(format!("`{path}` is no path of the workspace")) }
}

/// The report on one file.
pub(crate) fn report(
    report: wit::Report,
    path: &str,
    content: Option<&[u8]>,
    limits: &Limits,
) -> Result<Report, CallError> {
    let file = File { path, text: content.unwrap_or_default(), lines: OnceCell::new() };
    let mut report = converted(report, limits, |finding| file.finding(finding))?;
    report.lines = content.map_or(0, locate::count);
    Ok(report)
}

/// The report on a workspace, whose files are read as findings speak of them.
pub(crate) fn workspace_report(
    report: wit::Report,
    read: &mut dyn FnMut(&str) -> Option<Vec<u8>>,
    limits: &Limits,
) -> Result<Report, CallError> {
    let mut texts = HashMap::new();
    for finding in &report.findings {
        let edits = finding.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| &edit.path);
        for path in finding.location.iter().map(|location| &location.path).chain(edits) {
            if !texts.contains_key(path) {
                self::path(path.clone()).map_err(CallError::Invalid)?;
                let text = read(path).ok_or_else(|| {
                    CallError::Invalid(format!("it speaks of `{path}`, which it may not read or which is not there"))
                })?;
                texts.insert(path.clone(), text);
            }
        }
    }
    let files: HashMap<_, _> =
        texts.iter().map(|(path, text)| (path.as_str(), File { path, text, lines: OnceCell::new() })).collect();
    let nowhere = File { path: "", text: &[], lines: OnceCell::new() };
    converted(report, limits, |finding| match finding.location.as_ref().map(|location| location.path.clone()) {
        Some(path) => files.get(path.as_str()).unwrap_or(&nowhere).finding(finding),
        None => nowhere.finding(finding).map(|finding| Finding { location: None, ..finding }),
    })
}

fn converted(
    report: wit::Report,
    limits: &Limits,
    finding: impl FnMut(wit::Finding) -> Result<Finding, String>,
) -> Result<Report, CallError> {
    if report.findings.len() > limits.findings {
        let what = format!("gave {} findings at once, at most {} are allowed", report.findings.len(), limits.findings);
        return Err(CallError::Limit { what, setting: "findings" });
    }
    Ok(Report {
        findings: report.findings.into_iter().map(finding).collect::<Result<_, _>>().map_err(CallError::Invalid)?,
        metrics: report.metrics.into_iter().map(metric).collect::<Result<_, _>>().map_err(CallError::Invalid)?,
        lines: 0,
        allows: Vec::new(),
    })
}

fn metric(metric: wit::Metric) -> Result<Metric, String> {
    if metric.value.is_finite() {
        Ok(Metric { name: metric.name, value: metric.value, unit: metric.unit })
    } else {
        Err(format!("metric `{}` is {}", metric.name, metric.value))
    }
}

fn severity(severity: wit::Severity) -> Severity {
    match severity {
        wit::Severity::Note => Severity::Note,
        wit::Severity::Warning => Severity::Warning,
        wit::Severity::Error => Severity::Error,
    }
}

/// The file that a report speaks of.
struct File<'a> {
    path: &'a str,
    text: &'a [u8],
    lines: OnceCell<Lines<'a>>,
}

impl File<'_> {
    fn lines(&self) -> &Lines<'_> {
        self.lines.get_or_init(|| Lines::new(self.text))
    }

    fn finding(&self, finding: wit::Finding) -> Result<Finding, String> {
        if finding.rule.is_empty() {
            return Err("a finding without a rule".to_owned());
        }
        let location = match finding.location {
            Some(location) => Some(self.location(location, finding.sensitive)?),
            None => Some(Location { path: self.path.to_owned(), region: None }),
        };
        let related = finding.related.into_iter().map(|related| self.related(related, finding.sensitive));
        let fixes = finding.fixes.into_iter().map(|fix| self.fix(fix));
        let region = location.as_ref().and_then(|location| location.region.as_ref());
        let fingerprint = fingerprint::of(&finding.rule, &finding.message, region, self.lines(), finding.sensitive);
        Ok(Finding {
            rule: finding.rule,
            severity: severity(finding.severity),
            confidence: match finding.confidence {
                wit::Confidence::Low => Confidence::Low,
                wit::Confidence::Medium => Confidence::Medium,
                wit::Confidence::High => Confidence::High,
            },
            message: finding.message,
            location,
            related: related.collect::<Result<_, _>>()?,
            fixes: fixes.collect::<Result<_, _>>()?,
            sensitive: finding.sensitive,
            fingerprint,
        })
    }

    fn require_own(&self, path: &str) -> Result<(), String> {
        if path == self.path { Ok(()) } else { Err(format!("it speaks of `{path}`, which it was not given")) }
    }

    fn location(&self, location: wit::Location, sensitive: bool) -> Result<Location, String> {
        self.require_own(&location.path)?;
        let region = location.region.map(|region| self.region(region, sensitive)).transpose()?;
        Ok(Location { path: location.path, region })
    }

    fn region(&self, region: wit::Region, sensitive: bool) -> Result<Region, String> {
        let (start, end, bytes) = match region {
            wit::Region::Bytes(span) => {
                let span = self.span(span)?;
                let position = |offset| self.lines().position(offset as usize);
                (position(span.start), position(span.end), Some(span))
            }
            wit::Region::Points((start, end)) => (point(start)?, point(end)?, None),
        };
        if end < start {
            return Err(format!("a region that ends at {}:{}, before its start", end.line, end.column));
        }
        let excerpt = if sensitive { None } else { self.lines().excerpt(start.line) };
        Ok(Region { start, end, bytes, excerpt })
    }

    fn span(&self, span: wit::Span) -> Result<Span, String> {
        if span.start <= span.end && span.end as usize <= self.text.len() {
            Ok(Span { start: span.start, end: span.end })
        } else {
            Err(format!("bytes {} to {} of a file of {} bytes", span.start, span.end, self.text.len()))
        }
    }

    /// Other places may be in other files, whose text is not at hand: only points and whole files then.
    fn related(&self, related: wit::Related, sensitive: bool) -> Result<Related, String> {
        let location = if related.location.path == self.path {
            self.location(related.location, sensitive)?
        } else {
            Location { path: related.location.path, region: None }
        };
        Ok(Related { location, message: related.message })
    }

    fn fix(&self, fix: wit::Fix) -> Result<Fix, String> {
        let mut behind = 0;
        let mut edits = Vec::with_capacity(fix.edits.len());
        for edit in fix.edits {
            self.require_own(&edit.path)?;
            let span = self.span(edit.span)?;
            if span.start < behind {
                return Err(format!("the edits of `{}` overlap or are not in order", fix.title));
            }
            behind = span.end;
            edits.push(Edit { path: edit.path, span, replacement: edit.replacement });
        }
        let safety = match fix.safety {
            wit::Safety::Safe => Safety::Safe,
            wit::Safety::Unsafe => Safety::Unsafe,
            wit::Safety::DisplayOnly => Safety::DisplayOnly,
        };
        Ok(Fix { title: fix.title, safety, edits })
    }
}

fn point(position: wit::Position) -> Result<Position, String> {
    if position.line == 0 || position.column == 0 {
        return Err("a position that does not count from 1".to_owned());
    }
    Ok(Position { line: position.line, column: position.column })
}

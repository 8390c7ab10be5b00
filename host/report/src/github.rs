//! GitHub's annotations: workflow commands, of which a step may show ten a level.
//!
//! [`write`] writes them; the summary of the step is [`crate::markdown`]. Text of plugins cannot start a command of its
//! own: it is data of ours, escaped as the runner's own toolkit does.

use std::io::{self, Write};

use sdlc_model::{
    finding::{Finding, Severity},
    outcome::{GateOutcome, RunOutcome},
};

use crate::text;

/// What GitHub shows a step and level.
const MOST: usize = 10;

/// Writes the worst findings and all failures as annotations, within what GitHub shows.
///
/// # Errors
/// What `out` says.
pub fn write(out: &mut dyn Write, run: &RunOutcome) -> io::Result<()> {
    let mut errors: Vec<String> = run.gates.iter().flat_map(broken).collect();
    for (severity, command) in [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "notice")]
    {
        let found = run.gates.iter().flat_map(|gate| gate.findings.iter().map(move |finding| (gate, finding)));
        let found = found.filter(|(_, finding)| finding.severity == severity);
        let all = errors.drain(..).chain(found.map(|(gate, finding)| annotation(command, gate, finding)));
        let all: Vec<_> = all.collect();
        let more = all.len().saturating_sub(MOST);
        let shown = if more > 0 { MOST - 1 } else { MOST };
        for line in all.iter().take(shown) {
            writeln!(out, "{line}")?;
        }
        if more > 0 {
            let rest = all.len() - shown;
            writeln!(out, "::{command} title=sdlc::and {rest} more; the summary of this job has them all")?;
        }
    }
    Ok(())
}

/// What could not be judged, and conditions that do not hold.
fn broken(gate: &GateOutcome) -> Vec<String> {
    let failures = gate.failures.iter().map(|failure| {
        let file = failure.path.as_ref().map_or_else(String::new, |path| format!("file={},", property(path)));
        let title = property(&format!("{}: failed", gate.name));
        format!("::error {file}title={title}::{}", data(&text::lines(&failure.message)))
    });
    let conditions = gate.judgements.iter().filter(|judgement| !judgement.holds()).map(|judgement| {
        let value = judgement.value.map_or_else(|| "missing".to_owned(), |value| value.to_string());
        let message = format!("`{}` is {value}, required is {}", judgement.metric, judgement.required());
        format!("::error title={}::{}", property(&format!("{}: condition", gate.name)), data(&message))
    });
    failures.chain(conditions).collect()
}

fn annotation(command: &str, gate: &GateOutcome, finding: &Finding) -> String {
    let mut properties = Vec::new();
    if let Some(location) = &finding.location {
        properties.push(format!("file={}", property(&location.path)));
        if let Some(region) = &location.region {
            properties.push(format!("line={},endLine={}", region.start.line, region.end.line.max(region.start.line)));
            if region.start.line == region.end.line {
                properties.push(format!("col={},endColumn={}", region.start.column, region.end.column));
            }
        }
    }
    properties.push(format!("title={}", property(&format!("{}: {}", gate.name, finding.rule))));
    format!("::{command} {}::{}", properties.join(","), data(&text::line(&finding.message)))
}

/// As `escapeData` of <https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts>.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As `escapeProperty` there, of text that is one line.
fn property(value: &str) -> String {
    data(&text::line(value)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_end_a_command_or_start_one() {
        assert_eq!(data("50%\n::error::x"), "50%25%0A::error::x");
        assert_eq!(property("a,b:c\n"), "a%2Cb%3Ac\\u{a}");
    }
}

//! For people: findings by file with the line and a mark below, then what each gate came to.

use std::{
    fmt::Display,
    io::{self, Write},
};

use anstyle::{AnsiColor, Style};
use sdlc_model::{
    finding::{Finding, Region, Severity},
    fix::Safety,
    outcome::{GateOutcome, RunOutcome, Verdict},
    repair::Tried,
};

use crate::{
    excerpt,
    text::{self, number},
};

/// Paths that are listed of those that were not checked.
const MOST_UNCHECKED: usize = 10;
/// Failures that are listed a gate.
const MOST_FAILURES: usize = 20;

/// How much to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// What fails the run, and the verdict.
    Quiet,
    /// All findings, and a line a gate.
    Normal,
    /// With the plugins, all metrics, and fixes.
    Verbose,
}

/// Writes a run. `color`: with terminal colours.
///
/// # Errors
/// What `out` says.
pub fn write(out: &mut dyn Write, run: &RunOutcome, detail: Detail, color: bool) -> io::Result<()> {
    let mut page = Page { out, detail, color };
    let mut findings: Vec<_> = run
        .gates
        .iter()
        .flat_map(|gate| gate.findings.iter().map(move |finding| (gate, finding)))
        .filter(|(gate, finding)| detail > Detail::Quiet || gate.fail_on.fails(finding.severity))
        .collect();
    findings.sort_by(|(_, a), (_, b)| a.order().cmp(&b.order()));
    let mut path = None;
    for (gate, finding) in findings {
        let own = finding.location.as_ref().map(|location| location.path.as_str());
        if path != Some(own) {
            path = Some(own);
            page.path(own.unwrap_or("the workspace"))?;
        }
        page.finding(gate, finding)?;
    }
    for gate in &run.gates {
        page.failures(gate)?;
    }
    page.notices(run)?;
    page.summary(run)
}

struct Page<'a> {
    out: &'a mut dyn Write,
    detail: Detail,
    color: bool,
}

impl Page<'_> {
    fn paint(&self, style: Style, text: impl Display) -> String {
        if self.color { format!("{style}{text}{style:#}") } else { text.to_string() }
    }

    fn bold(&self, text: impl Display) -> String {
        self.paint(Style::new().bold(), text)
    }

    fn severity(&self, severity: Severity) -> String {
        let color = match severity {
            Severity::Error => AnsiColor::Red,
            Severity::Warning => AnsiColor::Yellow,
            Severity::Note => AnsiColor::Cyan,
        };
        self.paint(color.on_default().bold(), severity.as_str())
    }

    fn path(&mut self, path: &str) -> io::Result<()> {
        let path = self.bold(text::line(path));
        writeln!(self.out, "{path}")
    }

    fn finding(&mut self, gate: &GateOutcome, finding: &Finding) -> io::Result<()> {
        let region = finding.location.as_ref().and_then(|location| location.region.as_ref());
        let place = region.map_or_else(String::new, |region| format!("{}:{} ", region.start.line, region.start.column));
        let severity = self.severity(finding.severity);
        let rule = self.bold(text::line(&finding.rule));
        let gate = self.paint(Style::new().dimmed(), format!("({})", gate.name));
        writeln!(self.out, "  {place}{severity} {rule} {} {gate}", text::line(&finding.message))?;
        if let Some(region) = region {
            self.excerpt(region)?;
        }
        for related in &finding.related {
            let at = &related.location;
            let start = at.start();
            writeln!(
                self.out,
                "    see {}:{}:{} {}",
                text::line(&at.path),
                start.line,
                start.column,
                text::line(&related.message)
            )?;
        }
        if self.detail == Detail::Verbose {
            for fix in &finding.fixes {
                let safety = match fix.safety {
                    Safety::Safe => "fix",
                    Safety::Unsafe => "unsafe fix",
                    Safety::DisplayOnly => "suggestion",
                };
                writeln!(self.out, "    {safety}: {}", text::line(&fix.title))?;
            }
        }
        Ok(())
    }

    fn excerpt(&mut self, region: &Region) -> io::Result<()> {
        let Some(excerpt) = &region.excerpt else { return Ok(()) };
        let start = region.start.column.saturating_sub(1) as usize;
        let end = if region.end.line == region.start.line {
            region.end.column.saturating_sub(1) as usize
        } else {
            usize::MAX
        };
        let Some(marked) = excerpt::marked(excerpt, start..end) else { return Ok(()) };
        let number = region.start.line.to_string();
        let margin = " ".repeat(number.len());
        let dim = Style::new().dimmed();
        let (bar, gutter) = (self.paint(dim, "|"), self.paint(dim, &number));
        writeln!(self.out, "    {gutter} {bar} {}", marked.line)?;
        let indent = " ".repeat(marked.indent);
        let mark = self.paint(AnsiColor::Red.on_default(), "^".repeat(marked.width));
        writeln!(self.out, "    {margin} {bar} {indent}{mark}")
    }

    fn failures(&mut self, gate: &GateOutcome) -> io::Result<()> {
        let style = AnsiColor::Red.on_default().bold();
        for failure in gate.failures.iter().take(MOST_FAILURES) {
            let head = self.paint(style, "failed");
            let plugin = gate.plugin.as_ref().map_or_else(String::new, |plugin| {
                format!(" (plugin `{}` {})", text::line(&plugin.name), text::line(&plugin.version))
            });
            let path = failure.path.as_ref().map_or_else(String::new, |path| format!(" on `{}`", text::line(path)));
            let mut lines = failure.message.lines();
            let first = text::line(lines.next().unwrap_or_default());
            writeln!(self.out, "{head} gate `{}`{plugin}{path}: {first}", gate.name)?;
            let rest = lines.collect::<Vec<_>>().join("\n");
            write!(self.out, "{}", text::block(&rest, "    "))?;
        }
        let more = gate.failures.len().saturating_sub(MOST_FAILURES);
        if more > 0 {
            writeln!(self.out, "    and {more} failures more of gate `{}`", gate.name)?;
        }
        Ok(())
    }

    fn notices(&mut self, run: &RunOutcome) -> io::Result<()> {
        if self.detail == Detail::Quiet {
            return Ok(());
        }
        let head = self.paint(AnsiColor::Yellow.on_default().bold(), "warning");
        for notice in &run.notices {
            let line = notice.line.map_or_else(String::new, |line| format!(":{line}"));
            writeln!(self.out, "{head} {}{line}: {}", text::line(&notice.path), text::line(&notice.message))?;
        }
        Ok(())
    }

    fn summary(&mut self, run: &RunOutcome) -> io::Result<()> {
        if self.detail > Detail::Quiet {
            let width = run.gates.iter().map(|gate| gate.name.len()).max().unwrap_or(0);
            for gate in &run.gates {
                self.gate(gate, width)?;
            }
        }
        for judgement in &run.judgements {
            if !judgement.holds() {
                let value = judgement.value.map_or_else(|| "missing".to_owned(), number);
                writeln!(self.out, "overall: `{}` is {value}, required is {}", judgement.metric, judgement.required())?;
            }
        }
        self.unchecked(run)?;
        self.repairs(run)?;
        let verdict = self.verdict(run.verdict());
        let score = run.overall_score.map_or_else(String::new, |score| format!(", score {}", number(score)));
        let files = count(run.files, "file", "files");
        writeln!(self.out, "{verdict}: {files}{score}, {:.2} s", run.duration.as_secs_f64())
    }

    fn gate(&mut self, gate: &GateOutcome, width: usize) -> io::Result<()> {
        let verdict = self.verdict(gate.verdict());
        let name = format!("{:width$}", gate.name);
        let counts = gate.counts;
        let failures = gate.failures.len();
        let failed = || count(failures as u64, "failure", "failures");
        let found = match counts.errors + counts.warnings + counts.notes {
            0 if failures > 0 => failed(),
            0 => "nothing found".to_owned(),
            _ => [
                (counts.errors, "error", "errors"),
                (counts.warnings, "warning", "warnings"),
                (counts.notes, "note", "notes"),
            ]
            .iter()
            .filter(|(n, _, _)| *n > 0)
            .map(|(n, one, many)| count(*n, one, many))
            .collect::<Vec<_>>()
            .join(", "),
        };
        let score = gate.metric("score").map_or_else(String::new, |score| format!(", score {}", number(score)));
        let cached = if gate.cached > 0 { format!(", {} cached", gate.cached) } else { String::new() };
        let aside = aside(gate);
        let place = match gate.files {
            0 if gate.plugin.is_none() => String::new(),
            0 if gate.judges_workspace => " in the workspace".to_owned(),
            files => format!(" in {}", count(files, "file", "files")),
        };
        writeln!(self.out, "{name} {verdict}: {found}{place}{cached}{aside}{score}")?;
        for judgement in gate.judgements.iter().filter(|judgement| self.detail == Detail::Verbose || !judgement.holds())
        {
            let value = judgement.value.map_or_else(|| "missing".to_owned(), number);
            writeln!(
                self.out,
                "{:width$}   `{}` is {value}, required is {}",
                "",
                judgement.metric,
                judgement.required()
            )?;
        }
        if self.detail == Detail::Verbose {
            if let Some(confinement) = gate.confinement {
                writeln!(self.out, "{:width$}   its programs were confined: {confinement}", "")?;
            }
            if let Some(plugin) = &gate.plugin {
                let digest = plugin.digest.get(..12).unwrap_or(&plugin.digest);
                let (name, version) = (text::line(&plugin.name), text::line(&plugin.version));
                writeln!(self.out, "{:width$}   plugin {name} {version}, sha256 {digest}", "")?;
            }
            for metric in &gate.metrics {
                let unit = metric.unit.as_deref().map_or_else(String::new, |unit| format!(" {}", text::line(unit)));
                writeln!(self.out, "{:width$}   {} = {}{unit}", "", text::line(&metric.name), number(metric.value))?;
            }
        }
        Ok(())
    }

    /// What was fixed and what was not, or what could be.
    fn repairs(&mut self, run: &RunOutcome) -> io::Result<()> {
        let Some(repairs) = &run.repairs else { return self.fixable(run) };
        let head = self.paint(AnsiColor::Yellow.on_default().bold(), "not fixed");
        for refused in &repairs.refused {
            let title = refused.title.as_ref().map_or_else(String::new, |title| format!(" {}:", text::line(title)));
            writeln!(self.out, "{head} {}:{title} {}", text::line(&refused.path), text::line(&refused.reason))?;
        }
        for treatment in &repairs.treatments {
            self.treatment(treatment)?;
        }
        for (healer, message) in &repairs.failures {
            let head = self.paint(AnsiColor::Red.on_default().bold(), "failed");
            writeln!(self.out, "{head} healer `{}`: {}", text::line(healer), text::line(message))?;
        }
        let count = repairs.count();
        if count > 0 {
            let word = if repairs.written { "fixed" } else { "would fix" };
            let head = self.paint(AnsiColor::Green.on_default().bold(), word);
            let names = repairs.by_name().into_iter().map(|(name, count)| format!("{count} {}", text::line(name)));
            writeln!(self.out, "{head} {count}: {}", names.collect::<Vec<_>>().join(", "))?;
        }
        Ok(())
    }

    fn treatment(&mut self, treatment: &Tried) -> io::Result<()> {
        let (color, word) = match treatment.refused {
            None => (AnsiColor::Green, "accepted"),
            Some(_) => (AnsiColor::Yellow, "refused"),
        };
        let head = self.paint(color.on_default().bold(), word);
        let healer = self.paint(Style::new().dimmed(), format!("({})", text::line(&treatment.healer)));
        let paths = treatment.paths.iter().map(|path| text::line(path)).collect::<Vec<_>>().join(", ");
        let reason = treatment.refused.as_ref().map_or_else(String::new, |reason| format!(": {}", text::line(reason)));
        writeln!(self.out, "{head} {} in {paths} {healer}{reason}", text::line(&treatment.summary))
    }

    fn fixable(&mut self, run: &RunOutcome) -> io::Result<()> {
        let fixable = |wanted: &[Safety]| {
            let findings = run.gates.iter().flat_map(|gate| &gate.findings);
            findings.filter(|finding| finding.fixes.iter().any(|fix| wanted.contains(&fix.safety))).count() as u64
        };
        let (safe, all) = (fixable(&[Safety::Safe]), fixable(&[Safety::Safe, Safety::Unsafe]));
        if self.detail == Detail::Quiet || all == 0 {
            return Ok(());
        }
        let risky = all - safe;
        match (safe, risky) {
            (safe, 0) => writeln!(self.out, "{safe} can be fixed with `--fix`"),
            (0, risky) => writeln!(self.out, "{risky} can be fixed with `--fix --unsafe-fixes`"),
            (safe, risky) => {
                writeln!(self.out, "{safe} can be fixed with `--fix`, {risky} more with `--fix --unsafe-fixes`")
            }
        }
    }

    fn unchecked(&mut self, run: &RunOutcome) -> io::Result<()> {
        for gate in run.gates.iter().filter(|gate| !gate.unchecked.is_empty()) {
            writeln!(
                self.out,
                "not checked by `{}`: {}",
                gate.name,
                count(gate.unchecked.len() as u64, "file", "files")
            )?;
            for path in gate.unchecked.iter().take(MOST_UNCHECKED) {
                writeln!(self.out, "    {}", text::line(path))?;
            }
            let more = gate.unchecked.len().saturating_sub(MOST_UNCHECKED);
            if more > 0 {
                writeln!(self.out, "    and {more} more")?;
            }
        }
        Ok(())
    }

    fn verdict(&self, verdict: Verdict) -> String {
        let (color, word) = match verdict {
            Verdict::Passed => (AnsiColor::Green, "passed"),
            Verdict::Rejected => (AnsiColor::Red, "rejected"),
            Verdict::Failed => (AnsiColor::Red, "failed"),
            Verdict::Interrupted => (AnsiColor::Yellow, "interrupted"),
        };
        self.paint(color.on_default().bold(), word)
    }
}

/// How many findings do not count, and why.
fn aside(gate: &GateOutcome) -> String {
    let count = |why: &str| gate.set_aside.iter().filter(|aside| aside.why.as_str() == why).count();
    let kinds = [("allowed", "allowed by comments"), ("baseline", "in the baseline"), ("unchanged", "on other lines")];
    let counts = kinds.iter().map(|(why, words)| (count(why), words)).filter(|(count, _)| *count > 0);
    counts.map(|(count, words)| format!(", {count} {words}")).collect()
}

fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

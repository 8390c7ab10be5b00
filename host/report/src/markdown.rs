//! Markdown, for the summary of a CI job or a comment on a pull request.

use std::io::{self, Write};

use sdlc_model::{
    finding::{Finding, Severity},
    outcome::{GateOutcome, RunOutcome, Verdict},
};

use crate::text;

/// Bytes that GitHub takes of a step's summary, with room for what others add.
const LARGEST: usize = 900 << 10;
/// Findings that are listed; a longer list nobody reads.
const MOST_FINDINGS: usize = 500;

/// Writes a run as Markdown of at most 900 KiB.
///
/// # Errors
/// What `out` says.
pub fn write(out: &mut dyn Write, run: &RunOutcome) -> io::Result<()> {
    out.write_all(render(run).as_bytes())
}

fn render(run: &RunOutcome) -> String {
    let mut page = format!("## {} sdlc: {}\n\n", sign(run.verdict()), run.verdict().as_str());
    page.push_str("| gate | verdict | errors | warnings | notes | files | score |\n| --- | --- | ---: | ---: | ---: | ---: | ---: |\n");
    for gate in &run.gates {
        let score = gate.metric("score").map_or_else(String::new, |score| format!("{score:.2}"));
        let (counts, verdict) = (gate.counts, gate.verdict());
        page.push_str(&format!(
            "| {} | {} {} | {} | {} | {} | {} | {score} |\n",
            plain(&gate.name),
            sign(verdict),
            verdict.as_str(),
            counts.errors,
            counts.warnings,
            counts.notes,
            gate.files
        ));
    }
    page.push('\n');
    if let Some(repairs) = run.repairs.as_ref().filter(|repairs| repairs.count() > 0) {
        let names = repairs.by_name().into_iter().map(|(name, count)| format!("{count} {}", plain(name)));
        let word = if repairs.written { "Fixed" } else { "Would fix" };
        page.push_str(&format!("{word} {}: {}\n\n", repairs.count(), names.collect::<Vec<_>>().join(", ")));
    }
    for gate in &run.gates {
        page.push_str(&broken(gate));
    }
    let found = run.gates.iter().flat_map(|gate| gate.findings.iter().map(move |finding| (gate, finding)));
    let mut found: Vec<_> = found.collect();
    found.sort_by(|(_, a), (_, b)| b.severity.cmp(&a.severity).then_with(|| a.order().cmp(&b.order())));
    if !found.is_empty() {
        page.push_str("| where | what | rule |\n| --- | --- | --- |\n");
    }
    for (index, (gate, finding)) in found.iter().enumerate() {
        let row = row(gate, finding);
        if index == MOST_FINDINGS || page.len() + row.len() > LARGEST {
            page.push_str(&format!("\nand {} more\n", found.len() - index));
            break;
        }
        page.push_str(&row);
    }
    page
}

fn broken(gate: &GateOutcome) -> String {
    let failures = gate.failures.iter().map(|failure| {
        let path = failure.path.as_ref().map_or_else(String::new, |path| format!(" on {}", code(path)));
        format!("- **{}** failed{path}: {}\n", plain(&gate.name), plain(&cut(&failure.message)))
    });
    let conditions = gate.judgements.iter().filter(|judgement| !judgement.holds()).map(|judgement| {
        let value = judgement.value.map_or_else(|| "missing".to_owned(), |value| format!("{value:.2}"));
        let (name, metric) = (plain(&gate.name), code(&judgement.metric));
        format!("- **{name}**: {metric} is {value}, required is {}\n", plain(&judgement.required()))
    });
    let lines: String = failures.chain(conditions).collect();
    if lines.is_empty() { lines } else { format!("{lines}\n") }
}

fn row(gate: &GateOutcome, finding: &Finding) -> String {
    let place = finding.location.as_ref().map_or_else(
        || "the workspace".to_owned(),
        |location| match &location.region {
            Some(region) => code(&format!("{}:{}", location.path, region.start.line)),
            None => code(&location.path),
        },
    );
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let rule = code(&format!("{}/{}", gate.name, finding.rule));
    format!("| {place} | {level}: {} | {rule} |\n", plain(&cut(&finding.message)))
}

fn sign(verdict: Verdict) -> &'static str {
    if verdict == Verdict::Passed { "✅" } else { "❌" }
}

/// The first of a text's lines, at most 400 characters of it.
fn cut(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(400).collect()
}

/// Text in which nothing is Markdown, HTML, a mention or a reference: every ASCII character that could start one is
/// escaped, which CommonMark allows for all punctuation; `@` and `#` are written as entities.
fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for char in text::line(text).chars() {
        match char {
            '@' => safe.push_str("&#64;"),
            '#' => safe.push_str("&#35;"),
            // Addresses become links by themselves.
            ':' => safe.push_str("&#58;"),
            '<' => safe.push_str("&lt;"),
            '&' => safe.push_str("&amp;"),
            char if char.is_ascii_punctuation() && !matches!(char, ',' | '.' | ';' | '/' | '\'' | '"') => {
                safe.extend(['\\', char]);
            }
            char => safe.push(char),
        }
    }
    safe.replace("www.", "www&#46;")
}

/// Paragraphs with code, as the explanation of a rule is written, in which there are no links, images and HTML: what could
/// start one is escaped everywhere but in code, where it is none.
pub(crate) fn prose(text: &str) -> String {
    let mut fenced = false;
    let line = |line: &str| {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            return format!("{}\n", line.trim_end().trim_end_matches(['<', '>', '[', ']']));
        }
        let safe = text::line(line);
        if fenced { format!("{safe}\n") } else { format!("{}\n", spans(&safe)) }
    };
    let mut prose: String = text.lines().map(line).collect();
    if fenced {
        prose.push_str("```\n");
    }
    prose
}

/// A line of which every second part is code, if the backticks are in pairs.
fn spans(line: &str) -> String {
    let parts: Vec<_> = line.split('`').collect();
    if parts.len() % 2 == 0 || line.contains("``") {
        return plain(line);
    }
    let part = |(index, part): (usize, &&str)| if index % 2 == 1 { format!("`{part}`") } else { escaped(part) };
    parts.iter().enumerate().map(part).collect()
}

/// As [`plain`], but lists, emphasis and punctuation stay.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '<' => safe.push_str("&lt;"),
            '&' => safe.push_str("&amp;"),
            '@' => safe.push_str("&#64;"),
            '[' | ']' | '!' | '|' | '\\' => safe.extend(['\\', char]),
            char => safe.push(char),
        }
    }
    safe.replace("://", "&#58;//").replace("www.", "www&#46;")
}

/// A code span that the text cannot leave, within a table.
fn code(text: &str) -> String {
    let text = text::line(text).replace('`', "'").replace('|', "\\|");
    format!("`{}`", if text.trim().is_empty() { "?" } else { &text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_explanation_keeps_its_code_and_has_no_links_images_or_html() {
        let text = "Use `a[0] < b`:\n- *not* [x](http://y) ![i](z) <b>\n```python\nx = [1] < 2\n```\n`open <b>";
        let expected = "Use `a[0] < b`:\n- *not* \\[x\\](http&#58;//y) \\!\\[i\\](z) &lt;b>\n```python\nx = [1] < 2\n```\n\\`open &lt;b\\>\n";
        assert_eq!(prose(text), expected);
    }

    #[test]
    fn foreign_text_is_no_markup() {
        assert_eq!(
            plain("[x](http://y) <img> @all #1 *b* | `c`"),
            "\\[x\\]\\(http&#58;//y\\) &lt;img\\> &#64;all &#35;1 \\*b\\* \\| \\`c\\`"
        );
        assert_eq!(code("a`b|c"), "`a'b\\|c`");
    }
}

//! Having the report produced: a program that the grant lets run, and what of its output is the report.

use sdlc_sdk::{Error, tools::Output};

use crate::{formats::Format, host::Host, settings::Program};

/// Most characters of a program's own words in a message.
const MOST_SAID: usize = 400;

pub(crate) fn run(host: &impl Host, program: &Program) -> Result<Output, Error> {
    let output = host.run(program)?;
    let name = &program.name;
    match output.status {
        Some(0) if output.truncated => Err(Error::Exceeded(format!("`{name}` wrote more than the host keeps"))),
        Some(0) => Ok(output),
        Some(status) => {
            let hint = hint(&output);
            Err(Error::Other(format!("`{name}` ended with status {status}, and {}{hint}", said(&output))))
        }
        None => Err(Error::Exceeded(format!(
            "`{name}` was ended by a signal or the time limit; hint: `timeout` sets how long it may take"
        ))),
    }
}

/// Where a program failed because it may not write.
fn hint(output: &Output) -> &'static str {
    let said = |words: &str| memchr::memmem::find(&output.stderr, words.as_bytes()).is_some();
    let refused = said("Read-only file system") || said("Permission denied");
    if refused || memchr::memmem::find(&output.stdout, b"Read-only file system").is_some() {
        "; hint: programs write nowhere but below `$TMPDIR`: `data_file = \"${TMPDIR-.}/.coverage\"` in the settings of \
         coverage.py, or `COVERAGE_FILE`, puts its data there"
    } else {
        ""
    }
}

/// The report in the output, without what the program said before and behind it; none: there is no report in it.
pub(crate) fn report(output: &Output, format: Option<Format>) -> Option<Vec<u8>> {
    let text = output.stdout.as_slice();
    if Format::of(text).is_some() || format.is_some() && !text.trim_ascii().is_empty() {
        return Some(without_words(text));
    }
    let mut starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text).map(|at| at + 1));
    let start = starts.find(|start| begins(text.get(*start..).unwrap_or_default()))?;
    let report = text.get(start..).unwrap_or_default();
    Format::of(report).map(|_| without_words(report))
}

/// Whether a line looks like the first one of a report, before all of it is searched.
fn begins(text: &[u8]) -> bool {
    [&b"<?xml"[..], b"<coverage", b"<report", b"{\"", b"mode: ", b"TN:", b"SF:"]
        .iter()
        .any(|start| text.starts_with(start))
}

/// What stands behind the end of the report is cut; `go test` has its own lines between those of the profile.
fn without_words(report: &[u8]) -> Vec<u8> {
    let last = |needle: &[u8]| memchr::memmem::rfind(report, needle).map(|at| at + needle.len());
    match Format::of(report) {
        Some(Format::Go) => {
            let lines = report.split_inclusive(|byte| *byte == b'\n');
            lines.filter(|line| !is_of_go_test(line)).flatten().copied().collect()
        }
        Some(Format::Lcov) => report.get(..last(b"end_of_record").unwrap_or(report.len())).unwrap_or(report).to_vec(),
        Some(Format::CoveragePy | Format::Llvm) => {
            report.get(..last(b"}").unwrap_or(report.len())).unwrap_or(report).to_vec()
        }
        Some(_) => report.get(..last(b">").unwrap_or(report.len())).unwrap_or(report).to_vec(),
        None => report.to_vec(),
    }
}

fn is_of_go_test(line: &[u8]) -> bool {
    let words = [&b"ok  \t"[..], b"?   \t", b"PASS", b"coverage:", b"\t"];
    words.iter().any(|word| line.starts_with(word))
}

/// A report that was there before and is the same after is not what the command made.
pub(crate) fn wrote_nothing(program: &Program, output: &Output, stale: Option<&str>) -> Error {
    let name = &program.name;
    let hint = "hint: programs write nothing into the workspace: let it write the report to standard output, as \
                `coverage xml -o -` or `go test -coverprofile=/dev/stdout` do";
    let said = said(output);
    match stale {
        Some(report) => Error::InvalidInput(format!(
            "`{report}` is stale: `{name}` ran and neither changed it nor wrote a report itself ({said}); {hint}"
        )),
        None => Error::Missing(format!("`{name}` ran and wrote no report ({said}); {hint}")),
    }
}

/// The end of what a program said, on one line.
fn said(output: &Output) -> String {
    let words = if output.stderr.trim_ascii().is_empty() { &output.stdout } else { &output.stderr };
    let text = String::from_utf8_lossy(words);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return "it said nothing".to_owned();
    }
    let skipped = text.chars().count().saturating_sub(MOST_SAID);
    let end: String = text.chars().skip(skipped).collect();
    if skipped > 0 { format!("it said: ...{end}") } else { format!("it said: {end}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(stdout: &str) -> Option<String> {
        let stdout = stdout.as_bytes().to_vec();
        let output = Output { status: Some(0), stdout, stderr: Vec::new(), truncated: false, duration: 1 };
        report(&output, None).map(|report| String::from_utf8(report).unwrap())
    }

    #[test]
    fn the_report_is_found_among_what_the_program_says() {
        let xml = "<?xml version=\"1.0\" ?>\n<coverage line-rate=\"1\"></coverage>";
        assert_eq!(of(&format!("2 passed\n{xml}\nWrote XML report\n")).as_deref(), Some(xml));
        let lcov = "TN:\nSF:a\nDA:1,1\nend_of_record";
        assert_eq!(of(&format!("running\n{lcov}\ndone\n")).as_deref(), Some(lcov));
        let go = of("mode: set\na.go:1.1,2.2 1 1\nok  \texample.com/a\t0.1s\n").unwrap();
        assert_eq!(go, "mode: set\na.go:1.1,2.2 1 1\n");
        assert_eq!(of("2 passed\n<b>no report</b>\n"), None);
        assert_eq!(of(""), None);
    }
}

//! The gate as a whole, on a workspace in memory.

use std::{cell::RefCell, collections::BTreeMap};

use sdlc_sdk::{Region, tools};

use super::*;
use crate::{host::Changed, settings::Program};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");

/// Path and content.
type Written = (String, Vec<u8>);

/// A workspace, all of which may be read.
#[derive(Default)]
struct Memory {
    files: RefCell<BTreeMap<String, Vec<u8>>>,
    changes: Option<Vec<Changed>>,
    /// What the program says, and the file that it writes.
    program: Option<(tools::Output, Option<Written>)>,
    settings: serde_json::Value,
    /// By path; none: the run is not about the working tree.
    times: Option<BTreeMap<String, u64>>,
}

impl Memory {
    fn new(settings: serde_json::Value) -> Self {
        Self { settings, ..Self::default() }
    }

    fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.files.borrow_mut().insert(path.to_owned(), content.as_ref().to_vec());
        self
    }

    /// A directory of the fixtures, as the root.
    fn project(mut self, name: &str) -> Self {
        let root = std::path::Path::new(FIXTURES).join(name);
        let mut open = vec![root.clone()];
        while let Some(directory) = open.pop() {
            for entry in std::fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                    self = self.file(&name, std::fs::read(path).unwrap());
                }
            }
        }
        self
    }

    fn modified(mut self, path: &str, time: u64) -> Self {
        self.times.get_or_insert_default().insert(path.to_owned(), time);
        self
    }

    fn changed(mut self, path: &str, first: u32, last: u32) -> Self {
        self.changes.get_or_insert_default().push(Changed { path: path.to_owned(), first, last });
        self
    }

    fn says(mut self, status: i32, stdout: &str, writes: Option<(&str, &str)>) -> Self {
        let stderr = b"trouble\n".to_vec();
        let output =
            tools::Output { status: Some(status), stdout: stdout.into(), stderr, truncated: false, duration: 1 };
        self.program = Some((output, writes.map(|(path, content)| (path.to_owned(), content.into()))));
        self
    }

    fn judge(&self) -> Result<Report, String> {
        let settings: Settings = serde_json::from_value(self.settings.clone()).unwrap();
        judge(self, &settings.validated().unwrap()).map_err(|error| match error {
            Error::InvalidInput(text)
            | Error::Missing(text)
            | Error::Denied(text)
            | Error::Exceeded(text)
            | Error::Other(text) => text,
        })
    }

    #[track_caller]
    fn report(&self) -> Report {
        self.judge().unwrap()
    }

    #[track_caller]
    fn fails(&self, with: &str) {
        let said = self.judge().map(|report| report.findings).unwrap_err();
        assert!(said.contains(with), "{said}");
    }
}

impl Host for Memory {
    fn files(&self, globs: &[String]) -> Result<Vec<String>, Error> {
        let settings: Settings = serde_json::from_value(serde_json::json!({ "include": globs })).unwrap();
        let wanted = settings.validated().unwrap().sources;
        Ok(self.files.borrow().keys().filter(|path| wanted.count(path)).cloned().collect())
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Error> {
        self.files.borrow().get(path).cloned().ok_or_else(|| Error::Denied(format!("`{path}` may not be read")))
    }

    fn modified(&self, path: &str) -> Result<Option<u64>, Error> {
        Ok(self.times.as_ref().and_then(|times| times.get(path).copied()))
    }

    fn changes(&self) -> Result<Option<Vec<Changed>>, Error> {
        Ok(self.changes.clone())
    }

    fn run(&self, program: &Program) -> Result<tools::Output, Error> {
        let Some((output, writes)) = &self.program else {
            return Err(Error::Denied(format!("`{}` may not be run", program.name)));
        };
        if let Some((path, content)) = writes {
            self.files.borrow_mut().insert(path.clone(), content.clone());
        }
        Ok(output.clone())
    }
}

fn metric(report: &Report, name: &str) -> Option<f64> {
    report.metrics.iter().find(|metric| metric.name == name).map(|metric| metric.value)
}

fn rules(report: &Report) -> Vec<&str> {
    report.findings.iter().map(|finding| finding.rule.as_str()).collect()
}

/// Where it begins and ends, as line and column.
fn region(finding: &Finding) -> ((u32, u32), (u32, u32)) {
    match finding.location.as_ref().and_then(|location| location.region.as_ref()) {
        Some(Region::Points((start, end))) => ((start.line, start.column), (end.line, end.column)),
        _ => ((0, 0), (0, 0)),
    }
}

#[test]
fn each_tool_s_report_fits_its_project() {
    for (project, report, lines) in [
        ("python", "coverage.xml", 7.0 / 13.0),
        ("python", "coverage.json", 7.0 / 13.0),
        ("python", "coverage.lcov", 7.0 / 13.0),
        ("go", "cover.out", 3.0 / 9.0),
        ("c", "llvm.json", 8.0 / 12.0),
        ("c", "llvm.lcov", 8.0 / 12.0),
        ("java", "jacoco.xml", 4.0 / 7.0),
        ("js", "nyc/lcov.info", 3.0 / 5.0),
        ("js", "nyc/clover.xml", 3.0 / 5.0),
        ("js", "nyc/cobertura-coverage.xml", 3.0 / 5.0),
        ("js", "c8/lcov.info", 9.0 / 14.0),
    ] {
        let said = Memory::new(serde_json::json!({ "reports": [report] })).project(project).report();
        assert_eq!(rules(&said), [""; 0], "{report}");
        assert_eq!(metric(&said, "lines"), Some(lines * 100.0), "{report}");
        assert_eq!(metric(&said, "files-unmapped"), Some(0.0), "{report}");
        assert_eq!(metric(&said, "changed-lines"), None, "{report}");
    }
}

#[test]
fn reports_of_one_run_in_several_formats_count_once() {
    let both = Memory::new(serde_json::json!({})).project("python").report();
    assert_eq!(metric(&both, "reports"), Some(3.0));
    assert_eq!((metric(&both, "lines-covered"), metric(&both, "lines-total")), (Some(7.0), Some(13.0)));
    assert_eq!((metric(&both, "branches-covered"), metric(&both, "branches-total")), (Some(2.0), Some(6.0)));
    assert_eq!((metric(&both, "functions-covered"), metric(&both, "functions-total")), (Some(2.0), Some(3.0)));
}

#[test]
fn uncovered_changed_lines_are_found_where_they_stand() {
    let python = || Memory::new(serde_json::json!({ "reports": ["coverage.xml"] })).project("python");
    let report = python().changed("shop/cart.py", 7, 7).changed("shop/cart.py", 11, 18).report();
    assert_eq!(rules(&report), ["uncovered-changed-lines"; 2]);
    assert_eq!(region(&report.findings[0]), ((7, 9), (7, 40)));
    assert_eq!(region(&report.findings[1]), ((16, 5), (18, 13)));
    assert_eq!(report.findings[1].message, "these 3 lines were changed and no test runs them");
    assert_eq!(
        (metric(&report, "changed-lines"), metric(&report, "changed-lines-total")),
        (Some(300.0 / 7.0), Some(7.0))
    );
}

#[test]
fn where_no_line_with_code_was_changed_all_of_them_are_covered() {
    let report = Memory::new(serde_json::json!({ "reports": ["coverage.xml"] })).project("python");
    let report = report.changed("shop/cart.py", 1, 3).changed("notes.txt", 1, 9).report();
    assert_eq!(metric(&report, "changed-lines"), Some(100.0));
    assert!(report.findings.is_empty());
}

#[test]
fn blank_lines_and_comments_in_regions_are_not_to_be_covered() {
    let report = Memory::new(serde_json::json!({})).project("go").changed("cart/cart.go", 1, 30).report();
    assert_eq!(report.findings.iter().map(region).collect::<Vec<_>>(), [((11, 2), (19, 18))]);
    assert_eq!(
        (metric(&report, "changed-lines-covered"), metric(&report, "changed-lines-total")),
        (Some(2.0), Some(6.0))
    );
}

#[test]
fn a_changed_file_that_no_report_knows_is_told() {
    let memory =
        Memory::new(serde_json::json!({ "reports": ["coverage.xml"], "exclude": ["tests"] })).project("python");
    let memory = memory.file("shop/new.py", "x = 1\n").file("tests/test_a.py", "x = 1\n").file("shop/blank.py", "\n");
    let memory = memory.changed("shop/new.py", 1, 1).changed("tests/test_a.py", 1, 1).changed("shop/blank.py", 1, 1);
    assert_eq!(rules(&memory.report()), ["unmeasured-file"]);
}

#[test]
fn minima_are_those_of_directories_and_files() {
    let minimum =
        serde_json::json!({ "shop": 50, "shop/tax.py": 1, "./": { "branches": 33.34, "functions": 1 }, "sho": 0 });
    let report =
        Memory::new(serde_json::json!({ "reports": ["coverage.xml"], "minimum": minimum })).project("python").report();
    let messages: Vec<_> = report.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "33.33 % of the branches in `.` are covered (2 of 6), 33.34 % have to be",
            "no functions are measured in `.`, of which 1 % have to be covered",
            "no lines are measured in `sho`, of which 0 % have to be covered",
            "0.00 % of the lines in `shop/tax.py` are covered (0 of 2), 1 % have to be",
        ]
    );
    assert_eq!(metric(&report, "below-minimum"), Some(4.0));
}

#[test]
fn a_report_that_does_not_fit_the_sources_is_stale() {
    let python = || Memory::new(serde_json::json!({ "reports": ["coverage.xml"] })).project("python");
    python()
        .file("shop/tax.py", "x = 1\n")
        .fails("`coverage.xml` is stale: it has line 5 of `shop/tax.py`, which has 1 lines");
    let moved = format!("# new\n{}", String::from_utf8(python().read("shop/cart.py").unwrap()).unwrap());
    python().file("shop/cart.py", moved).fails("it has line 4 of `shop/cart.py` as code, which is blank or a comment");
}

#[test]
fn what_is_no_report_is_an_error_that_says_what_to_do() {
    let of = |content: &str| Memory::new(serde_json::json!({})).file("coverage.xml", content);
    of("").fails("`coverage.xml` is empty; hint: make the report again");
    of(" \n").fails("is empty");
    of("hello").fails("`coverage.xml` begins like no format that is known; hint: `settings.format`");
    of("<coverage></coverage>").fails("`coverage.xml` measures no line; hint: did the tests run");
    of("<coverage>").fails("`coverage.xml` is no report of Cobertura: it ends before its elements do");
    Memory::new(serde_json::json!({})).fails("no coverage report matches `coverage.xml`, `coverage.json` or 13 more");
    Memory::new(serde_json::json!({ "reports": ["out.xml"] })).fails("`out.xml` may not be read");
    Memory::new(serde_json::json!({ "reports": ["coverage.xml"], "exclude": ["**"] }))
        .project("python")
        .fails("no measured line is left of the sources");
}

#[test]
fn paths_that_lead_nowhere_count_and_are_told() {
    let lcov = "SF:/x/src/a.py\nDA:1,1\nend_of_record\nSF:/usr/lib/b.py\nDA:1,0\nend_of_record\n";
    let memory = || Memory::new(serde_json::json!({})).file("lcov.info", lcov).file("src/a.py", "x = 1\n");
    let report = memory().report();
    assert_eq!(rules(&report), ["unmapped-path"]);
    assert!(report.findings[0].message.starts_with("`usr/lib/b.py` of a report is no file of the workspace"));
    assert_eq!((metric(&report, "lines"), metric(&report, "files-unmapped")), (Some(50.0), Some(1.0)));
    let excluded = Memory { settings: serde_json::json!({ "exclude": ["usr"] }), ..memory() }.report();
    assert_eq!((rules(&excluded).len(), metric(&excluded, "lines")), (0, Some(100.0)));
}

#[test]
fn without_any_source_to_read_changed_lines_are_not_said_to_be_covered() {
    let lcov = "SF:src/a.py\nDA:1,1\nend_of_record\n";
    let report =
        Memory { changes: Some(Vec::new()), ..Memory::new(serde_json::json!({})).file("lcov.info", lcov) }.report();
    assert_eq!(metric(&report, "changed-lines"), None);
    assert_eq!(report.findings[0].severity, Severity::Warning);
    assert!(report.findings[0].message.contains("hint: `grant = { read = [\"**\"] }`"));
}

#[test]
fn a_command_s_output_is_the_report() {
    let memory = || Memory::new(serde_json::json!({ "command": ["pytest"] })).file("src/a.py", "x = 1\n");
    let lcov = "SF:src/a.py\nDA:1,1\nend_of_record\n";
    let report = memory()
        .file("lcov.info", "SF:src/a.py\nDA:1,0\nend_of_record\n")
        .says(0, &format!("ok\n{lcov}"), None)
        .report();
    assert_eq!(metric(&report, "lines"), Some(100.0));
    let written = memory().says(0, "ok\n", Some(("lcov.info", lcov))).report();
    assert_eq!(metric(&written, "lines"), Some(100.0));
}

#[test]
fn a_report_that_is_older_than_what_it_covers_is_stale() {
    let lcov = "SF:src/a.py\nDA:1,1\nend_of_record\nSF:src/b.py\nDA:1,1\nend_of_record\n";
    let memory = |settings| {
        let memory = Memory::new(settings).file("lcov.info", lcov).file("src/c.py", "z\n").modified("src/c.py", 9_000);
        memory.file("src/a.py", "x = 1\n").file("src/b.py", "y = 2\n").modified("lcov.info", 5_000)
    };
    let default = || memory(serde_json::json!({})).modified("src/a.py", 1_000);
    default().modified("src/b.py", 7_000).report();
    default()
        .modified("src/b.py", 8_000)
        .fails("`lcov.info` is stale: `src/b.py` was modified 3s after it was made; hint: make it again;");
    let checkout = |settings| memory(settings).modified("src/a.py", 8_000).modified("src/b.py", 8_001);
    checkout(serde_json::json!({})).fails("all 2 sources that it covers were modified after it was made, up to 3s");
    checkout(serde_json::json!({ "times": false })).report();
}

#[test]
fn each_report_is_held_against_what_it_covers() {
    let lcov = |name| format!("SF:src/{name}.py\nDA:1,1\nend_of_record\n");
    let memory = Memory::new(serde_json::json!({ "reports": ["*.info"] }));
    let memory = memory.file("old.info", lcov("a")).file("new.info", lcov("b")).file("also.info", lcov("b"));
    let memory = memory.file("src/a.py", "x\n").file("src/b.py", "y\n").modified("src/a.py", 500);
    let memory = memory.modified("old.info", 1_000).modified("new.info", 3_000).modified("also.info", 3_000);
    memory.modified("src/b.py", 2_000).report();
}

#[test]
fn what_has_no_time_is_not_held_against_another() {
    let lcov = "SF:src/a.py\nDA:1,1\nend_of_record\n";
    let memory = || Memory::new(serde_json::json!({})).file("lcov.info", lcov).file("src/a.py", "x\n");
    memory().report();
    // `--staged`: the sources are of the index, the report lies in the tree.
    memory().modified("lcov.info", 1_000).report();
    // What the command says is new.
    let made = Memory::new(serde_json::json!({ "command": ["pytest"] })).file("src/a.py", "x\n");
    made.modified("src/a.py", 2_000).says(0, lcov, None).report();
}

#[test]
fn a_report_that_the_command_did_not_make_is_stale() {
    let lcov = "SF:src/a.py\nDA:1,1\nend_of_record\n";
    let memory = || Memory::new(serde_json::json!({ "command": ["pytest"] })).file("src/a.py", "x = 1\n");
    memory().file("lcov.info", lcov).says(0, "ok\n", None).fails("`lcov.info` is stale: `pytest` ran and neither");
    memory().file("lcov.info", lcov).says(0, "ok\n", Some(("lcov.info", lcov))).fails("is stale");
    memory().says(0, "ok\n", None).fails("`pytest` ran and wrote no report (it said: trouble); hint:");
    memory().says(1, lcov, None).fails("`pytest` ended with status 1, and it said: trouble");
    memory().fails("`pytest` may not be run");
}

#[test]
fn hits_of_several_reports_are_added() {
    let lcov = |hits: [u32; 2]| format!("SF:src/a.py\nDA:1,{}\nDA:2,{}\nend_of_record\n", hits[0], hits[1]);
    let memory = Memory::new(serde_json::json!({ "reports": ["reports/*.info"] })).file("src/a.py", "x = 1\ny = 2\n");
    let report = memory.file("reports/a.info", lcov([1, 0])).file("reports/b.info", lcov([0, 1])).report();
    assert_eq!((metric(&report, "lines"), metric(&report, "lines-total")), (Some(100.0), Some(2.0)));
}

#[test]
fn a_region_is_never_empty() {
    let lcov = "SF:a.c\nDA:2,0\nend_of_record\n";
    let report = Memory::new(serde_json::json!({}))
        .file("lcov.info", lcov)
        .file("a.c", "x\n\ty\u{e4};\r\n")
        .changed("a.c", 1, 2);
    assert_eq!(region(&report.report().findings[0]), ((2, 2), (2, 5)));
}

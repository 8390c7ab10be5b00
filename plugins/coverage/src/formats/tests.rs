//! What is common to the formats: reports as the tools wrote them, and what no tool would write.

use std::fmt::Write;

use proptest::prelude::*;

use super::*;
use crate::measured::{Share, Tally};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");

type Shares = [(u64, u64); 3];

/// Every report, what it is, and its shares of lines, branches and functions as the tool itself tells them.
const REPORTS: [(&str, Format, Shares); 13] = [
    ("python/coverage.xml", Format::Cobertura, [(7, 13), (2, 6), (0, 0)]),
    ("python/coverage.json", Format::CoveragePy, [(7, 13), (2, 6), (2, 3)]),
    ("python/coverage.lcov", Format::Lcov, [(7, 13), (2, 6), (2, 3)]),
    ("c/llvm.json", Format::Llvm, [(8, 12), (2, 6), (2, 3)]),
    ("c/llvm.lcov", Format::Lcov, [(8, 12), (2, 6), (2, 3)]),
    ("java/jacoco.xml", Format::Jacoco, [(4, 7), (1, 4), (2, 4)]),
    ("js/nyc/lcov.info", Format::Lcov, [(3, 5), (1, 4), (1, 2)]),
    ("js/nyc/clover.xml", Format::Clover, [(3, 5), (1, 4), (1, 2)]),
    ("js/nyc/cobertura-coverage.xml", Format::Cobertura, [(3, 5), (1, 4), (1, 2)]),
    ("js/c8/lcov.info", Format::Lcov, [(9, 14), (2, 4), (1, 2)]),
    ("js/c8/clover.xml", Format::Clover, [(9, 14), (2, 4), (1, 2)]),
    ("js/c8/cobertura-coverage.xml", Format::Cobertura, [(9, 14), (2, 4), (1, 2)]),
    ("go/cover.out", Format::Go, [(3, 9), (0, 0), (0, 0)]),
];

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{FIXTURES}/{name}")).unwrap()
}

fn tally(parsed: &Parsed) -> Tally {
    let mut all = Tally::default();
    parsed.files.iter().for_each(|file| all.add(file.measured.tally()));
    all
}

/// Lines that ran and lines that did not.
fn lines(file: &Reported) -> (Vec<u32>, Vec<u32>) {
    let numbers = |ran| {
        let lines = file.measured.lines.iter().filter(move |line| (line.hits > 0) == ran);
        lines.map(|line| line.number).collect()
    };
    (numbers(true), numbers(false))
}

#[test]
fn what_the_tools_wrote_has_their_own_totals() {
    for (name, format, shares) in REPORTS {
        let report = fixture(name);
        assert_eq!(Format::of(&report), Some(format), "{name}");
        let [lines, branches, functions] = shares.map(|(covered, total)| Share { covered, total });
        assert_eq!(tally(&format.parse(&report).unwrap()), Tally { lines, branches, functions }, "{name}");
    }
}

#[test]
fn reports_of_one_run_say_the_same_of_each_line() {
    for (one, other) in [
        ("python/coverage.xml", "python/coverage.json"),
        ("python/coverage.json", "python/coverage.lcov"),
        ("c/llvm.json", "c/llvm.lcov"),
        ("js/nyc/lcov.info", "js/nyc/clover.xml"),
        ("js/nyc/lcov.info", "js/nyc/cobertura-coverage.xml"),
        ("js/c8/lcov.info", "js/c8/clover.xml"),
    ] {
        let [one, other] = [one, other].map(|name| {
            let report = fixture(name);
            let parsed = Format::of(&report).unwrap().parse(&report).unwrap();
            parsed.files.iter().map(lines).collect::<Vec<_>>()
        });
        assert_eq!(one, other);
    }
}

#[test]
fn a_report_that_was_cut_off_is_no_report() {
    for (name, format, _) in REPORTS.into_iter().filter(|(_, format, _)| *format != Format::Go) {
        let report = fixture(name);
        let end = report.trim_ascii_end().len();
        for cut in [end / 3, end / 2, end - 3] {
            assert!(format.parse(&report[..cut]).is_err(), "{name} at {cut}");
        }
    }
    let go = fixture("go/cover.out");
    assert!(Format::Go.parse(&go[..go.len() - 2]).is_err());
}

#[test]
fn a_report_of_another_format_is_an_error() {
    for (name, format, _) in REPORTS {
        for other in [Format::Lcov, Format::Cobertura, Format::Jacoco, Format::Go, Format::CoveragePy, Format::Llvm] {
            let said = other.parse(&fixture(name));
            // Clover's root is that of Cobertura, and what it lacks there is told.
            assert!(other == format || said.is_err(), "{name} as {other:?}: {said:?}");
        }
    }
}

#[test]
fn a_number_that_is_none_is_an_error_with_its_line() {
    let lcov =
        |record: &str| Format::Lcov.parse(format!("TN:\nSF:a\n{record}\nend_of_record\n").as_bytes()).unwrap_err().0;
    assert_eq!(lcov("DA:0,1"), "line 3: `0` is no number of a line");
    assert_eq!(lcov("DA:1,-1"), "line 3: `-1` is no number of hits");
    assert_eq!(lcov("DA:1,NaN"), "line 3: `NaN` is no number of hits");
    assert_eq!(lcov("DA:10000000000,1"), "line 3: `10000000000` is no number of a line");
    assert_eq!(lcov("DA:2000001,1"), "line 3: `2000001` is no number of a line");
    assert_eq!(lcov("DA:,1"), "line 3: `` is no number of a line");
    assert_eq!(lcov("DA:1"), "line 3: a record that is too short");
    let go = Format::Go.parse(b"mode: set\na.go:1.1,4000000000.2 1 1\n").unwrap_err().0;
    assert_eq!(go, "line 2: `4000000000` is no number of a line");
    let xml = "<coverage><packages><package>\n<classes><class filename=\"a\"><lines>\n<line number=\"-5\" hits=\"1\"/>";
    assert_eq!(Format::Cobertura.parse(xml.as_bytes()).unwrap_err().0, "line 3: `-5` is no number of a line");
    let json = br#"{"files": {"a.py": {"executed_lines": [-1], "missing_lines": []}}}"#;
    let said = Format::CoveragePy.parse(json).unwrap_err().0;
    assert!(said.starts_with("`a.py`: `-1` is no number of a line"), "{said}");
}

#[test]
fn more_hits_than_fit_are_the_most_there_are() {
    let parsed = Format::Lcov.parse(b"SF:a\nDA:1,99999999999999999999999\nend_of_record\n").unwrap();
    assert_eq!(parsed.files[0].measured.lines[0].hits, u64::MAX);
}

#[test]
fn entities_of_a_document_are_not_expanded() {
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE coverage [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>\
                <coverage><packages><package><classes><class filename=\"&b;\"><lines/></class></classes></package>\
                </packages></coverage>";
    assert_eq!(Format::of(bomb.as_bytes()), Some(Format::Cobertura));
    assert!(Format::Cobertura.parse(bomb.as_bytes()).unwrap_err().0.contains('b'));
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    let xml = "<coverage>".repeat(100_000);
    let said = Format::Cobertura.parse(xml.as_bytes()).unwrap_err().0;
    assert_eq!(said, "line 1: elements are nested deeper than 64");
    let json = format!("{{\"data\": {}", "[".repeat(100_000));
    assert!(Format::Llvm.parse(json.as_bytes()).is_err());
    assert!(Format::CoveragePy.parse(json.as_bytes()).is_err());
}

#[test]
fn a_few_bytes_do_not_make_billions_of_lines() {
    let mut go = "mode: set\n".to_owned();
    for file in 0..6 {
        writeln!(go, "f{file}.go:1.1,2000000.1 1 1").unwrap();
    }
    assert_eq!(Format::Go.parse(go.as_bytes()).unwrap_err().0, "its blocks have more than 10000000 lines");
}

#[test]
fn a_path_that_is_no_text_is_an_error() {
    let said = Format::Lcov.parse(b"SF:\xff\xfe\nend_of_record\n").unwrap_err().0;
    assert!(said.starts_with("line 1: a path that is not UTF-8"), "{said}");
    let said = Format::Go.parse(b"mode: set\n\xff.go:1.1,2.2 1 1\n").unwrap_err().0;
    assert!(said.starts_with("line 2: a path that is not UTF-8"), "{said}");
    assert!(Format::Lcov.parse(b"SF:\nend_of_record\n").unwrap_err().0.contains("without a path"));
}

#[test]
fn a_line_of_go_ran_where_any_of_its_blocks_did() {
    let profile =
        b"mode: count\r\nm/a.go:1.1,3.10 1 5\r\nm/a.go:3.10,5.2 1 0\r\nm/a.go:7.1,7.9 1 2\r\nm/a.go:3.10,5.2 1 0\r\n";
    let parsed = Format::Go.parse(profile).unwrap();
    assert_eq!(lines(&parsed.files[0]), (vec![1, 2, 3, 7], vec![4, 5]));
}

#[test]
fn clover_of_openclover_counts_how_often_a_condition_was_true_and_false() {
    let report =
        br#"<coverage generated="1" clover="4.5.2"><project><package name="p"><file name="A.java" path="/b/A.java">
        <metrics conditionals="4" coveredconditionals="3" methods="1" coveredmethods="1"/>
        <class name="A"><metrics conditionals="9" coveredconditionals="9" methods="9" coveredmethods="9"/></class>
        <line num="2" count="7" type="method" signature="run() : void"/>
        <line num="3" type="cond" truecount="5" falsecount="2"/>
        <line num="4" type="cond" truecount="2" falsecount="0"/>
        <line num="5" count="0" type="stmt"/></file></package></project></coverage>"#;
    let tally = tally(&Format::of(report).unwrap().parse(report).unwrap());
    assert_eq!((tally.branches.covered, tally.branches.total), (3, 4));
    assert_eq!((tally.lines.covered, tally.lines.total), (2, 3));
    assert_eq!((tally.functions.covered, tally.functions.total), (1, 1));
}

#[test]
fn functions_of_lcov_2_are_read_in_both_forms() {
    let report = b"SF:a\nFN:1,5,one\nFNDA:2,one\nFNL:0,7,9\nFNA:0,0,two\nDA:1,1\nBRDA:1,e0,1,-\nend_of_record\n";
    let tally = tally(&Format::Lcov.parse(report).unwrap());
    assert_eq!((tally.functions.covered, tally.functions.total), (1, 2));
    assert_eq!((tally.branches.covered, tally.branches.total), (0, 1));
}

proptest! {
    #[test]
    fn no_format_panics_on_any_bytes(report in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Format::of(&report);
        for (_, format, _) in REPORTS {
            let _ = format.parse(&report);
        }
    }

    #[test]
    fn a_report_with_bytes_exchanged_is_read_or_refused(at in 0_usize..4000, byte in any::<u8>(), which in 0..REPORTS.len()) {
        let (name, format, _) = REPORTS[which];
        let mut report = fixture(name);
        let at = at % report.len();
        report[at] = byte;
        if let Ok(parsed) = format.parse(&report) {
            let lines = tally(&parsed).lines;
            prop_assert!(lines.covered <= lines.total);
            for file in &parsed.files {
                prop_assert!(file.measured.lines.is_sorted_by(|one, next| one.number < next.number));
            }
        }
    }

    #[test]
    fn lcov_is_read_back_as_it_was_written(hits in prop::collection::btree_map(1_u32..5000, 0_u64..4, 1..50)) {
        let mut report = "TN:\nSF:a/b.c\n".to_owned();
        hits.iter().for_each(|(line, hits)| writeln!(report, "DA:{line},{hits}").unwrap());
        report.push_str("end_of_record\n");
        let parsed = Format::Lcov.parse(report.as_bytes()).unwrap();
        let read: Vec<_> = parsed.files[0].measured.lines.iter().map(|line| (line.number, line.hits)).collect();
        prop_assert_eq!(read, hits.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn blocks_of_go_are_lines_as_if_each_was_painted(
        blocks in prop::collection::vec((1_u32..40, 0_u32..8, 0_u64..3), 1..20),
    ) {
        let mut report = "mode: count\n".to_owned();
        let mut painted = std::collections::BTreeMap::<u32, u64>::new();
        for (first, more, hits) in blocks {
            writeln!(report, "a.go:{first}.1,{}.2 1 {hits}", first + more).unwrap();
            for line in first..=first + more {
                let known = painted.entry(line).or_default();
                *known = hits.max(*known);
            }
        }
        let parsed = Format::Go.parse(report.as_bytes()).unwrap();
        let read: Vec<_> = parsed.files[0].measured.lines.iter().map(|line| (line.number, line.hits)).collect();
        prop_assert_eq!(read, painted.into_iter().collect::<Vec<_>>());
    }
}

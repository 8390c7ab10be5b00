//! Reports for CI systems, several at once.

use std::fs;

use serde_json::Value;

use crate::harness::Project;

fn project() -> Project {
    Project::new().file("src/a.py", "import os\n\nx = 1 \n").file("b, c.py", "y = 2\n")
}

#[test]
fn several_reports_are_written_besides_what_people_read() {
    let project = project();
    let formats = ["json", "sarif", "junit", "github", "gitlab", "markdown", "human"];
    let reports: Vec<_> = formats.iter().map(|format| format!("--report={format}=out.{format}")).collect();
    let arguments: Vec<_> = ["run"].into_iter().chain(reports.iter().map(String::as_str)).collect();
    project.run(&arguments).exits(1).says("F401");
    for format in formats {
        let text = fs::read_to_string(project.path(&format!("out.{format}"))).unwrap();
        assert!(text.contains("F401"), "{format}: {text}");
    }
}

#[test]
fn a_report_of_no_known_format_is_an_error_of_use() {
    for report in ["html=x", "sarif", "sarif="] {
        project().run(&["run", "--report", report]).exits(2).complains("hint: such as `sarif=sdlc.sarif`");
    }
}

#[test]
fn junit_has_a_suite_a_file_and_a_failure_a_rule() {
    let ran = project().run(&["run", "--output-format", "junit"]).exits(1);
    insta::assert_snapshot!(ran.stdout, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="sdlc" tests="5" failures="2" errors="0">
        <testsuite name="hygiene" tests="1" disabled="0" errors="0" failures="0">
            <testcase name="can be judged" classname="hygiene">
            </testcase>
        </testsuite>
        <testsuite name="hygiene: src/a.py" tests="1" disabled="0" errors="0" failures="1">
            <testcase name="trailing-whitespace" classname="hygiene">
                <failure message="blanks at the end of the line" type="trailing-whitespace">src/a.py:3:6: warning blanks at the end of the line</failure>
            </testcase>
        </testsuite>
        <testsuite name="lint" tests="1" disabled="0" errors="0" failures="0">
            <testcase name="can be judged" classname="lint">
            </testcase>
        </testsuite>
        <testsuite name="lint: src/a.py" tests="1" disabled="0" errors="0" failures="1">
            <testcase name="F401" classname="lint">
                <failure message="`os` imported but unused" type="F401">src/a.py:1:8: error `os` imported but unused</failure>
            </testcase>
        </testsuite>
        <testsuite name="secrets" tests="1" disabled="0" errors="0" failures="0">
            <testcase name="can be judged" classname="secrets">
            </testcase>
        </testsuite>
    </testsuites>
    "#);
}

#[test]
fn gitlab_gets_what_its_documentation_asks_for() {
    let ran = project().run(&["run", "--output-format", "gitlab"]).exits(1);
    let issues: Value = serde_json::from_str(&ran.stdout).unwrap();
    let issues = issues.as_array().unwrap();
    assert_eq!(issues.len(), 2);
    let mut names: Vec<_> = issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
    names.dedup();
    assert_eq!(names.len(), 2);
    for issue in issues {
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&issue["severity"].as_str().unwrap()));
        assert_eq!(issue["location"]["path"], "src/a.py");
        assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() >= 1);
        assert!(
            !issue["description"].as_str().unwrap().is_empty() && !issue["check_name"].as_str().unwrap().is_empty()
        );
    }
}

#[test]
fn annotations_stay_within_what_github_shows() {
    let project = Project::new().file("a.txt", "x \n".repeat(30));
    let ran = project.run(&["run", "--output-format", "github"]).exits(1);
    let lines: Vec<_> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 10, "{}", ran.stdout);
    assert!(
        lines[0].starts_with("::warning file=a.txt,line=1,endLine=1,col=2,endColumn=3,title=hygiene%3A "),
        "{}",
        lines[0]
    );
    assert!(lines[9].ends_with("::and 21 more; the summary of this job has them all"), "{}", lines[9]);
}

#[test]
fn in_github_actions_annotations_and_the_summary_come_by_themselves() {
    let project = project();
    let summary = project.path("../summary.md");
    let run = || {
        let mut command = project.command(&["run"]);
        command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", &summary);
        crate::harness::Ran::of(command.output().unwrap())
    };
    run().exits(1).says("F401").complains("::error file=src/a.py,line=1,");
    let text = fs::read_to_string(&summary).unwrap();
    assert!(text.starts_with("## ❌ sdlc: rejected\n") && text.contains("`src/a.py:1`"), "{text}");
    // Others write to it as well.
    run().exits(1);
    assert_eq!(fs::read_to_string(&summary).unwrap().matches("## ").count(), 2);
}

//! The same input gives the same bytes.

use crate::harness::{Project, hostile};

#[test]
fn clocks_stand_still_and_random_numbers_are_seeded() {
    let message =
        |project: &Project| project.json(&["hostile", "--no-cache"])["gates"][0]["findings"][0]["message"].clone();
    let (first, second) = (hostile("clock", 0, ""), hostile("clock", 0, ""));
    assert_eq!(message(&first), message(&second));
    assert!(message(&first).as_str().unwrap().starts_with("Ok(1767225600)"), "{}", message(&first));
}

#[test]
fn the_report_does_not_depend_on_the_number_of_threads() {
    let mut project = Project::new();
    for number in 0..200 {
        project = project.file(&format!("d{}/f{number}.py", number % 7), format!("import os \nx = {number}  \n\n\n"));
    }
    let run = |jobs: &str| project.run(&["run", "--output-format", "json", "--no-cache", "-j", jobs]).exits(1).stdout;
    let one = run("1");
    assert!(one.contains("F401"));
    for jobs in ["2", "3", "8"] {
        assert_eq!(run(jobs), one, "with {jobs} threads");
    }
    let cold = project.run(&["run", "--output-format", "json"]).stdout;
    let warm = project.run(&["run", "--output-format", "json"]).stdout;
    assert_eq!((&cold, &warm), (&one, &one));
}

//! Attacks on those who read what a run says: terminals, CI systems, viewers.

use std::fs;

use crate::harness::{Project, Ran, component};

/// A gate that says the text as message, rule, metric and log, on a file that is named after it.
fn saying(text: &str) -> Project {
    let component = component("hostile");
    let text = serde_json::Value::from(text);
    let configuration = format!(
        "[gates.hostile]\nplugin = {{ path = {component:?} }}\nsettings = {{ attack = \"say\", text = {text} }}\n\
         [gates.other]\nplugin = \"builtin:example-gate\"\n"
    );
    Project::new().file("sdlc.toml", configuration)
}

/// All that is printed of a run, in every format.
fn printed(project: &Project) -> Vec<String> {
    let run = |format: &str| project.run(&["run", "-v", "--output-format", format]);
    let runs = ["human", "json", "sarif"].map(run);
    runs.into_iter()
        .flat_map(|Ran { code, stdout, stderr }| {
            assert_eq!(code, Some(0), "{stdout}{stderr}");
            [stdout, stderr]
        })
        .collect()
}

/// Lines as a CI system sees them: it may take a bare `\r` for a line end.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r']).map(str::trim_start)
}

#[test]
fn attack_34_terminal_escapes_and_bidi_marks_are_not_printed() {
    let text = "a\u{1b}[31mb\u{1b}]0;x\u{7}c\u{9b}2Jd\u{202e}e\u{2066}f\u{200b}g\u{8}h";
    let project = saying(text).file(&format!("{text}.txt"), "text\n").file("b.txt", text);
    for text in printed(&project) {
        let acts = |char: &char| {
            char.is_control() && *char != '\n'
                || matches!(char, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        assert_eq!(text.chars().find(acts), None, "{text}");
    }
}

#[test]
fn attack_35_no_ci_system_takes_what_is_printed_for_a_command() {
    for command in [
        "::error::pwned",
        "x\n::set-env name=PATH::pwned",
        "x\r::add-path::pwned",
        "x\n \u{3000}::stop-commands::pwned",
        "##[error]pwned",
        "x ##vso[task.setvariable variable=PATH]pwned",
        "x\r##teamcity[buildStatus status='SUCCESS']",
        "section_start:0:x\r\u{1b}[0Kpwned",
    ] {
        let directory = command.replace('/', "");
        let project =
            saying(command).file(&format!("{directory}.txt"), command).file(&format!("{directory}/a.txt"), "");
        for text in printed(&project) {
            assert!(!lines(&text).any(|line| line.starts_with("::")), "{text}");
            assert!(!["##[", "##vso[", "##teamcity["].iter().any(|mark| text.contains(mark)), "{text}");
            assert!(!text.contains('\r'), "{text}");
        }
    }
}

#[test]
fn attack_35_configuration_that_is_wrong_starts_no_command_either() {
    for key in ["\\n::error::x", "\\u001b[31m", "##vso[task.complete]", "\\r::set-env::x"] {
        let project = Project::new().file("sdlc.toml", format!("[gates.\"{key}\"]\nplugin = \"{key}\"\n"));
        let stderr = project.run(&["run"]).exits(2).stderr;
        assert!(!lines(&stderr).any(|line| line.starts_with("::")), "{stderr}");
        assert!(!stderr.contains("##vso[") && !stderr.contains('\u{1b}'), "{stderr}");
    }
}

#[test]
fn attack_36_markdown_and_html_are_given_as_plain_text() {
    let text = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) ![x](https://evil.example/x) `";
    let project = saying(text).file("a.txt", "text\n");
    let ran = project.run(&["run", "--output-format", "sarif"]).exits(0);
    let log: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let run = &log["runs"][0];
    // Viewers render `markdown`, and links even in plain text.
    assert_eq!(run["results"][0]["message"], serde_json::json!({ "text": text.replace("](", "] (") }));
    assert!(!ran.stdout.contains("\"markdown\"") && !ran.stdout.contains("helpUri"), "{}", ran.stdout);
}

#[test]
fn attack_37_sarif_of_a_hostile_gate_is_valid_and_its_uris_stay_inside() {
    let text = "a\u{0}b\u{1}c\u{fffe}d";
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/schemas/sarif-2.1.0.json");
    let mut schemas = boon::Schemas::new();
    let schema = boon::Compiler::new().compile(schema, &mut schemas).unwrap();
    let project = saying(text).file("http:/evil.example/a.txt", "text\n").file("file:a.txt", "text\n");
    fs::write(project.path("a?b#c%2e%2e.txt"), "text\n").unwrap();
    let ran = project.run(&["run", "--output-format", "sarif"]).exits(0);
    let log: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    if let Err(error) = schemas.validate(&log, schema) {
        panic!("{error:#}");
    }
    for result in log["runs"][0]["results"].as_array().unwrap() {
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        assert!(!uri.contains(':') && !uri.starts_with('/') && !uri.contains(".."), "{uri}");
    }
}

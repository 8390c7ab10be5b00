//! What a workspace gate may do: each grant, given and not given, through the binary.

use std::{fs, os::unix::fs::symlink};

use serde_json::Value;

use crate::harness::{Project, component};

/// What the gate says of each request.
#[track_caller]
fn probe(project: &Project, grant: &str, requests: &str, more: &[&str]) -> Vec<String> {
    let component = component("prober");
    let configuration = format!(
        "[gates.probe]\nplugin = {{ path = {component:?} }}\ngrant = {grant}\n\
         [gates.probe.settings]\nrequests = {requests}\n"
    );
    project.write("sdlc.toml", configuration);
    let report = project.json(more);
    let gate = &report["gates"][0];
    assert_eq!(gate["failures"], Value::Array(Vec::new()), "{report:#}");
    let findings = gate["findings"].as_array().unwrap().iter();
    findings.map(|finding| finding["message"].as_str().unwrap().to_owned()).collect()
}

fn project() -> Project {
    Project::new()
        .file("src/a.py", "import os\n")
        .file("src/.env", "TOKEN=hunter2\n")
        .file(".gitignore", "build/\n")
        .file("build/report.xml", "<x/>")
}

#[test]
fn a_denied_read_names_the_grant() {
    let said = probe(&project(), "{}", "[{ read = \"src/a.py\" }]", &[]);
    assert_eq!(
        said,
        ["Error::Denied(\"`src/a.py` may not be read; hint: `gates.probe.grant = { read = [\\\"src/a.py\\\"] }`\")"]
    );
}

#[test]
fn a_granted_read_gives_the_content_and_no_more_than_was_granted() {
    let requests = "[{ read = \"src/a.py\" }, { files = \"**\" }, { read = \"sdlc.toml\" }]";
    let said = probe(&project(), "{ read = [\"src/**\"] }", requests, &[]);
    assert!(said.contains(&"import os\n".to_owned()) && said.contains(&"src/a.py".to_owned()), "{said:?}");
    assert!(said.iter().any(|said| said.contains("`sdlc.toml` may not be read")), "{said:?}");
}

#[test]
fn ignored_files_dot_env_files_and_git_have_to_be_named() {
    let project = project();
    project.git(&["init", "-q"]);
    let requests = "[{ read = \"build/report.xml\" }, { read = \"src/.env\" }, { read = \".git/config\" }]";
    let denied = probe(&project, "{ read = [\"**\"] }", requests, &[]);
    assert!(denied.iter().all(|said| said.starts_with("Error::Denied")), "{denied:?}");
    let named = "{ read = [\"build/report.xml\", \"src/.env\", \".git/config\"] }";
    let granted = probe(&project, named, requests, &[]);
    assert!(granted.iter().all(|said| !said.starts_with("Error::")), "{granted:?}");
}

#[test]
fn no_path_leads_out_of_the_workspace() {
    let project = project();
    symlink("/etc", project.path("src/etc")).unwrap();
    symlink("/etc/passwd", project.path("src/passwd")).unwrap();
    for path in ["../cache/key", "/etc/passwd", "src/../../x", "src/etc/passwd", "src/passwd", "src//a.py", "src/a.py/"]
    {
        let said = probe(&project, "{ read = [\"**\", \"src/**\"] }", &format!("[{{ read = {path:?} }}]"), &[]);
        assert!(said[0].starts_with("Error::"), "{path}: {said:?}");
    }
}

#[test]
fn a_program_that_is_not_granted_is_not_run_and_the_line_that_grants_it_is_named() {
    let said = probe(&project(), "{}", "[{ run = [\"echo\", \"hi\"] }]", &["probe"]);
    assert!(
        said[0].contains("Denied") && said[0].contains("gates.probe.grant = { run = [\\\"echo hi\\\"] }"),
        "{said:?}"
    );
}

#[test]
fn a_granted_program_runs_confined_and_the_report_says_how() {
    let project = project();
    let said = probe(&project, "{ run = [\"echo\"] }", "[{ run = [\"echo\", \"hi\"] }]", &[]);
    assert_eq!(said, ["Some(0) hi "]);
    let report = project.json(&[]);
    let tier = report["gates"][0]["confinement"].as_str().unwrap();
    assert!(["environment only", "landlock + seccomp", "namespaces"].contains(&tier), "{tier}");
}

#[test]
fn a_program_reads_what_was_granted_to_the_gate_and_nothing_else() {
    let project = project();
    let requests =
        "[{ run = [\"cat\", \"src/a.py\"] }, { run = [\"cat\", \"src/.env\"] }, { run = [\"cat\", \"sdlc.toml\"] }]";
    let said = probe(&project, "{ run = [\"cat\"], read = [\"src/**\"] }", requests, &[]);
    assert_eq!(said.iter().filter(|said| said.starts_with("Some(0)")).count(), 1, "{said:?}");
    assert!(!said.iter().any(|said| said.contains("hunter2")), "{said:?}");
}

#[test]
fn arguments_are_held_against_the_pattern() {
    let requests = "[{ run = [\"echo\", \"one\"] }, { run = [\"echo\", \"-n\"] }]";
    let said = probe(&project(), "{ run = [\"echo *\"] }", requests, &[]);
    assert!(said.iter().any(|said| said.starts_with("Some(0) one")), "{said:?}");
    assert!(said.iter().any(|said| said.contains("Denied")), "{said:?}");
}

#[test]
fn less_confinement_than_is_asked_for_is_an_error_of_use_when_it_has_no_name() {
    let project = Project::new().file("a.txt", "a\n").file(
        "sdlc.toml",
        "[gates.a]\nplugin = \"builtin:hygiene\"\ngrant = { min-confinement = \"jail\", run = [\"./x\"] }\n",
    );
    project.run(&["run"]).exits(2).complains("`jail` is no confinement").complains("`./x` is not the bare name");
}

#[test]
fn a_granted_value_is_in_no_sink() {
    let project = project();
    let component = component("prober");
    project.write(
        "sdlc.toml",
        format!(
            "[gates.probe]\nplugin = {{ path = {component:?} }}\ngrant = {{ env = [\"API_TOKEN\"], run = [\"sh\"] }}\n\
             [gates.probe.settings]\n\
             requests = [{{ run = [\"sh\", \"-c\", \"echo $API_TOKEN; printf %s $API_TOKEN | base64\"] }}]\n"
        ),
    );
    for format in ["human", "json", "sarif"] {
        let mut command = project.command(&["run", "-v", "--output-format", format]);
        let output = command.env("API_TOKEN", "correct horse battery").output().unwrap();
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(0), "{text}");
        assert!(!text.contains("correct horse") && !text.contains("Y29ycmVjdCBob3JzZ"), "{text}");
        assert!(text.contains("***"), "{text}");
    }
    project.run(&["run"]).exits(2).complains("the environment has no variable `API_TOKEN`");
}

#[test]
fn changed_lines_are_those_since_the_base_of_the_run() {
    let project = project();
    project.git(&["init", "-q"]);
    project.git(&["add", "."]);
    project.git(&["commit", "-qm", "base"]);
    project.write("src/a.py", "import os\nimport sys\n");
    let said = probe(&project, "{ read = [\"src/**\"] }", "[\"changes\"]", &["--from-ref", "HEAD"]);
    assert_eq!(said, ["src/a.py:2-2"]);
    let said = probe(&project, "{ read = [\"src/**\"] }", "[\"changes\"]", &[]);
    assert!(said[0].contains("hint: `--from-ref REV` or `--staged`"), "{said:?}");
}

#[test]
fn a_finding_on_a_file_that_may_not_be_read_is_an_error_and_never_a_pass() {
    let project = project();
    let said = probe(&project, "{ read = [\"src/**\"] }", "[{ find = \"src/a.py\" }]", &[]);
    assert_eq!(said, ["found"]);
    let text = fs::read_to_string(project.path("sdlc.toml")).unwrap();
    project.write("sdlc.toml", text.replace("src/a.py", "/etc/passwd"));
    project.run(&["run"]).exits(3).says("`/etc/passwd` is no path of the workspace");
    project.write("sdlc.toml", text.replace("src/a.py", "src/b.py"));
    project.run(&["run"]).exits(3).says("it speaks of `src/b.py`, which it may not read or which is not there");
}

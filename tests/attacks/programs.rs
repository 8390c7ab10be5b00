//! Attacks through native programs that were granted.

use std::{
    fs,
    time::{Duration, Instant},
};

use super::{prober, said};

#[test]
fn attack_02_a_program_that_hangs_is_ended_with_its_gate() {
    let project = prober("{ run = [\"sleep\"] }", "[{ run = [\"sleep\", \"3600\"] }]");
    let text = fs::read_to_string(project.path("sdlc.toml")).unwrap();
    project.write("sdlc.toml", text.replace("grant =", "timeout = \"1s\"\ngrant ="));
    let started = Instant::now();
    let ran = project.run(&["run"]);
    assert!(started.elapsed() < Duration::from_secs(20));
    // A program that was ended is an error that its gate may tell, or the gate's own time was over.
    assert!(ran.code == Some(3) || ran.stdout.contains("Error::"), "{}", ran.stdout);
    ran.says("other passed");
}

#[test]
fn attack_19_an_argument_that_is_an_option_is_not_passed_for_a_word() {
    let requests = "[{ run = [\"sort\", \"--output=pwned\"] }, { run = [\"sort\", \"-opwned\"] }, \
                    { run = [\"sort\", \"--compress-program=sh\"] }]";
    let project = prober("{ run = [\"sort *\"] }", requests);
    let said = said(&project);
    assert!(said.iter().all(|said| said.contains("Denied")), "{said:?}");
    assert!(!project.path("pwned").exists());
}

#[test]
fn attack_21_what_the_workspace_configures_a_tool_to_run_is_confined_as_the_tool_is() {
    let project = prober(
        "{ run = [\"git\"], read = [\"**\", \".git/**\"] }",
        "[{ run = [\"git\", \"status\"] }, { run = [\"git\", \"x\"] }]",
    );
    project.git(&["init", "-q"]);
    let canary = project.path("../pwned");
    let script = format!("!sh -c 'cat ../cache/* ../secret; touch pwned {}'", canary.display());
    fs::write(project.path("../secret"), "hunter2").unwrap();
    project.git(&["config", "alias.x", &script]);
    project.git(&["config", "core.fsmonitor", script.trim_start_matches('!')]);
    let said = said(&project);
    // It was run, and what it ran was let do nothing.
    assert!(said.iter().all(|said| said.starts_with("Some(")), "{said:?}");
    assert!(!said.iter().any(|said| said.contains("hunter2")), "{said:?}");
    assert!(!canary.exists() && !project.path("pwned").exists());
}

//! `action.yml`, as GitHub's runner would use it: its script in bash, its inputs in the environment.

use std::{fs, path::Path, process::Command};

use crate::harness::{Project, Ran};

/// The script of the step `run`.
fn script() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../action.yml");
    let text = fs::read_to_string(file).unwrap();
    let (_, step) = text.split_once("- name: run\n").unwrap();
    let (_, script) = step.split_once("run: |\n").unwrap();
    script.lines().map(|line| format!("{}\n", line.trim_start())).collect()
}

fn act(project: &Project, inputs: &[(&str, &str)]) -> Ran {
    let mut bash = Command::new("bash");
    bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &script()]).current_dir(project.root()).env_clear();
    for name in ["SDLC_GATES", "SDLC_NEW_SINCE", "SDLC_CONFIG_FROM", "SDLC_REPORTS"] {
        bash.env(name, "");
    }
    bash.env("SDLC", env!("CARGO_BIN_EXE_sdlc")).env("SDLC_DIRECTORY", ".").env("SDLC_CACHE_DIR", project.cache());
    bash.env("PATH", "/usr/bin:/bin").env("SDLC_SOURCES", "").envs(inputs.iter().copied());
    Ran::of(bash.output().unwrap())
}

#[test]
fn the_action_runs_gates_and_writes_reports() {
    let project = Project::new().file("a.py", "import os\n");
    act(&project, &[]).exits(1).says("F401");
    act(&project, &[("SDLC_GATES", "hygiene")]).exits(0);
    act(&project, &[("SDLC_REPORTS", "sarif=a b.sarif\njunit=j.xml\n")]).exits(1);
    assert!(project.path("a b.sarif").exists() && project.path("j.xml").exists());
    act(&project, &[("SDLC_NEW_SINCE", "HEAD")]).exits(2).complains("is not in a git repository");
}

#[test]
fn inputs_of_the_action_are_never_run() {
    let project = Project::new().file("a.txt", "x\n");
    for name in ["SDLC_GATES", "SDLC_NEW_SINCE", "SDLC_CONFIG_FROM", "SDLC_REPORTS", "SDLC_DIRECTORY"] {
        for input in ["$(touch hacked)", "`touch hacked`", "; touch hacked", "--help", "\"; touch hacked; \""] {
            let ran = act(&project, &[(name, input)]);
            assert_ne!(ran.code, Some(0), "{name} {input}: {}", ran.stdout);
            assert!(!project.path("hacked").exists(), "{name} {input}");
        }
    }
}

#[test]
fn no_input_is_interpolated_into_a_script() {
    assert!(!script().contains("${{"));
}

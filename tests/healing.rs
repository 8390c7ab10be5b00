//! `sdlc heal`: healers propose, the host tries, and writes what helps.

use std::fs;

use crate::harness::{Project, component};

const ADVISORY: &str = r#"{"id": "GHSA-aaaa-bbbb-cccc", "modified": "2024-01-02T03:04:05Z", "summary": "is slow",
    "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}],
    "affected": [{"package": {"ecosystem": "PyPI", "name": "NAME"},
    "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "FIXED"}]}]}]}"#;

const PINS: &str = "# the web\njinja2==2.4.1  # templates\nflask == 1.0 ; python_version > '3'\nrequests==2.0\n";

fn advised(write: &str) -> Project {
    let project = Project::new()
        .file("requirements.txt", PINS)
        .file("../osv/a.json", ADVISORY.replace("NAME", "jinja2").replace("FIXED", "2.11.3"))
        .file("../osv/b.json", ADVISORY.replace("NAME", "flask").replace("FIXED", "2.2.5").replace("aaaa", "dddd"))
        .file(
            "sdlc.toml",
            format!(
                "[gates.dependencies]\nplugin = \"builtin:dependencies\"\n\
                 grant = {{ read = [\"**\"], advisories = true }}\n\
                 [healers.pins]\nplugin = \"builtin:dependency-bump\"\n\
                 grant = {{ read = [\"**\"], write = [{write}], advisories = true }}\n"
            ),
        );
    project.run(&["advisories", "update", "--from", "../osv"]).exits(0);
    project
}

fn read(project: &Project, path: &str) -> String {
    fs::read_to_string(project.path(path)).unwrap()
}

#[test]
fn vulnerable_pins_are_raised_and_nothing_else_is_touched() {
    let project = advised("\"requirements*.txt\"");
    project.run(&["run"]).exits(1).says("high-vulnerability");
    let ran = project.run(&["heal", "--dry-run"]).exits(1);
    let ran = ran.says("accepted raise `jinja2` from 2.4.1 to 2.11.3 in requirements.txt (pins)");
    ran.says("accepted raise `flask` from 1.0 to 2.2.5 in requirements.txt (pins)");
    assert_eq!(read(&project, "requirements.txt"), PINS);
    project.run(&["heal"]).exits(0).says("accepted raise `jinja2`");
    let raised = PINS.replace("2.4.1", "2.11.3").replace("1.0", "2.2.5");
    assert_eq!(read(&project, "requirements.txt"), raised);
    project.run(&["run"]).exits(0);
    project.run(&["undo"]).exits(0).complains("undone: `sdlc heal`");
    assert_eq!(read(&project, "requirements.txt"), PINS);
}

#[test]
fn a_patch_is_written_instead_where_one_is_asked_for() {
    let project = advised("\"requirements*.txt\"");
    project.git(&["init", "-q"]);
    project.run(&["heal", "--output", "../fix.patch"]).exits(1);
    assert_eq!(read(&project, "requirements.txt"), PINS);
    project.git(&["apply", "../fix.patch"]);
    project.run(&["run"]).exits(0);
}

#[test]
fn what_may_not_be_written_is_refused_with_the_grant_that_would_allow_it() {
    let project = advised("\"other.txt\"");
    project
        .run(&["heal"])
        .exits(1)
        .says("refused raise `jinja2`")
        .says("hint: `healers.pins.grant = { write = [\"requirements.txt\"] }`");
    assert_eq!(read(&project, "requirements.txt"), PINS);
    let report = project.run(&["heal", "--output-format", "json"]).exits(1);
    let report: serde_json::Value = serde_json::from_str(&report.stdout).unwrap();
    assert_eq!(report["treatments"][0]["accepted"], false);
}

/// A project with blanks that `sed` removes, and what it is told.
fn plain(settings: &str, grant: &str) -> Project {
    Project::new().file("a.txt", "one  \n").file("sub/b.txt", "two  \n").file("c.md", "three  \n").file(
        "sdlc.toml",
        format!(
            "[gates.hygiene]\nplugin = \"builtin:hygiene\"\n\
             [healers.sed]\nplugin = \"builtin:tool\"\ngrant = {{ {grant} }}\n[healers.sed.settings]\n{settings}\n"
        ),
    )
}

const GRANT: &str = "read = [\"**/*.txt\"], write = [\"**/*.txt\"], run = [\"sed\", \"sh\"]";

#[test]
fn a_program_mends_a_copy_and_what_helps_is_taken_file_by_file() {
    let settings = "command = [\"sed\", \"-i\", \"s/ *$//\", \"a.txt\", \"sub/b.txt\"]\nfiles = [\"**/*.txt\"]";
    let project = plain(settings, GRANT);
    let ran = project.run(&["heal", "sed", "--dry-run"]).exits(1).says("in a.txt (sed)").says("in sub/b.txt (sed)");
    assert_eq!((read(&project, "a.txt").as_str(), ran.stdout.contains("c.md (sed)")), ("one  \n", false));
    project.run(&["heal", "sed"]).exits(1);
    assert_eq!((read(&project, "a.txt"), read(&project, "sub/b.txt")), ("one\n".to_owned(), "two\n".to_owned()));
    assert_eq!(read(&project, "c.md"), "three  \n");
}

#[test]
fn a_healer_that_no_gate_gives_findings_to_says_so() {
    let settings = "command = [\"sed\", \"-i\", \"s/ *$//\", \"a.txt\"]\nfiles = [\"**/*.txt\"]";
    let project = plain(settings, GRANT);
    for path in ["a.txt", "sub/b.txt", "c.md"] {
        project.write(path, "clean\n");
    }
    project.write("old.patch", "");
    let ran = project.run(&["heal", "--output", "old.patch"]).exits(0);
    let ran = ran.complains("healer `sed` was not asked: no gate found anything; hint: ");
    ran.complains("no patch `old.patch` is written, and the one that was there is removed");
    assert!(!project.path("old.patch").exists());
}

#[test]
fn a_program_of_a_healer_never_touches_the_tree() {
    let project = plain("", GRANT);
    let root = project.root();
    let script = format!("echo mine > {0}/a.txt; echo mine > {0}/new.txt; sed -i 's/ *$//' a.txt", root.display());
    let settings = format!("command = [\"sh\", \"-c\", \"{script}\"]\nfiles = [\"**/*.txt\"]\nstatus = [0, 1, 2]");
    let text =
        read(&project, "sdlc.toml").replace("[healers.sed.settings]\n", &format!("[healers.sed.settings]\n{settings}"));
    project.write("sdlc.toml", text);
    project.run(&["heal", "sed"]).exits(1).says("accepted");
    assert_eq!(read(&project, "a.txt"), "one\n");
    assert!(!project.path("new.txt").exists());
}

#[test]
fn a_program_that_is_not_granted_or_fails_is_a_failure_of_the_healer() {
    let settings = "command = [\"awk\", \"1\"]\nfiles = [\"**/*.txt\"]";
    plain(settings, GRANT).run(&["heal", "sed"]).exits(3).says("failed healer `sed`").says("healers.sed.grant");
    let settings = "command = [\"sh\", \"-c\", \"echo this is why >&2; exit 7\"]\nfiles = [\"**/*.txt\"]";
    plain(settings, GRANT).run(&["heal", "sed"]).exits(3).says("ended with 7: this is why");
}

fn quack(settings: &str) -> Project {
    let project = Project::new().file("a.txt", "bad  \n").file("b.txt", "bad  \n");
    fs::copy(component("quack"), project.path("quack.wasm")).unwrap();
    project.write(
        "sdlc.toml",
        format!(
            "[gates.hygiene]\nplugin = \"builtin:hygiene\"\nfiles = [\"*.txt\"]\n\
             [healers.quack]\nplugin = {{ path = \"quack.wasm\" }}\ntimeout = \"2s\"\ngrant = {{ write = [\"*.txt\"] }}\n\
             settings = {{ {settings} }}\n"
        ),
    );
    project
}

#[test]
fn what_does_not_help_is_refused_and_what_does_is_kept() {
    let project = quack("write = { \"a.txt\" = \"good\\n\", \"b.txt\" = \"worse  \\nworse  \\n\" }");
    project
        .run(&["heal", "quack"])
        .exits(1)
        .says("accepted write a.txt")
        .says("refused write b.txt in b.txt (quack): `b.txt`: it would add a finding of `trailing-whitespace`");
    assert_eq!((read(&project, "a.txt"), read(&project, "b.txt")), ("good\n".to_owned(), "bad  \n".to_owned()));
}

#[test]
fn a_healer_that_fails_again_and_again_is_not_asked_for_a_while() {
    let project = quack("fail = \"no idea\"");
    for _ in 0..3 {
        project.run(&["heal", "quack"]).exits(3).says("failed healer `quack`: no idea; 2 findings");
    }
    project.run(&["heal", "quack"]).exits(3).says("it failed again and again, and is not asked for a while");
    // Whoever mends it wants to know at once whether that helped.
    let mended = fs::read_to_string(project.path("sdlc.toml")).unwrap().replace("no idea", "another idea");
    project.write("sdlc.toml", mended);
    project.run(&["heal", "quack"]).exits(3).says("failed healer `quack`: another idea");
}

#[test]
fn a_healer_without_end_is_ended() {
    quack("hang = true").run(&["heal", "quack"]).exits(3).says("failed healer `quack`: ").says("timeout");
}

#[test]
fn names_of_healers_and_their_settings_are_checked() {
    let project = quack("fail = \"x\"");
    project.run(&["heal", "quak"]).exits(2).complains("no healer is called `quak`; hint: did you mean `quack`?");
    project.write("sdlc.toml", "[gates.a]\nplugin = \"builtin:hygiene\"\ngrant = { write = [\"x\"] }\n[healers.h]\nplugin = \"builtin:tool\"\ngates = [\"b\"]\n");
    project
        .run(&["config", "check"])
        .exits(2)
        .complains("a gate changes no files: only healers have `write`")
        .complains("no gate is called `b`");
}

#[test]
fn settings_that_a_healer_refuses_stop_before_anything_runs() {
    let project = plain("command = []\nfiles = [\"*.txt\"]", GRANT);
    project.run(&["heal"]).exits(2).complains("healer `sed`: `command`");
    project.run(&["config", "check"]).exits(2).complains("hint: such as `[\"cargo\", \"fmt\"]`");
}

#[test]
fn a_healer_is_added_as_one() {
    let project = Project::new().file("a.txt", "good\n");
    fs::copy(component("quack"), project.path("quack.wasm")).unwrap();
    project.run(&["plugin", "add", "quack.wasm"]).exits(0).complains("added healer `quack`");
    assert!(read(&project, "sdlc.toml").contains("[healers.quack]"));
    project.run(&["plugin", "list"]).exits(0).says("quack    path:quack.wasm");
    project.run(&["heal", "quack", "--locked"]).exits(0);
    fs::write(project.path("quack.wasm"), "other").unwrap();
    project.run(&["heal", "quack"]).exits(2);
    project.run(&["plugin", "remove", "quack"]).exits(0);
}

#[test]
fn a_directory_that_git_ignores_can_be_read_by_the_program_where_the_grant_names_it() {
    let settings = "command = [\"sh\", \"-c\", \"cp deps/good.txt a.txt; echo mine > deps/good.txt\"]\nfiles = [\"a.txt\"]\nstatus = [0, 1, 2]";
    let grant = "read = [\"a.txt\", \"deps/**\"], write = [\"a.txt\"], run = [\"sh\"]";
    let project = plain(settings, grant).file(".gitignore", "deps/\n").file("deps/good.txt", "good\n");
    let ran = project.run(&["heal", "sed", "-v"]).says("accepted take what");
    assert_eq!((read(&project, "a.txt"), read(&project, "deps/good.txt")), ("good\n".to_owned(), "good\n".to_owned()));
    assert!(ran.stderr.contains("log of `sed`"), "{}", ran.stderr);
    // Without the grant it is not there.
    let project = plain(settings, GRANT).file(".gitignore", "deps/\n").file("deps/good.txt", "good\n");
    project.run(&["heal", "sed"]).exits(1);
    assert_eq!(read(&project, "a.txt"), "one  \n");
}

#[test]
fn a_link_in_the_tree_does_not_decide_what_a_program_reads() {
    let settings =
        "command = [\"sh\", \"-c\", \"cat deps/inner/secret.txt > a.txt\"]\nfiles = [\"a.txt\"]\nstatus = [0, 1, 2]";
    for read in ["deps/inner/**", "../outside/inner/**"] {
        let grant = format!("read = [\"a.txt\", \"{read}\"], write = [\"a.txt\"], run = [\"sh\"]");
        let project = plain(settings, &grant).file("../outside/inner/secret.txt", "secret\n");
        std::os::unix::fs::symlink("../outside", project.path("deps")).unwrap();
        project.run(&["heal", "sed"]);
        assert!(!fs::read_to_string(project.path("a.txt")).unwrap().contains("secret"), "{read}");
    }
}

#[test]
fn cargo_fix_talks_to_itself_where_that_is_granted_and_what_it_mends_is_taken() {
    let cargo = std::path::Path::new(env!("CARGO")).parent().unwrap();
    let manifest = "[package]\nname = \"mended\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
    let long = "fn main() {\n    let all: Vec<u8> = vec![1, 2, 3].into_iter().map(|x| x).collect();\n    println!(\"{all:?}\");\n}\n";
    let configuration = |grant: &str| {
        format!(
            "[gates.length]\nplugin = \"builtin:example-gate\"\nsettings = {{ max = 60 }}\n[healers.clippy]\nplugin = \"builtin:tool\"\n\
             grant = {{ read = [\"**\"], write = [\"src/*\"], run = [\"cargo clippy **\"]{grant} }}\ntimeout = \"2m\"\n\
             settings = {{ command = [\"cargo\", \"clippy\", \"--fix\", \"--allow-no-vcs\", \"--offline\"], files = [\"src/*\"] }}\n"
        )
    };
    let project = Project::new().file("Cargo.toml", manifest).file("src/main.rs", "include!(\"main.txt\");\n");
    let project = project.file("src/main.txt", long).file("sdlc.toml", configuration(""));
    let heal = || {
        let mut command = project.command(&["heal"]);
        command.env("PATH", format!("{}:/usr/bin:/bin", cargo.display()));
        crate::harness::Ran::of(command.output().unwrap())
    };
    heal().exits(3).says("failed to bind TCP listener");
    project.write("sdlc.toml", configuration(", loopback = true"));
    heal().exits(0).says("accepted take what `cargo clippy --fix");
    assert_eq!(read(&project, "src/main.txt"), long.replace(".map(|x| x)", ""));
}

//! Which programs are run at all, and what is said of those that are not.

use std::fs;

use sdlc_tools::{error::ToolError, grant::Variable, pattern::Pattern};

use crate::harness::{Place, command, text};

#[track_caller]
fn denied(place: &Place, line: &[&str], message: &str) {
    let error = place.run(&command(line[0], &line[1..])).unwrap_err();
    assert_eq!(error, ToolError::Denied(message.to_owned()));
}

#[test]
fn a_program_that_is_not_granted_is_denied_with_the_line_that_grants_it() {
    let place = Place::new();
    denied(&place, &["curl", "-v"], "`curl` may not be run; hint: gates.check.grant = { run = [\"curl -v\"] }");
}

#[test]
fn arguments_that_are_not_granted_are_denied_with_the_line_that_grants_them() {
    let mut place = Place::new();
    place.grant.run = vec!["git log *".parse().unwrap(), "echo **".parse::<Pattern>().unwrap()];
    let message =
        "`git` may not be run with these arguments; hint: gates.check.grant = { run = [\"git log --output=x\"] }";
    denied(&place, &["git", "log", "--output=x"], message);
    let message = "`git` may not be run with these arguments; hint: gates.check.grant = { run = [\"git push\"] }";
    denied(&place, &["git", "push"], message);
    assert_eq!(place.run(&command("echo", &["-n", "x"])).unwrap().stdout, b"x");
}

#[test]
fn a_path_is_refused() {
    let place = Place::new();
    for path in ["/bin/sh", "./sh", "../sh", "bin/sh"] {
        let message = format!("`{path}` is not the bare name of a program; hint: such as `pytest`, found in `PATH`");
        denied(&place, &[path], &message);
    }
}

#[test]
fn no_shell_looks_at_the_arguments() {
    let place = Place::new();
    let line = ["-c", "import sys; print(sys.argv[1:])", "$(id)", "`id`", "; id", "a b", "*"];
    let output = place.run(&command("python3", &line)).unwrap();
    assert_eq!(text(&output.stdout), "['$(id)', '`id`', '; id', 'a b', '*']\n");
}

#[test]
fn a_program_of_the_workspace_does_not_hide_the_one_of_the_system() {
    for mut place in Place::all() {
        place.script("bin/cat", "#!/bin/sh\necho hijacked\n");
        place.script("cat", "#!/bin/sh\necho hijacked\n");
        place.path = format!("{}:.::bin:{}", place.inside("bin").display(), place.path);
        assert_eq!(place.run(&command("cat", &[])).unwrap().stdout, b"");
        assert_eq!(place.succeeds("command -v cat; echo $PATH | grep -c workspace || true"), "/usr/bin/cat\n0\n");
    }
}

#[test]
fn a_program_that_is_not_installed_is_missing() {
    let mut place = Place::new();
    place.grant.run = vec!["no-such-program".parse().unwrap()];
    let message = "`no-such-program` is not installed; hint: put it into a directory of `PATH`";
    assert_eq!(place.run(&command("no-such-program", &[])), Err(ToolError::Missing(message.to_owned())));
}

#[test]
fn a_program_whose_interpreter_is_not_there_is_missing() {
    for mut place in Place::all() {
        place.grant.run = vec!["tool".parse().unwrap()];
        place.script("../bin/tool", "#!/no/such/interpreter\n");
        place.path = place.outside("bin").display().to_string();
        let error = place.run(&command("tool", &[])).unwrap_err();
        assert!(
            matches!(&error, ToolError::Missing(message) if message.starts_with("`tool` cannot be started")),
            "{error}"
        );
    }
}

#[test]
fn a_program_elsewhere_can_be_run_but_nothing_beside_it_read() {
    for mut place in Place::confined() {
        place.grant.run = vec!["tool".parse().unwrap()];
        place.script("../bin/tool", "#!/bin/sh\necho ran; cat \"$0.conf\"\n");
        fs::write(place.outside("bin/tool.conf"), "secret").unwrap();
        place.path = format!("{}:/usr/bin:/bin", place.outside("bin").display());
        let output = place.run(&command("tool", &[])).unwrap();
        assert_eq!(text(&output.stdout), "ran\n");
        assert_eq!(output.status(), Some(1));
    }
}

#[test]
fn what_it_reads_is_what_was_given_and_then_ends() {
    for place in Place::all() {
        for size in [0, 5, 3_000_000] {
            let mut command = command("cat", &[]);
            command.stdin = vec![b'x'; size];
            assert_eq!(place.run(&command).unwrap().stdout.len(), size);
        }
    }
}

#[test]
fn a_nul_byte_is_refused() {
    let message = "an argument of `sh` has a NUL byte in it";
    denied(&Place::new(), &["sh", "a\0b"], message);
    assert!(Variable::new("A", "a\0b").is_err());
}

#[test]
fn more_arguments_than_can_be_passed_are_a_limit() {
    for place in Place::all() {
        let error = place.run(&command("sh", &[&"x".repeat(3 << 20)])).unwrap_err();
        assert_eq!(error, ToolError::Limit("`sh` got more arguments than can be passed".to_owned()));
    }
}

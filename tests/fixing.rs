//! `sdlc run --fix`, `--diff` and `sdlc undo`, on the tree.

use std::{
    fs,
    io::Write,
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    process::{Command, Stdio},
};

use crate::harness::{Project, Ran};

const BROKEN: &str = "import os\nimport sys\nx = 1  \nprint(sys.argv)\n\n\n";
const HEALED: &str = "import sys\n\nx = 1\nprint(sys.argv)\n";

fn project() -> Project {
    Project::new().file("a.py", BROKEN).file("b.txt", "hello  \n")
}

fn read(project: &Project, path: &str) -> String {
    fs::read_to_string(project.path(path)).unwrap()
}

#[test]
fn what_can_be_fixed_is_fixed_counted_by_rule_and_can_be_undone() {
    let project = project();
    project.run(&["run"]).exits(1).says("5 can be fixed with `--fix`");
    project
        .run(&["run", "--fix"])
        .exits(0)
        .says("fixed 5: 2 trailing-whitespace, 1 end-of-file, 1 unsorted-imports, 1 unused-import\n");
    assert_eq!((read(&project, "a.py"), read(&project, "b.txt")), (HEALED.to_owned(), "hello\n".to_owned()));
    project.run(&["undo"]).exits(0).complains("undone: `sdlc run --fix`; 2 files are as before");
    assert_eq!((read(&project, "a.py"), read(&project, "b.txt")), (BROKEN.to_owned(), "hello  \n".to_owned()));
    project.run(&["undo"]).exits(2).complains("there is nothing to undo here; hint:");
}

#[test]
fn a_diff_is_a_patch_that_git_applies_and_changes_nothing() {
    let project = project().file("weird \"name\"\t\u{e9}.txt", "x \n").file("last.txt", "no line end");
    project.git(&["init", "-q"]);
    let ran = project.run(&["run", "--diff"]).exits(1).complains("would fix 7: 3 trailing-whitespace, 2 end-of-file");
    assert_eq!(read(&project, "a.py"), BROKEN);
    project.run(&["run", "--diff", "-o", "patch.diff"]).exits(1);
    assert_eq!(read(&project, "patch.diff"), ran.stdout);
    let mut git =
        Command::new("git").args(["apply", "-"]).current_dir(project.root()).stdin(Stdio::piped()).spawn().unwrap();
    git.stdin.take().unwrap().write_all(ran.stdout.as_bytes()).unwrap();
    assert!(git.wait().unwrap().success(), "{}", ran.stdout);
    assert_eq!((read(&project, "a.py"), read(&project, "last.txt")), (HEALED.to_owned(), "no line end\n".to_owned()));
    fs::remove_file(project.path("patch.diff")).unwrap();
    assert_eq!(project.run(&["run", "--diff"]).exits(0).stdout, "");
    project.run(&["run", "--diff", "-o", "none.diff"]).exits(0).complains("there is nothing to change: no patch");
    assert!(!project.path("none.diff").exists());
    project.run(&["history"]).exits(0).complains("no run of this project is kept yet");
}

/// While it is fixed, how the file is formatted is not looked at again, so that a later run does that, and keeps what it sees.
#[test]
fn a_file_that_was_formatted_is_looked_at_by_the_next_run() {
    let project = Project::new().file("a.py", "x = {'a':1}\n");
    project.write("sdlc.toml", "[gates.lint]\nplugin = \"builtin:python-lint\"\nsettings = { format = true }\n");
    project.run(&["run", "--fix"]).exits(0).says("fixed 1: 1 unformatted\n");
    assert_eq!(read(&project, "a.py"), "x = {\"a\": 1}\n");
    let ran = project.run(&["run"]).exits(0).says("lint passed");
    assert!(!ran.stdout.contains("cached"), "{}", ran.stdout);
    project.run(&["run"]).exits(0).says("1 cached");
}

#[test]
fn unsafe_fixes_are_only_applied_where_asked_for() {
    let project = Project::new().file("a.py", "def f(x=None):\n    y = 1\n    if x == None:\n        pass\n");
    project.write("sdlc.toml", "[gates.lint]\nplugin = \"builtin:python-lint\"\nsettings = { select = [\"E711\"] }\n");
    project.run(&["run", "--fix"]).exits(1);
    project.run(&["run"]).exits(1).says("\n1 can be fixed with `--fix --unsafe-fixes`\n");
    assert!(read(&project, "a.py").contains("x == None"));
    project.run(&["run", "--unsafe-fixes"]).exits(2).complains("hint: with `--fix` or `--diff`");
    project.run(&["run", "--fix", "--unsafe-fixes"]).exits(0).says("fixed 1: 1 none-comparison");
    assert!(read(&project, "a.py").contains("x is None"));
}

#[test]
fn reports_say_what_was_fixed_and_what_was_not() {
    let project = project().file(".github/workflows/ci.yml", "on: push  \n");
    let report = project.json(&["--fix", "hygiene"]);
    let fixed: Vec<_> =
        report["fixed"].as_array().unwrap().iter().map(|fixed| fixed["path"].as_str().unwrap()).collect();
    assert_eq!(fixed, ["a.py", "a.py", "b.txt"]);
    assert_eq!(report["fixed"][0]["rule"], "end-of-file");
    assert_eq!(report["not-fixed"][0]["path"], ".github/workflows/ci.yml");
    assert_eq!(report["not-fixed"][0]["reason"], "it says what runs in CI or at a commit: it is never healed");
    assert_eq!(read(&project, ".github/workflows/ci.yml"), "on: push  \n");
}

#[test]
fn reports_for_ci_tell_what_was_fixed_from_what_only_would_be() {
    let project = project();
    let report = |format: &str, how: &str| {
        let to = format!("--report={format}=report");
        project.run(&["run", how, "lint", &to]);
        let text = read(&project, "report");
        fs::remove_file(project.path("report")).unwrap();
        text
    };
    let count = |text: &str, what: &str| text.matches(what).count();
    let (sarif, junit, gitlab) = (report("sarif", "--diff"), report("junit", "--diff"), report("gitlab", "--diff"));
    assert_eq!((count(&sarif, "\"ruleId\": \"F401\""), count(&gitlab, "\"lint/F401\"")), (1, 1), "{sarif}{gitlab}");
    assert!(junit.contains("<failure message=\"a.py: would fix 1 finding of F401\" type=\"F401\""), "{junit}");
    let sarif = report("sarif", "--fix");
    project.run(&["undo"]).exits(0);
    let junit = report("junit", "--fix");
    project.run(&["undo"]).exits(0);
    let gitlab = report("gitlab", "--fix");
    assert_eq!(
        (count(&sarif, "ruleId"), count(&sarif, "\"fixed 1 finding of F401\""), gitlab.as_str()),
        (0, 1, "[]\n")
    );
    assert!(junit.contains("<system-out>a.py: fixed 1 finding of F401</system-out>") && !junit.contains("<failure"));
}

#[test]
fn mode_links_line_ends_and_byte_order_marks_stay() {
    let project = project()
        .file("run.sh", "#!/bin/sh\necho  \n")
        .file("crlf.txt", "a \r\nb\r\n")
        .file("bom.py", "\u{feff}import os\n");
    project.make_executable("run.sh");
    fs::set_permissions(project.path("b.txt"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("b.txt", project.path("link.txt")).unwrap();
    project.run(&["run", "--fix"]);
    let mode = |path: &str| fs::metadata(project.path(path)).unwrap().mode() & 0o777;
    assert_eq!((mode("run.sh"), mode("b.txt")), (0o755, 0o640));
    assert_eq!(read(&project, "run.sh"), "#!/bin/sh\necho\n");
    assert_eq!(read(&project, "crlf.txt"), "a\r\nb\r\n");
    assert_eq!(fs::read_link(project.path("link.txt")).unwrap().to_str(), Some("b.txt"));
    // Which the gate for all kinds of files removes.
    assert_eq!(read(&project, "bom.py"), "");
    let project = Project::new().file("bom.py", "\u{feff}import os\nx = 1\n");
    project.run(&["run", "lint", "--fix"]).exits(0);
    assert_eq!(read(&project, "bom.py"), "\u{feff}\nx = 1\n");
}

#[test]
fn names_that_are_not_utf_8_are_healed_as_well() {
    use std::os::unix::ffi::OsStrExt;
    let project = Project::new();
    let path = project.root().join(std::ffi::OsStr::from_bytes(b"a\xff.txt"));
    fs::write(&path, "x \n").unwrap();
    project.run(&["run", "--fix"]).exits(0).says("fixed 1");
    assert_eq!(fs::read_to_string(path).unwrap(), "x\n");
}

#[test]
fn a_revision_cannot_be_fixed() {
    let project = project();
    project.git(&["init", "-q"]);
    project.git(&["add", "."]);
    project.git(&["commit", "-qm", "one"]);
    project
        .run(&["run", "--fix", "--from-ref", "HEAD", "--to-ref", "HEAD"])
        .exits(2)
        .complains("a revision cannot be fixed");
}

#[test]
fn findings_that_are_allowed_or_known_are_not_fixed() {
    let project = Project::new().file("a.txt", "x \n").file("b.py", "import os  # sdlc: allow(F401) -- for others\n");
    project.write(
        "sdlc.toml",
        "[gates.hygiene]\nplugin = \"builtin:hygiene\"\n[gates.lint]\nplugin = \"builtin:python-lint\"\n",
    );
    project.run(&["baseline", "write"]).exits(0);
    project.run(&["run", "--fix"]).exits(0);
    assert_eq!((read(&project, "a.txt").as_str(), read(&project, "b.py").contains("import os")), ("x \n", true));
}

#[test]
fn a_file_with_a_fix_that_is_not_to_be_is_formatted() {
    let text = "import os  # sdlc: allow(F401) -- for later\nx = {  'a':1}\n";
    let project = Project::new().file("a.py", text);
    let settings = "settings = { select = [\"F401\"], format = true }";
    project.write("sdlc.toml", format!("[gates.lint]\nplugin = \"builtin:python-lint\"\n{settings}\n"));
    let report = project.run(&["run"]).exits(1).says("unformatted").says("1 allowed by comments");
    assert!(report.stdout.contains("1 can be fixed with `--fix`"), "{}", report.stdout);
    project.run(&["run", "--fix"]).exits(0).says("fixed 1: 1 unformatted");
    assert_eq!(read(&project, "a.py"), "import os  # sdlc: allow(F401) -- for later\n\nx = {\"a\": 1}\n");
}

#[test]
fn what_a_fix_would_make_void_counts_where_nothing_is_fixed() {
    // It is never healed.
    let project = Project::new().file(".github/a.py", "import os\nx = {  'a':1}\n");
    let settings = "settings = { select = [\"F401\"], format = true }";
    let gate = format!("[gates.lint]\nplugin = \"builtin:python-lint\"\nfail-on = \"never\"\n{settings}\n");
    project.write("sdlc.toml", format!("{gate}[overall]\nrequire = {{ findings = \"<= 1\" }}\n"));
    for arguments in [["run"].as_slice(), &["run", "--fix"], &["run", "--diff"], &["heal"]] {
        let ran = project.run(arguments).exits(1);
        assert!(
            format!("{}{}", ran.stdout, ran.stderr).contains("`findings` is 2, required"),
            "{arguments:?}: {}",
            ran.stdout
        );
    }
}

/// Runs a script in name spaces of its own: what is mounted there is seen by nobody else. None: there are none here.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn in_name_spaces(project: &Project, script: &str) -> Option<Ran> {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script]);
    command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", project.cache());
    let ran = Ran::of(command.output().unwrap());
    if ran.stderr.contains("unshare failed") || ran.stderr.contains("mount:") {
        eprintln!("skipped: no name spaces here: {}", ran.stderr);
        return None;
    }
    Some(ran)
}

#[test]
fn a_tree_that_may_not_be_written_is_an_error_and_stays() {
    let project = project();
    let script = format!(
        "mount --bind {root} {root} && mount -o remount,bind,ro {root} && cd {root} && {sdlc} run --fix",
        root = project.root().display(),
        sdlc = env!("CARGO_BIN_EXE_sdlc"),
    );
    let Some(ran) = in_name_spaces(&project, &script) else { return };
    ran.exits(2).complains("cannot be changed, so nothing was: Read-only file system");
    assert_eq!(read(&project, "a.py"), BROKEN);
}

#[test]
fn a_full_disk_is_an_error_and_an_unchanged_tree() {
    let project = project();
    // Room for a few files.
    let script = format!(
        "mount -t tmpfs -o size=64k none {root} && cd {root} && \
         for i in $(seq 1 9); do printf 'x  \\n%4000s\\n' y | tr ' ' 'z' | sed 's/^xzz/x  /' > $i.txt; done && \
         {sdlc} run hygiene --fix --no-cache; code=$?; cat [0-9].txt | grep -c '^x  $'; ls -A | wc -l; exit $code",
        root = project.root().display(),
        sdlc = env!("CARGO_BIN_EXE_sdlc"),
    );
    let Some(ran) = in_name_spaces(&project, &script) else { return };
    let ran = ran.exits(2).complains("cannot be changed, so nothing was: No space left on device");
    assert!(ran.stdout.ends_with("9\n9\n"), "{}", ran.stdout);
}

#[test]
fn a_kill_in_the_middle_is_taken_back_by_the_next_command() {
    let project = Project::new();
    for index in 0..400 {
        project.write(&format!("{index}.txt"), "x  \n");
    }
    let healed = || (0..400).filter(|index| read(&project, &format!("{index}.txt")) == "x\n").count();
    let mut interrupted = 0;
    for delay in [5, 10, 15, 20, 30, 40, 60, 80, 110] {
        let mut child = project.command(&["run", "--fix"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(delay));
        child.kill().unwrap();
        child.wait().unwrap();
        let next = project.run(&["run", "--quiet"]);
        interrupted += usize::from(next.stderr.contains("was interrupted"));
        let (healed, names) = (healed(), fs::read_dir(project.root()).unwrap().count());
        assert!(healed == 0 || healed == 400, "{healed} after {delay} ms");
        assert_eq!(names, 400, "after {delay} ms");
        if healed == 400 {
            project.run(&["undo"]).exits(0);
        }
    }
    // Whether a kill meets the middle depends on the machine; that every step is survived is tested beside the code.
    eprintln!("{interrupted} of 9 in the middle");
}

#[test]
fn a_state_directory_that_cannot_be_made_changes_nothing() {
    let project = project().file("not-a-directory", "x\n");
    let state = project.path("not-a-directory/state");
    project
        .run(&["run", "--fix", "--state-dir", state.to_str().unwrap()])
        .exits(2)
        .complains("hint: name another place with `--state-dir`");
    assert_eq!(read(&project, "a.py"), BROKEN);
}

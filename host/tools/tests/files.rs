//! Which files a program can read and write.

use std::{fs, os::unix::fs::PermissionsExt, os::unix::fs::symlink};

use crate::harness::{Place, command, text};

const DENIED: &str = "ermission denied";

#[test]
fn what_is_granted_can_be_read() {
    for place in Place::confined() {
        place.write("src/a.py", "inside");
        assert_eq!(place.succeeds("cat src/a.py"), "inside");
        assert_eq!(place.succeeds("ls"), "src\n");
    }
}

#[test]
fn what_is_not_granted_cannot_be_read() {
    for mut place in Place::confined() {
        place.grant.read = vec!["src".into(), "missing".into()];
        place.write("src/a.py", "inside");
        place.write("secret", "secret");
        fs::write(place.outside("canary"), "canary").unwrap();
        assert_eq!(place.succeeds("cat src/a.py"), "inside");
        place.fails("cat secret", DENIED);
        place.fails("cat ../canary", DENIED);
        place.fails(&format!("cat {}", place.outside("canary").display()), DENIED);
        place.fails("ls ..", DENIED);
        place.fails("ls /root", DENIED);
        place.fails("cat /etc/shadow", DENIED);
    }
}

#[test]
fn only_the_confinement_keeps_from_reading() {
    let place = Place::on(sdlc_tools::tier::Tier::Environment);
    fs::write(place.outside("canary"), "canary").unwrap();
    assert_eq!(place.succeeds("cat ../canary"), "canary");
}

#[test]
fn a_link_does_not_lead_out_of_the_grant() {
    for mut place in Place::confined() {
        fs::write(place.outside("canary"), "canary").unwrap();
        fs::create_dir(place.inside("src")).unwrap();
        symlink(place.outside("canary"), place.inside("src/link")).unwrap();
        symlink(place.outside(""), place.inside("src/up")).unwrap();
        symlink(place.outside(""), place.inside("granted")).unwrap();
        place.grant.read = vec!["src".into(), "granted".into()];
        place.fails("cat src/link", DENIED);
        place.fails("cat src/up/canary", DENIED);
        place.fails("cat granted/canary", DENIED);
    }
}

#[test]
fn what_is_hidden_is_not_read_though_all_is_granted() {
    for mut place in Place::confined() {
        place.write(".git/config", "secret");
        place.write(".env", "secret");
        place.write("deep/er/.env", "secret");
        place.write("deep/er/a.py", "inside");
        place.write("deep/b.py", "inside");
        symlink(".env", place.inside("link")).unwrap();
        place.grant.hidden = vec![".git".into(), ".env".into(), "./deep/er/.env".into()];
        assert_eq!(place.succeeds("cat deep/er/a.py deep/b.py"), "insideinside");
        assert_eq!(place.succeeds("ls deep"), "b.py\ner\n");
        for path in [".git/config", ".env", "deep/er/.env", "link"] {
            place.fails(&format!("cat {path}"), DENIED);
        }
    }
}

#[test]
fn nothing_is_written_without_a_grant() {
    for place in Place::confined() {
        place.write("a.py", "inside");
        place.fails("echo x > a.py", "cannot create");
        place.fails("echo x > new.py", "cannot create");
        place.fails("rm a.py", "cannot remove");
        place.fails("mkdir new", "cannot create");
        place.fails("echo x > ../new", "cannot create");
        place.fails("python3 -c 'import os; os.truncate(\"a.py\", 0)'", "Error");
        assert_eq!(fs::read_to_string(place.inside("a.py")).unwrap(), "inside");
    }
}

#[test]
fn what_is_granted_for_writing_can_be_written() {
    for mut place in Place::confined() {
        place.write("out/a", "old");
        place.write("in/b", "old");
        place.grant.write = vec!["out".into()];
        place.succeeds("echo new > out/a; mkdir out/d; mv out/a out/d/a; echo x > out/b; rm out/b");
        assert_eq!(fs::read_to_string(place.inside("out/d/a")).unwrap(), "new\n");
        place.fails("echo new > in/b", "cannot create");
        place.fails("mv in/b out/b", "cannot");
        place.fails("ln in/b out/b && echo new > out/b", "ailed");
        place.fails("mknod out/null c 1 3", "mknod: out/null");
        assert_eq!(fs::read_to_string(place.inside("in/b")).unwrap(), "old");
    }
}

#[test]
fn home_and_temporary_files_are_private_and_gone_afterwards() {
    for place in Place::all() {
        let written =
            place.succeeds("ls -A $HOME $TMPDIR; echo x > $TMPDIR/x; echo y > $HOME/y; cat $TMPDIR/x; echo $HOME");
        let home = written.lines().last().unwrap().to_owned();
        assert!(written.contains("\nx\n"), "{written}");
        assert!(home.starts_with(place.outside("").to_str().unwrap()), "{home}");
        assert_eq!(fs::read_dir(place.outside("")).unwrap().count(), 1);
        let before = place.succeeds("ls -A $HOME $TMPDIR | wc -l");
        assert_eq!(before.trim(), "3");
    }
}

#[test]
fn a_directory_is_one_in_the_workspace() {
    for place in Place::confined() {
        place.write("src/a.py", "");
        symlink("/etc", place.inside("link")).unwrap();
        let at = |directory: &str| {
            let mut command = command("sh", &["-c", "pwd"]);
            command.directory = Some(directory.into());
            place.run(&command).map(|output| text(&output.stdout)).map_err(|error| error.to_string())
        };
        assert_eq!(at("src").unwrap(), format!("{}\n", place.inside("src").display()));
        assert_eq!(at(".").unwrap(), format!("{}\n", place.inside("").to_str().unwrap().trim_end_matches('/')));
        assert_eq!(at("missing").unwrap_err(), "there is no directory `missing`");
        assert_eq!(at("link").unwrap_err(), "`link` is no directory in the workspace");
        assert_eq!(at("src/a.py").unwrap_err(), "`src/a.py` is no directory in the workspace");
        for outside in ["..", "/etc", "src/../.."] {
            assert_eq!(
                at(outside).unwrap_err(),
                format!("`{outside}` is not a path in the workspace; hint: such as `src`")
            );
        }
    }
}

#[test]
fn a_workspace_within_the_system_is_confined_too() {
    // As in `/usr/src/app`: what is granted of the system must not have the workspace in it.
    for mut place in Place::confined() {
        place.write("secret", "secret");
        place.write("src/a", "inside");
        place.grant.read = vec!["src".into()];
        let tools = place.tools_with_toolchains(vec![place.outside("")]);
        fs::write(place.outside("tool"), "tool").unwrap();
        let run = |script: &str| crate::harness::block_on(tools.run(&command("sh", &["-c", script]))).unwrap();
        assert_eq!(run("cat src/a ../tool").stdout, b"insidetool");
        assert_eq!(run("cat secret").stdout, b"");
    }
}

#[test]
fn what_is_created_is_for_its_owner_alone() {
    for mut place in Place::all() {
        place.grant.write = vec![".".into()];
        place.succeeds("echo x > new");
        assert_eq!(fs::metadata(place.inside("new")).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn other_processes_are_not_to_be_looked_into() {
    for place in Place::confined() {
        let ours = std::process::id();
        for file in ["environ", "cmdline", "maps", "mem"] {
            let output = place.sh(&format!("head -c 1 /proc/{ours}/{file}"));
            assert_eq!((output.status(), output.stdout.as_slice()), (Some(1), [].as_slice()), "{file}");
        }
        let output = place.sh("cat /proc/$PPID/environ; head -c 1 /proc/$PPID/mem");
        assert_eq!(output.stdout, b"");
    }
}

#[test]
fn a_program_can_look_at_itself_and_the_machine() {
    for place in Place::confined() {
        assert!(place.succeeds("exec cat /proc/self/status").contains("Name:\tcat"));
        assert!(place.succeeds("cat /proc/meminfo").contains("MemTotal"));
        place.succeeds("head -c 4 /dev/urandom > /dev/null");
        assert_eq!(place.succeeds("exec python3 -c 'import os; os.write(os.open(\"/dev/stdout\", 1), b\"x\")'"), "x");
    }
}

#[test]
fn modes_and_times_of_what_is_not_granted_cannot_be_changed() {
    for mut place in Place::confined() {
        place.write("in/a", "");
        place.write("out/b", "");
        fs::write(place.outside("canary"), "canary").unwrap();
        place.grant.write = vec!["out".into()];
        for path in ["in/a", "../canary", "."] {
            place.fails(&format!("chmod 777 {path}"), "chmod");
            place.fails(&format!("chmod 000 {path}"), "chmod");
        }
        place.fails(&format!("chown {0}:{0} ../canary", rustix::process::geteuid()), "chown");
        assert_ne!(fs::metadata(place.outside("canary")).unwrap().permissions().mode() & 0o777, 0o777);
    }
}

#[test]
fn a_compiler_can_make_its_result_executable() {
    for mut place in Place::confined() {
        place.write("out/a", "#!/bin/sh\necho made");
        place.grant.write = vec!["out".into()];
        assert_eq!(place.succeeds("chmod 700 out/a && out/a"), "made\n");
    }
}

#[test]
fn in_name_spaces_modes_and_times_of_what_is_granted_can_be_changed() {
    let mut place = Place::on(sdlc_tools::tier::Tier::Namespaces);
    place.write("out/b", "");
    place.grant.write = vec!["out".into()];
    place.succeeds("chmod 750 out/b && touch -d 2001-01-01 out/b && chmod 700 $TMPDIR $HOME");
    assert_eq!(fs::metadata(place.inside("out/b")).unwrap().permissions().mode() & 0o777, 0o750);
    place.fails("touch -d 2001-01-01 ../workspace", "touch");
    place.grant.write = vec!["out/b".into(), "missing".into()];
    place.succeeds("echo x > out/b && chmod 700 out/b");
}

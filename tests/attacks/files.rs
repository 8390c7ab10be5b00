//! Attacks on files that were not granted.

use std::{
    fs,
    os::unix::fs::symlink,
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use super::{prober, said};

#[test]
fn attack_13_a_nul_byte_does_not_end_a_path() {
    let project = prober("{ read = [\"**\"] }", "[{ read = \"a.md\\u0000.txt\" }, { read = \"a.md\" }]");
    let said = said(&project);
    assert!(said.iter().any(|said| said.starts_with("Error::")), "{said:?}");
    assert!(said.contains(&"text\n".to_owned()), "{said:?}");
}

#[test]
fn attack_14_a_hard_link_or_a_rename_does_not_carry_a_file_over_to_what_is_granted() {
    let script = "ln secret/key open/hard; mv secret/key open/moved; ln -s ../secret/key open/soft; cat open/*";
    let project = prober(
        "{ read = [\"open/**\"], run = [\"sh\"] }",
        &format!("[{{ run = [\"sh\", \"-c\", {script:?}] }}, {{ read = \"open/soft\" }}]"),
    )
    .file("secret/key", "hunter2\n")
    .file("open/a", "a\n");
    symlink("../secret/key", project.path("open/soft")).unwrap();
    let said = said(&project);
    assert!(said.iter().any(|said| said.starts_with("Some(") && said.contains("a ")), "{said:?}");
    assert!(!said.iter().any(|said| said.contains("hunter2")), "{said:?}");
    assert!(!project.path("open/hard").exists() && !project.path("open/moved").exists());
    assert_eq!(fs::read_to_string(project.path("secret/key")).unwrap(), "hunter2\n");
}

#[test]
fn attack_15_a_link_that_is_swapped_in_during_the_run_does_not_lead_out() {
    let requests = vec!["{ read = \"open/a/key\" }"; 200].join(", ");
    let project =
        prober("{ read = [\"open/**\"] }", &format!("[{requests}]")).file("real/key", "open\n").file("open/b", "b\n");
    let outside = project.path("../outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("key"), "hunter2\n").unwrap();
    let (directory, done) = (project.path("open/a"), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                fs::create_dir(&directory).unwrap();
                fs::write(directory.join("key"), "open\n").unwrap();
                fs::remove_dir_all(&directory).unwrap();
                symlink(&outside, &directory).unwrap();
                fs::remove_file(&directory).unwrap();
            }
        });
        for _ in 0..5 {
            let ran = project.run(&["run", "--output-format", "json"]).says("\"verdict\"");
            if ran.stdout.contains("hunter2") {
                done.store(true, Ordering::Relaxed);
                panic!("{}", ran.stdout);
            }
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[test]
fn attack_16_a_pipe_or_a_device_is_not_read_and_nobody_waits_for_it() {
    let requests =
        "[{ read = \"pipe\" }, { read = \"device\" }, { read = \"/proc/self/environ\" }, { read = \"../canary\" }]";
    let project = prober("{ read = [\"**\", \"pipe\", \"device\"] }", requests);
    fs::write(project.path("../canary"), "hunter2").unwrap();
    assert!(Command::new("mkfifo").arg(project.path("pipe")).status().unwrap().success());
    symlink("/dev/zero", project.path("device")).unwrap();
    let said = said(&project);
    assert!(said.iter().all(|said| said.starts_with("Error::")), "{said:?}");
}

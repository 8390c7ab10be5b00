//! What a program starts, and that nothing of it is left over.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use sdlc_tools::{command::Ending, tier::Tier};

use crate::harness::{Place, block_on, command, is_running, mark};

/// Starts one in a session of its own whose parents are gone, and goes on.
fn daemon(mark: &str) -> String {
    format!(
        "import os, sys, time\nif os.fork() == 0:\n  os.setsid()\n  if os.fork() == 0:\n    os.execvp('python3', ['python3', '-c', 'import time, signal; [signal.signal(s, signal.SIG_IGN) for s in (1, 2, 15)]; time.sleep(60)', '{mark}'])\n  os._exit(0)\nos.wait()\ntime.sleep(0.3)\n"
    )
}

#[test]
fn a_double_forked_child_does_not_outlive_the_program() {
    for place in Place::all() {
        let mark = mark(&place);
        let begin = Instant::now();
        let output = place.python(&format!("{}print('done')", daemon(&mark)));
        assert_eq!(output.stdout, b"done\n");
        assert_eq!(output.ending, Ending::Exited(0));
        assert!(begin.elapsed() < Duration::from_secs(10));
        assert!(!is_running(&mark), "{:?}", output.tier);
    }
}

#[test]
fn a_double_forked_child_does_not_outlive_the_time_limit() {
    for mut place in Place::all() {
        let mark = mark(&place);
        place.limits.time = Duration::from_secs(1);
        let output = place.python(&format!("{}print('here', flush=True)\ntime.sleep(60)", daemon(&mark)));
        assert_eq!(output.ending, Ending::TimeLimit);
        assert_eq!(output.status(), None);
        assert_eq!(output.stdout, b"here\n");
        assert!(output.duration < Duration::from_secs(8), "{:?}", output.duration);
        assert!(!is_running(&mark), "{:?}", output.tier);
    }
}

#[test]
fn nothing_outlives_a_future_that_is_dropped() {
    for place in Place::all() {
        let mark = mark(&place);
        let tools = place.tools();
        let command = command("python3", &["-c", &format!("{}time.sleep(60)", daemon(&mark))]);
        block_on(async { tokio::time::timeout(Duration::from_secs(1), tools.run(&command)).await.unwrap_err() });
        let begin = Instant::now();
        while is_running(&mark) && begin.elapsed() < Duration::from_secs(5) {
            sleep(Duration::from_millis(10));
        }
        assert!(!is_running(&mark), "{:?}", place.confinement.most);
    }
}

#[test]
fn a_program_that_ignores_signals_is_ended_in_time() {
    for mut place in Place::all() {
        place.limits.time = Duration::from_millis(500);
        let output = place.sh("trap '' HUP INT TERM; while :; do sleep 60; done");
        assert_eq!(output.ending, Ending::TimeLimit);
        assert!(output.duration < Duration::from_secs(4), "{:?}", output.duration);
    }
}

#[test]
fn a_fork_bomb_is_ended_by_the_time_limit() {
    for mut place in Place::all() {
        let mark = mark(&place);
        place.limits.time = Duration::from_secs(1);
        // Bounded, as only name spaces bound it.
        let script = "import os, sys\nfor _ in range(7): os.fork()\nos.execvp('sleep', [sys.argv[1], '60'])";
        let output = place.run(&command("python3", &["-c", script, &mark])).unwrap();
        assert_eq!(output.ending, Ending::TimeLimit, "{}", crate::harness::text(&output.stderr));
        assert!(output.duration < Duration::from_secs(9), "{:?}", output.duration);
        assert!(!is_running(&mark));
    }
}

#[test]
fn a_fork_bomb_in_name_spaces_runs_into_their_number_of_processes() {
    let mut place = Place::on(Tier::Namespaces);
    place.limits.time = Duration::from_secs(5);
    place.limits.processes = 50;
    let script = "import os, time\nn = 0\ntry:\n  while True:\n    if os.fork() == 0: time.sleep(60)\n    n += 1\nexcept OSError: print(n)";
    let count: u32 = crate::harness::text(&place.python(script).stdout).trim().parse().unwrap();
    assert!(count <= 301, "{count}");
}

#[test]
fn a_signal_does_not_reach_the_host_or_the_launcher() {
    for place in Place::confined() {
        let ours = std::process::id();
        place.fails(&format!("kill -9 {ours}"), "kill");
        let output = place.sh("kill -9 $PPID; kill -9 1; echo alive");
        assert_eq!(output.stdout, b"alive\n");
    }
}

#[test]
fn a_signal_to_its_own_group_ends_the_program_alone() {
    for place in Place::all() {
        assert_eq!(place.sh("kill -9 0").ending, Ending::Signal(9));
    }
}

#[test]
fn a_signal_that_ends_the_program_is_told() {
    for place in Place::all() {
        let output = place.sh("kill -15 $$");
        assert_eq!(output.ending, Ending::Signal(15));
        assert_eq!(output.status(), None);
    }
}

#[test]
fn a_status_of_a_shell_is_not_taken_for_a_signal() {
    for place in Place::all() {
        assert_eq!(place.sh("exit 137").status(), Some(137));
    }
}

#[test]
fn orphans_are_collected() {
    let place = Place::on(Tier::Namespaces);
    let processes =
        place.succeeds("for i in 1 2 3 4 5; do (sleep 0.01 &); done; sleep 0.3; ls /proc | grep -c '^[0-9]*$'");
    assert!(processes.trim().parse::<u32>().unwrap() <= 5, "{processes}");
}

#[test]
fn what_looks_into_processes_and_changes_mounts_is_denied() {
    for place in Place::confined() {
        let call = |number: i64, rest: &str| {
            format!(
                "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nprint(libc.syscall({number}{rest}), ctypes.get_errno())"
            )
        };
        for (number, rest) in [
            (libc::SYS_ptrace, ", 0, 0, 0, 0"),
            (libc::SYS_unshare, ", 0x10000000"),
            (libc::SYS_setns, ", 0, 0"),
            (libc::SYS_clone, ", 0x10000011, 0, 0, 0, 0"),
            (libc::SYS_mount, ", 0, 0, 0, 0, 0"),
            (libc::SYS_bpf, ", 0, 0, 0"),
            (libc::SYS_keyctl, ", 0, 0"),
            (libc::SYS_io_uring_setup, ", 1, 0"),
            (libc::SYS_perf_event_open, ", 0, 0, 0, 0, 0"),
            (libc::SYS_userfaultfd, ", 0"),
            (libc::SYS_process_vm_readv, ", 1, 0, 0, 0, 0, 0"),
            (libc::SYS_ioctl, ", 0, 0x5412, 0"),
        ] {
            let output = place.python(&call(number, rest));
            assert_eq!(crate::harness::text(&output.stdout), "-1 1\n", "{number}");
        }
        assert_eq!(crate::harness::text(&place.python(&call(libc::SYS_clone3, ", 0, 0")).stdout), "-1 38\n");
        assert_eq!(crate::harness::text(&place.python(&call(0x4000_0000 + 41, ", 2, 1, 0")).stdout), "-1 38\n");
    }
}

/// Where the test below says what to run: the host that it kills.
const HOST: &str = "SDLC_TOOLS_TEST_HOST";

#[test]
#[ignore = "the test below runs it, and kills it"]
fn a_host_that_is_killed() {
    let Ok(mark) = std::env::var(HOST) else { return };
    let tier = mark.split('/').next().and_then(Tier::from_name).unwrap();
    let script = format!("{}time.sleep(60)", daemon(&mark));
    let _ = Place::on(tier).run(&command("python3", &["-c", &script]));
}

#[test]
fn nothing_outlives_a_host_that_is_killed() {
    for place in Place::all() {
        let mark = format!("{}/{}", place.confinement.most, mark(&place));
        let mut host = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "processes::a_host_that_is_killed"])
            .env(HOST, &mark)
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let wait = |running| {
            let begin = Instant::now();
            while is_running(&mark) != running && begin.elapsed() < Duration::from_secs(8) {
                sleep(Duration::from_millis(10));
            }
            assert_eq!(is_running(&mark), running, "{mark}");
        };
        // Not before it was started by its whole line of parents.
        wait(true);
        host.kill().unwrap();
        host.wait().unwrap();
        wait(false);
    }
}

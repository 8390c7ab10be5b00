//! What a program sees of the environment, and what is shown of it.

use std::{fs::File, os::fd::AsRawFd, process::Command};

use base64::Engine as _;

use sdlc_tools::tier::Tier;

use crate::harness::{Place, text};

#[test]
fn only_a_fixed_set_is_passed() {
    for place in Place::all() {
        let names = place.succeeds("env | cut -d= -f1 | grep -v '^_$' | sort | tr '\\n' ' '");
        assert_eq!(names, "GIT_CONFIG_NOSYSTEM HOME LANG PATH PWD TERM TMPDIR TZ ");
    }
}

#[test]
fn variables_of_the_host_are_not_passed() {
    // Cargo sets them for this process.
    assert!(std::env::vars().any(|(name, _)| name.starts_with("CARGO")));
    for place in Place::all() {
        let environment = place.succeeds("env");
        for prefix in ["CARGO", "LD_", "PYTHON", "RUST", "NODE_", "BASH_ENV"] {
            assert!(!environment.contains(&format!("\n{prefix}")), "{environment}");
        }
    }
}

#[test]
fn a_granted_value_is_passed_and_redacted_in_all_its_forms() {
    for mut place in Place::all() {
        place.variable("TOKEN", "s3cr3t/val\"ue+x");
        let script = "import os, sys, json, base64, urllib.parse as u
t = os.environ['TOKEN']
print(len(t)); print(t); print(t, file=sys.stderr); print(json.dumps(t)); print(u.quote(t, safe='')); print(u.quote_plus(t))
for prefix in (b'', b'u', b'us'): print(base64.b64encode(prefix + t.encode()).decode())";
        let output = place.python(script);
        let stdout = text(&output.stdout);
        assert_eq!(stdout.lines().take(5).collect::<Vec<_>>(), ["15", "***", "\"***\"", "***", "***"]);
        assert_eq!(stdout.matches("***").count(), 7, "{stdout}");
        assert_eq!(text(&output.stderr), "***\n");
    }
}

#[test]
fn a_value_that_is_cut_by_the_limit_of_output_is_redacted() {
    let mut place = Place::new();
    place.variable("TOKEN", "abcdefghijklmnop");
    place.limits.output = 10;
    let output = place.sh("printf 12345$TOKEN");
    assert_eq!(text(&output.stdout), "12345***");
    assert!(output.truncated);
}

#[test]
fn secrets_are_for_other_sinks_too() {
    let mut place = Place::new();
    place.variable("TOKEN", "abcdefghijklmnop");
    let encoded = base64::engine::general_purpose::STANDARD.encode("abcdefghijklmnop");
    let redacted = place.tools().secrets().redact_str(&format!("a abcdefghijklmnop b {encoded}"));
    assert_eq!(redacted, "a *** b ***==");
}

#[test]
fn no_descriptor_of_the_host_is_inherited() {
    let leaked = File::open("/etc/passwd").unwrap();
    rustix::io::fcntl_setfd(&leaked, rustix::io::FdFlags::empty()).unwrap();
    for place in Place::all() {
        let open =
            place.succeeds("exec python3 -c 'import os; print(sorted(map(int, os.listdir(\"/proc/self/fd\")))[:-1])'");
        assert_eq!(open, "[0, 1, 2]\n", "{}", leaked.as_raw_fd());
    }
}

#[test]
fn there_is_no_terminal_and_a_session_of_its_own() {
    // 0 where it was made outside of the name spaces that these tests may run in.
    let ours = Command::new("python3").args(["-c", "import os; print(os.getsid(0))"]).output().unwrap();
    let ours = text(&ours.stdout);
    for place in Place::all() {
        place.fails("echo x > /dev/tty", "/dev/tty");
        let session = place.succeeds("exec python3 -c 'import os; print(os.getsid(0))'");
        match place.confinement.least {
            // The first process of the name spaces leads it.
            Tier::Namespaces => assert_eq!(session, "1\n"),
            _ => assert!(!["0", ours.trim()].contains(&session.trim()), "{session}"),
        }
    }
}

#[test]
fn no_rights_are_to_be_gained_and_no_core_is_written() {
    for place in Place::all() {
        let status = place.succeeds("exec cat /proc/self/status");
        assert!(status.contains("NoNewPrivs:\t1"), "{status}");
        assert_eq!(place.succeeds("ulimit -c; umask"), "0\n0077\n");
    }
}

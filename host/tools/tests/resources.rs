//! How much a program can use.

use std::{fs, time::Duration};

use sdlc_tools::{command::Ending, error::ToolError, tier::Tier};

use crate::harness::{Place, command, text};

const MIB: u64 = 1 << 20;

#[test]
fn memory_is_limited() {
    for mut place in Place::all() {
        place.limits.memory = 300 * MIB;
        let output = place.python("x = 'x' * (200 << 20); print('some')\nx = 'x' * (400 << 20); print('more')");
        assert_eq!(output.stdout, b"some\n");
        assert!(text(&output.stderr).contains("MemoryError"));
    }
}

#[test]
fn a_limit_of_memory_that_nothing_can_start_in_is_an_error() {
    for mut place in Place::all() {
        place.limits.memory = MIB;
        match place.run(&command("sh", &["-c", "echo x"])) {
            Err(ToolError::Limit(message)) => {
                assert!(message.contains("cannot be started in 1048576 bytes"), "{message}")
            }
            Ok(output) => assert!(!matches!(output.ending, Ending::Exited(0)), "{output:?}"),
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn the_size_of_a_file_is_limited() {
    for mut place in Place::all() {
        place.limits.file_size = MIB;
        place.grant.write = vec![".".into()];
        let output = place.sh("exec head -c 2000000 /dev/zero > big");
        assert_eq!(output.ending, Ending::Signal(25));
        assert_eq!(fs::metadata(place.inside("big")).unwrap().len(), MIB);
    }
}

#[test]
fn all_temporary_files_together_are_limited_in_name_spaces() {
    let mut place = Place::on(Tier::Namespaces);
    place.limits.temporary = MIB;
    let output = place.sh("for i in 1 2 3; do head -c 500000 /dev/zero > $TMPDIR/$i; done");
    assert!(text(&output.stderr).contains("No space left"), "{output:?}");
}

#[test]
fn processor_time_is_limited() {
    for mut place in Place::all() {
        place.limits.cpu = Duration::from_secs(1);
        let output = place.sh("while :; do :; done");
        assert!(matches!(output.ending, Ending::Signal(24 | 9)), "{:?}", output.ending);
        assert!(output.duration < Duration::from_secs(10));
    }
}

#[test]
fn open_files_are_limited() {
    for mut place in Place::all() {
        place.limits.open_files = 20;
        let output = place.python("import os\nfor _ in range(30): os.dup(0)");
        assert!(text(&output.stderr).contains("Too many open files"));
    }
}

#[test]
fn a_limit_cannot_be_raised_again() {
    for place in Place::confined() {
        place.fails("ulimit -n 100000", "ulimit");
    }
}

#[test]
fn a_flood_of_output_is_bounded() {
    for mut place in Place::all() {
        place.limits.output = 1000;
        let output = place.sh("head -c 50000000 /dev/zero; head -c 50000000 /dev/zero >&2; exit 3");
        assert_eq!((output.stdout.len(), output.stderr.len()), (1000, 1000));
        assert!(output.truncated);
        assert_eq!(output.status(), Some(3));
    }
}

#[test]
fn an_endless_flood_of_output_ends_with_its_time() {
    for mut place in Place::all() {
        place.limits.output = 1000;
        place.limits.time = Duration::from_secs(1);
        let output = place.sh("exec cat /dev/zero");
        assert_eq!(output.ending, Ending::TimeLimit);
        assert_eq!(output.stdout.len(), 1000);
        assert!(output.duration < Duration::from_secs(4), "{:?}", output.duration);
    }
}

#[test]
fn output_of_exactly_the_limit_is_not_truncated() {
    let mut place = Place::new();
    place.limits.output = 4;
    assert!(!place.sh("printf 1234").truncated);
    assert!(place.sh("printf 12345").truncated);
}

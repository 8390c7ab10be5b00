//! How well programs are confined, and what is said when that is not enough.

use sdlc_tools::tier::Tier;

use crate::harness::{Place, block_on};

#[test]
fn this_machine_reaches_name_spaces() {
    let place = Place::new();
    assert_eq!(block_on(place.tools().tier()), Ok(Tier::Namespaces));
    assert_eq!(place.sh("exit 7").status(), Some(7));
}

#[test]
fn a_tier_that_was_asked_for_is_the_one_that_is_reported() {
    for tier in Tier::ALL {
        let output = Place::on(tier).sh("echo hello; echo error >&2; exit 3");
        assert_eq!(output.tier, tier);
        assert_eq!(output.status(), Some(3));
        assert_eq!(output.stdout, b"hello\n");
        assert_eq!(output.stderr, b"error\n");
        assert!(!output.truncated);
    }
}

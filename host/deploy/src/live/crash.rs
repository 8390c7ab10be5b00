//! [`given_up`]: whether replicas of a version that was never well will not be, so that nobody has to wait for them.

use sdlc_docker::{Replica, State};
use sdlc_model::service::Restart;

/// Ends soon after a start that are too many. The engine waits twice as long before each, so it takes them some seconds.
const ENDS: u64 = 5;

/// Why this one will not be well: it ends again and again, or has ended and is not started again. `otherwise`: what the
/// engine does with replicas that end.
pub(super) fn given_up(replicas: &[Replica], otherwise: Restart) -> Option<String> {
    replicas.iter().find_map(|replica| {
        let exit = replica.exit?;
        let name = &replica.name;
        if replica.restarts >= ENDS {
            return Some(format!(
                "it does not stay up: `{name}` was started {} times and {exit}",
                replica.restarts + 1
            ));
        }
        let over = replica.state == State::Ended && otherwise != Restart::UnlessStopped;
        over.then(|| format!("it does not stay up: `{name}` {exit} and is not started again"))
    })
}

#[cfg(test)]
mod tests {
    use sdlc_docker::Exit;

    use super::*;

    fn replica(restarts: u64, state: State, code: Option<i64>) -> Replica {
        let exit = code.map(|code| Exit { code, out_of_memory: false });
        Replica { name: "shop-0".to_owned(), index: 0, state, address: None, health: None, restarts, exit }
    }

    #[test]
    fn five_ends_are_enough_and_one_is_where_nothing_starts_it_again() {
        let given_up = |restarts, state, code, otherwise| given_up(&[replica(restarts, state, code)], otherwise);
        let always = Restart::UnlessStopped;
        assert_eq!(given_up(4, State::Restarting, Some(1), always), None);
        let said = given_up(5, State::Restarting, Some(1), always).unwrap();
        assert_eq!(said, "it does not stay up: `shop-0` was started 6 times and exited with 1");
        assert_eq!(given_up(0, State::Ended, Some(0), always), None);
        assert!(given_up(0, State::Ended, Some(0), Restart::OnFailure).is_some());
        assert_eq!(given_up(0, State::Ended, None, Restart::No), None);
    }
}

//! [`retried`]: calls that failed for a reason that may be gone in a moment are made again.
//!
//! With full jitter (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015): the wait is any time between
//! nothing and a bound that doubles. Only where the engine did not answer, or said that it is its own fault.

use std::time::Duration;

use bollard::errors::Error;

use crate::error::status;

const TRIES: u32 = 5;
const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);

/// Makes a call, several times if it has to be. The call must be one that can be made twice.
pub(crate) async fn retried<T, F: Future<Output = Result<T, Error>>>(call: impl Fn() -> F) -> Result<T, Error> {
    let mut bound = FIRST;
    for _ in 1..TRIES {
        match call().await {
            Err(error) if passing(&error) => {
                tokio::time::sleep(bound.mul_f64(fastrand::f64())).await;
                bound = LONGEST.min(bound * 2);
            }
            result => return result,
        }
    }
    call().await
}

fn passing(error: &Error) -> bool {
    match status(error) {
        Some(status) => status >= 500,
        None => !matches!(error, Error::JsonDataError { .. }),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use tokio::runtime::Builder;

    use super::*;

    fn calls(status_code: u16, succeed_at: u32) -> (bool, u32) {
        let calls = Cell::new(0);
        let result =
            Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(retried(|| {
                calls.set(calls.get() + 1);
                let done = calls.get() == succeed_at;
                async move {
                    let message = String::new();
                    if done { Ok(()) } else { Err(Error::DockerResponseServerError { status_code, message }) }
                }
            }));
        (result.is_ok(), calls.get())
    }

    #[test]
    fn what_may_be_gone_in_a_moment_is_tried_again_and_nothing_else() {
        assert_eq!(calls(500, 3), (true, 3));
        assert_eq!(calls(500, 99), (false, TRIES));
        assert_eq!(calls(404, 3), (false, 1));
    }
}

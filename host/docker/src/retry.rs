//! [`Calls`]: calls that failed for a reason that may be gone in a moment are made again, and not at all for a while where
//! that goes on. Only where the engine did not answer, or said that it is its own fault.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use bollard::errors::Error;
use sdlc_resilience::{
    breaker::{Breaker, Limits},
    incident::{Incident, Recorder},
    retry::Policy,
};

use crate::error::status;

const POLICY: Policy = Policy::new(4, Duration::from_millis(100));
const LIMITS: Limits = Limits::OFTEN;

/// How calls to one engine go.
#[derive(Clone, Debug)]
pub(crate) struct Calls {
    breaker: Arc<Mutex<Breaker>>,
    began: Instant,
    pub(crate) recorder: Recorder,
}

impl Calls {
    pub(crate) fn new() -> Self {
        Self { breaker: Arc::default(), began: Instant::now(), recorder: Recorder::default() }
    }

    /// Makes a call, several times if it has to be. The call must be one that can be made twice.
    pub(crate) async fn retried<T, F: Future<Output = Result<T, Error>>>(
        &self,
        call: impl Fn() -> F,
    ) -> Result<T, Error> {
        let mut taken = 0;
        let mut failed = None;
        loop {
            let result = self.once(&call).await;
            let pause = match &result {
                Err(error) if passing(error) => POLICY.pause(taken, None),
                Ok(_) => {
                    failed.take().into_iter().for_each(|message| self.helped(message));
                    None
                }
                Err(_) => None,
            };
            let (Some(pause), Err(error)) = (pause, &result) else { return result };
            failed.get_or_insert_with(|| error.to_string());
            tokio::time::sleep(pause).await;
            taken += 1;
        }
    }

    async fn once<T, F: Future<Output = Result<T, Error>>>(&self, call: &impl Fn() -> F) -> Result<T, Error> {
        let now = || self.began.elapsed().as_secs();
        let breaker = || self.breaker.lock().unwrap_or_else(PoisonError::into_inner);
        if !breaker().admit(&LIMITS, now()) {
            let reason = "it failed again and again, and is left alone for a moment";
            return Err(Error::IOError { err: io::Error::other(reason) });
        }
        let result = call().await;
        breaker().note(&LIMITS, result.as_ref().is_err_and(passing), now());
        result
    }

    fn helped(&self, message: String) {
        let (source, kind) = ("calls to the engine".to_owned(), "engine".to_owned());
        self.recorder.note(Incident { source, kind, message, helped: Some("asking again".to_owned()) });
    }
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

    /// Makes a call that succeeds at a try: whether it did, and how often it was made.
    fn calls(calls: &Calls, status_code: u16, succeed_at: u32) -> (bool, u32) {
        let made = Cell::new(0);
        let call = || {
            made.set(made.get() + 1);
            let done = made.get() == succeed_at;
            async move {
                let message = "it is busy".to_owned();
                if done { Ok(()) } else { Err(Error::DockerResponseServerError { status_code, message }) }
            }
        };
        let runtime = Builder::new_current_thread().enable_time().build().unwrap();
        let result = runtime.block_on(calls.retried(call));
        (result.is_ok(), made.get())
    }

    #[test]
    fn what_may_be_gone_in_a_moment_is_tried_again_and_nothing_else() {
        assert_eq!(calls(&Calls::new(), 500, 3), (true, 3));
        assert_eq!(calls(&Calls::new(), 500, 99), (false, 5));
        assert_eq!(calls(&Calls::new(), 404, 3), (false, 1));
    }

    #[test]
    fn that_asking_again_helped_is_noted() {
        let engine = Calls::new();
        calls(&engine, 503, 2);
        let noted = engine.recorder.take();
        assert_eq!(noted.len(), 1);
        assert!(noted[0].message.contains("it is busy"), "{noted:?}");
    }

    #[test]
    fn an_engine_that_fails_again_and_again_is_left_alone_for_a_moment() {
        let engine = Calls::new();
        assert_eq!(calls(&engine, 500, 99).1, 5);
        assert_eq!(calls(&engine, 500, 99), (false, 0));
    }
}

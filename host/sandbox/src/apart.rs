//! [`Apart`]: a value on a thread of its own, which is left behind where a call does not come back.

use std::{io, sync::mpsc, thread};

use tokio::sync::oneshot;

type Job<S> = Box<dyn FnOnce(&mut S) + Send>;

/// A value that only its own thread touches. Who no longer waits for a call may drop this: the thread ends with the call, if it
/// ever does, and nobody waits for it.
pub(crate) struct Apart<S> {
    jobs: mpsc::Sender<Job<S>>,
}

impl<S: Send + 'static> Apart<S> {
    /// # Errors
    /// Where the machine has no thread left.
    pub(crate) fn new(mut value: S) -> io::Result<Self> {
        let (jobs, todo) = mpsc::channel::<Job<S>>();
        thread::Builder::new().name("guest".to_owned()).spawn(move || {
            for job in todo {
                job(&mut value);
            }
        })?;
        Ok(Self { jobs })
    }

    /// What the call gives, made on the thread; none where it panicked, or one before it did.
    pub(crate) async fn call<T: Send + 'static>(&self, call: impl FnOnce(&mut S) -> T + Send + 'static) -> Option<T> {
        let (done, result) = oneshot::channel();
        // Where nobody waits for the result any more, it is nobody's.
        self.jobs.send(Box::new(move |value| drop(done.send(call(value))))).ok()?;
        result.await.ok()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
    }

    #[test]
    fn calls_see_what_the_calls_before_them_left() {
        let apart = Apart::new(1).unwrap();
        runtime().block_on(async {
            assert_eq!(apart.call(|value| std::mem::replace(value, 5)).await, Some(1));
            assert_eq!(apart.call(|value| *value).await, Some(5));
        });
    }

    #[test]
    fn a_call_that_does_not_come_back_is_left_behind() {
        let (release, held) = mpsc::channel::<()>();
        let apart = Apart::new(()).unwrap();
        runtime().block_on(async {
            let stuck = apart.call(move |()| held.recv().is_ok());
            assert!(tokio::time::timeout(Duration::from_millis(20), stuck).await.is_err());
        });
        drop(apart);
        release.send(()).unwrap();
    }

    #[test]
    fn after_a_panic_there_is_no_result_and_no_hang() {
        let apart = Apart::new(()).unwrap();
        runtime().block_on(async {
            assert_eq!(apart.call(|()| std::panic::resume_unwind(Box::new(()))).await, None::<()>);
            assert_eq!(apart.call(|()| 1).await, None);
        });
    }
}

//! [`Inquiry`]: something that is asked over HTTP again and again. An answer that got lost is no outage, and what does not answer
//! is not asked all the time.

use std::time::{Duration, Instant};

use sdlc_load::{
    ask::{Answer, AskError, Asked},
    plan::LoadError,
};
use sdlc_resilience::{
    breaker::{Breaker, Limits},
    retry::Policy,
};

/// Bytes of an answer. An exporter with thousands of series has less.
const MOST: usize = 8 << 20;
const LIMITS: Limits = Limits { calls: 10, span: 300, least: 5, failures: 50, open: 10, trials: 1 };
const RETRIES: Policy = Policy::new(2, Duration::from_millis(200));

pub(crate) struct Inquiry {
    asked: Asked,
    timeout: Duration,
    began: Instant,
    breaker: Breaker,
    /// The last time. Only then is another attempt worth it.
    answered: bool,
}

impl Inquiry {
    /// # Errors
    /// The address makes no sense.
    pub(crate) fn new(url: &str, timeout: Duration) -> Result<Self, LoadError> {
        let (began, breaker) = (Instant::now(), Breaker::default());
        Ok(Self { asked: Asked::new(url)?, timeout, began, breaker, answered: true })
    }

    /// None: it did not answer again and again, and is left alone for some seconds.
    pub(crate) async fn ask(&mut self) -> Option<Result<Answer, AskError>> {
        if !self.breaker.admit(&LIMITS, self.began.elapsed().as_secs()) {
            return None;
        }
        let answer = self.attempts().await;
        self.answered = answer.is_ok();
        self.breaker.note(&LIMITS, !self.answered, self.began.elapsed().as_secs());
        Some(answer)
    }

    async fn attempts(&self) -> Result<Answer, AskError> {
        let mut taken = 0;
        loop {
            let answer = self.asked.get(self.timeout, MOST).await;
            let pause = RETRIES.pause(taken, None).filter(|_| self.answered && answer.is_err());
            let Some(pause) = pause else { return answer };
            tokio::time::sleep(pause).await;
            taken += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::TcpListener,
        thread,
    };

    use super::*;

    /// Hangs up on those that `answers` says no of, in this order, and says how many came.
    fn server(answers: &'static [bool]) -> (String, thread::JoinHandle<usize>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let serve = move || {
            for answers in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let _ = stream.read(&mut [0; 1024]).unwrap();
                if *answers {
                    let text = "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
                    stream.write_all(text.as_bytes()).unwrap();
                }
            }
            answers.len()
        };
        (url, thread::spawn(serve))
    }

    #[tokio::test]
    async fn one_answer_that_got_lost_is_no_outage() {
        let (url, served) = server(&[true, false, true]);
        let mut inquiry = Inquiry::new(&url, Duration::from_secs(5)).unwrap();
        for _ in 0..2 {
            assert_eq!(inquiry.ask().await.unwrap().unwrap().status, 204);
        }
        assert_eq!(served.join().unwrap(), 3);
    }

    #[tokio::test]
    async fn what_does_not_answer_is_tried_again_once_and_then_left_alone() {
        // The first time with two more attempts, four times with none.
        let (url, served) = server(&[false; 7]);
        let mut inquiry = Inquiry::new(&url, Duration::from_secs(5)).unwrap();
        for _ in 0..5 {
            assert!(inquiry.ask().await.unwrap().is_err());
        }
        assert!(inquiry.ask().await.is_none());
        assert_eq!(served.join().unwrap(), 7);
    }
}

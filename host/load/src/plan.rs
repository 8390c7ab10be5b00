//! [`Plan`]: what is sent, how often, and for how long.

use std::time::Duration;

/// Requests a second that one thread can start on time.
const FASTEST: f64 = 50_000.0;
/// Longest load, with warm-up.
const LONGEST: Duration = Duration::from_secs(3600);
/// Most requests in flight: each takes a descriptor.
const MOST_CONNECTIONS: u32 = 10_000;

/// What is sent, how often, and for how long.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Such as `GET`.
    pub method: String,
    /// Absolute, `http` or `https`.
    pub url: String,
    /// Names and values, in order.
    pub headers: Vec<(String, String)>,
    /// What is sent with it.
    pub body: Vec<u8>,
    /// Requests a second.
    pub rate: f64,
    /// Load that is not counted.
    pub warm_up: Duration,
    /// Load that is counted.
    pub duration: Duration,
    /// Most requests in flight.
    pub connections: u32,
    /// After which a request counts as an error, from when it was due.
    pub timeout: Duration,
}

/// Why a plan is none, or cannot be carried out.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// It makes no sense.
    #[error("{0}")]
    Plan(String),
    /// Nothing answers.
    #[error("`{address}` does not answer: {reason}")]
    NoAnswer {
        /// Host and port.
        address: String,
        /// What was tried and failed.
        reason: String,
    },
    /// It answers, with a certificate that nobody here vouches for.
    #[error(
        "`{address}` is not trusted: {reason}; hint: `SSL_CERT_FILE` names a file of certificates to trust instead of those \
         of this machine"
    )]
    Untrusted {
        /// Host and port.
        address: String,
        /// What is wrong with the certificate.
        reason: String,
    },
    /// It was stopped before its end.
    #[error("the load was stopped before its end")]
    Stopped,
    /// This machine cannot.
    #[error("load cannot be put on anything here: {0}")]
    Machine(String),
}

impl Plan {
    /// # Errors
    /// What is wrong with its numbers.
    pub(crate) fn check(&self) -> Result<(), LoadError> {
        let wrong = |text: String| Err(LoadError::Plan(text));
        if !(self.rate > 0.0 && self.rate <= FASTEST) {
            return wrong(format!(
                "a rate of {} requests a second; hint: more than 0 and at most {FASTEST}",
                self.rate
            ));
        }
        if self.duration.is_zero() || self.duration + self.warm_up > LONGEST {
            return wrong("a duration that is 0, or more than an hour with the warm-up".to_owned());
        }
        if self.connections == 0 || self.connections > MOST_CONNECTIONS {
            return wrong(format!("{} connections; hint: 1 to {MOST_CONNECTIONS}", self.connections));
        }
        if self.timeout.is_zero() {
            return wrong("a time-out of 0 ms".to_owned());
        }
        Ok(())
    }

    /// When a request is due, from the start of the load.
    pub(crate) fn due(&self, index: u64) -> Duration {
        Duration::from_secs_f64(index as f64 / self.rate)
    }

    /// How many requests there are in all.
    pub(crate) fn requests(&self) -> u64 {
        ((self.warm_up + self.duration).as_secs_f64() * self.rate).round() as u64
    }

    /// Whether a request is counted.
    pub(crate) fn counts(&self, index: u64) -> bool {
        self.due(index) >= self.warm_up
    }
}

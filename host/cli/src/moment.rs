//! Moments: milliseconds since 1970, for people and for programs.

use jiff::{Timestamp, tz::TimeZone};

/// For programs, as in RFC 3339. What is beyond all calendars is the end of time.
pub(crate) fn timestamp(at: impl TryInto<i64>) -> Timestamp {
    at.try_into().ok().and_then(|at| Timestamp::from_millisecond(at).ok()).unwrap_or(Timestamp::MAX)
}

/// In the time zone of the user. `format`: as of `strftime`, such as `%F %T`.
pub(crate) fn local(at: impl TryInto<i64>, format: &str) -> String {
    timestamp(at).to_zoned(TimeZone::system()).strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_one_whatever_its_type_and_what_is_beyond_is_the_end_of_time() {
        assert_eq!(timestamp(1_500_u64).to_string(), "1970-01-01T00:00:01.5Z");
        assert_eq!(timestamp(1_500_i64), timestamp(1_500_u64));
        assert_eq!(timestamp(u64::MAX), Timestamp::MAX);
    }
}

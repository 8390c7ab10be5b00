//! Times of the week, read from texts.

/// Minutes of a day.
pub(crate) const DAY: u32 = 1440;
const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Days of the week, Monday first, from texts such as `mon`, `mon-fri` or `sat-mon`.
pub(crate) fn days(texts: &[String]) -> Result<[bool; 7], String> {
    if texts.is_empty() {
        return Ok([true; 7]);
    }
    let mut days = [false; 7];
    for text in texts {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let wrong = || format!("`{text}` is no day; hint: such as `mon`, or `mon-fri`");
        let (first, last) = (day(first).ok_or_else(wrong)?, day(last).ok_or_else(wrong)?);
        let count = (last + 7 - first) % 7;
        for (number, chosen) in days.iter_mut().enumerate() {
            *chosen |= (number + 7 - first) % 7 <= count;
        }
    }
    Ok(days)
}

fn day(text: &str) -> Option<usize> {
    let text = text.trim().to_ascii_lowercase();
    NAMES.iter().position(|name| *name == text)
}

/// Minutes since midnight, of `HH:MM`; 24:00 is the end of a day.
pub(crate) fn time(text: &str) -> Result<u32, String> {
    let minutes = text.split_once(':').and_then(|(hours, minutes)| {
        let two = |digits: &str| if digits.len() == 2 { digits.parse::<u32>().ok() } else { None };
        Some(two(hours)? * 60 + two(minutes).filter(|minutes| *minutes < 60)?)
    });
    minutes.filter(|minutes| *minutes <= DAY).ok_or_else(|| format!("`{text}` is no time; hint: such as `08:30`"))
}

/// Minutes east of UTC, of `+HH:MM`, `-HH:MM` or `Z`.
pub(crate) fn offset(text: &str) -> Result<i32, String> {
    let wrong = || format!("`{text}` is no offset from UTC; hint: such as `+02:00`");
    if text == "Z" {
        return Ok(0);
    }
    let (sign, rest) = match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(rest), _) => (1, rest),
        (_, Some(rest)) => (-1, rest),
        _ => return Err(wrong()),
    };
    let minutes = time(rest).map_err(|_| wrong())?;
    i32::try_from(minutes).ok().filter(|minutes| *minutes <= 14 * 60).map(|minutes| sign * minutes).ok_or_else(wrong)
}

/// A minute of the week, Monday's midnight first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Minute {
    /// Monday is 0.
    pub(crate) day: usize,
    /// Since midnight.
    pub(crate) minute: u32,
}

impl Minute {
    /// Of a time in milliseconds since the Unix epoch, a Thursday.
    pub(crate) fn of(at: u64, offset: i32) -> Self {
        let minutes = i64::try_from(at / 60_000).unwrap_or(0) + i64::from(offset);
        let day = (minutes.div_euclid(i64::from(DAY)) + 3).rem_euclid(7);
        let minute = minutes.rem_euclid(i64::from(DAY));
        Self { day: usize::try_from(day).unwrap_or(0), minute: u32::try_from(minute).unwrap_or(0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_times_and_offsets_are_read() {
        let of = |texts: &[&str]| days(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["mon-fri"]), Ok([true, true, true, true, true, false, false]));
        assert_eq!(of(&["Sat-mon"]), Ok([true, false, false, false, false, true, true]));
        assert_eq!(of(&["tue", "sun"]), Ok([false, true, false, false, false, false, true]));
        assert!(of(&["monday"]).is_err());
        assert_eq!((time("08:30"), time("24:00")), (Ok(510), Ok(1440)));
        assert!(["8:30", "08:60", "24:01", "08"].iter().all(|text| time(text).is_err()));
        assert_eq!((offset("+05:30"), offset("-03:00"), offset("Z")), (Ok(330), Ok(-180), Ok(0)));
        assert!(["5", "+15:00", "+2"].iter().all(|text| offset(text).is_err()));
    }

    #[test]
    fn a_minute_of_the_week_is_that_of_the_offset() {
        // 2026-03-01 is a Sunday.
        let at = 1_772_366_400_000 - 30 * 60_000;
        assert_eq!(Minute::of(at, 0), Minute { day: 6, minute: 11 * 60 + 30 });
        assert_eq!(Minute::of(at, 13 * 60), Minute { day: 0, minute: 30 });
        assert_eq!(Minute::of(0, -60), Minute { day: 2, minute: 23 * 60 });
    }
}

//! [`Trace`]: recorded traffic, read from CSV.

use std::{fmt, mem};

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

/// What comes in at a moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Load {
    /// Requests a second.
    pub requests_per_second: f64,
    /// Milliseconds that a request takes when nobody else is there; none: the model's.
    pub latency: Option<f64>,
    /// Per cent of its memory that a replica uses.
    pub memory: Option<f64>,
    /// Share of requests that fail however many replicas there are, 0 to 1.
    pub error_rate: Option<f64>,
}

impl Load {
    /// So many requests a second.
    pub fn of(requests_per_second: f64) -> Self {
        Self { requests_per_second, ..Self::default() }
    }
}

/// Recorded traffic. Each load holds until the next one.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// Milliseconds since the Unix epoch, or since anything; increasing, at least two.
    pub rows: Vec<(u64, Load)>,
    /// Names of columns that mean nothing here.
    pub left_out: Vec<String>,
}

/// What is wrong with a trace.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct TraceError(Vec<(usize, String)>);

/// Most that are told of one file.
const MOST_PROBLEMS: usize = 10;

impl fmt::Display for TraceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (line, problem)) in self.0.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(f, "{end}line {line}: {problem}")?;
        }
        Ok(())
    }
}

const COLUMNS: &str = "hint: `time,requests-per-second`, and `latency`, `memory` and `error-rate` if there are any";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Time,
    Rate,
    Latency,
    Memory,
    ErrorRate,
}

impl Column {
    fn of(name: &str) -> Option<Self> {
        let plain = name.to_ascii_lowercase().replace(['_', ' '], "-");
        match plain.as_str() {
            "time" | "timestamp" | "at" | "date" => Some(Self::Time),
            "requests-per-second" | "rps" | "rate" | "requests" => Some(Self::Rate),
            "latency" => Some(Self::Latency),
            "memory" => Some(Self::Memory),
            "error-rate" | "errors" => Some(Self::ErrorRate),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Rate => "requests-per-second",
            Self::Latency => "latency",
            Self::Memory => "memory",
            Self::ErrorRate => "error-rate",
        }
    }
}

impl Trace {
    /// Reads CSV: a line of names, and a line for each moment.
    ///
    /// # Errors
    /// What is wrong, with the numbers of the lines.
    pub fn parse(text: &str) -> Result<Self, TraceError> {
        let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim_end()));
        let mut lines = lines.by_ref().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let Some((number, header)) = lines.next() else {
            return Err(TraceError(vec![(1, format!("there is nothing; {COLUMNS}"))]));
        };
        let (columns, left_out) = header_of(header).map_err(|problem| TraceError(vec![(number, problem)]))?;
        let (mut rows, mut problems) = (Vec::<(u64, Load)>::new(), Vec::new());
        let mut last = number;
        for (number, line) in lines {
            last = number;
            match row(&columns, line) {
                Ok((at, _)) if rows.last().is_some_and(|(before, _)| at <= *before) => {
                    problems.push((number, "its time is not after that of the line before".to_owned()));
                }
                Ok(row) => rows.push(row),
                Err(problem) => problems.push((number, problem)),
            }
            if problems.len() == MOST_PROBLEMS {
                break;
            }
        }
        if problems.is_empty() && rows.len() < 2 {
            problems.push((last, "a trace has at least two moments".to_owned()));
        }
        if problems.is_empty() { Ok(Self { rows, left_out }) } else { Err(TraceError(problems)) }
    }

    /// As CSV.
    pub fn to_csv(&self) -> String {
        let mut text = String::from("time,requests-per-second\n");
        for (at, load) in &self.rows {
            let time = i64::try_from(*at).ok().and_then(|at| Timestamp::from_millisecond(at).ok()).unwrap_or_default();
            text.push_str(&format!("{time},{:.2}\n", load.requests_per_second));
        }
        text
    }

    /// The usual time between two moments, in milliseconds.
    pub fn spacing(&self) -> u64 {
        let pairs = self.rows.iter().zip(self.rows.iter().skip(1));
        let mut gaps: Vec<_> = pairs.map(|((before, _), (after, _))| after - before).collect();
        gaps.sort_unstable();
        gaps.get(gaps.len() / 2).copied().unwrap_or(1).max(1)
    }
}

fn header_of(line: &str) -> Result<(Vec<Option<Column>>, Vec<String>), String> {
    let names: Vec<_> = line.trim_start_matches('\u{feff}').split(',').map(unquoted).collect();
    let columns: Vec<_> = names.iter().map(|name| Column::of(name)).collect();
    for needed in [Column::Time, Column::Rate] {
        match columns.iter().filter(|column| **column == Some(needed)).count() {
            1 => {}
            0 => return Err(format!("no column is called `{}`; {COLUMNS}", needed.name())),
            _ => return Err(format!("two columns are `{}`", needed.name())),
        }
    }
    let unknown = names.iter().zip(&columns).filter(|(_, column)| column.is_none());
    let unknown = unknown.map(|(name, _)| (*name).to_owned()).collect();
    Ok((columns, unknown))
}

fn row(columns: &[Option<Column>], line: &str) -> Result<(u64, Load), String> {
    let fields: Vec<_> = line.split(',').map(unquoted).collect();
    if fields.len() != columns.len() {
        return Err(format!("it has {} columns, and the first line has {}", fields.len(), columns.len()));
    }
    let (mut at, mut load) = (0, Load::default());
    for (column, field) in columns.iter().zip(fields) {
        let Some(column) = column else { continue };
        // What was not measured is left out, but for what the trace is about.
        let optional = |most| if field.is_empty() { Ok(None) } else { number(*column, field, most).map(Some) };
        match column {
            Column::Time => at = time(field)?,
            Column::Rate => load.requests_per_second = number(*column, field, f64::MAX)?,
            Column::Latency => load.latency = optional(f64::MAX)?,
            Column::Memory => load.memory = optional(f64::MAX)?,
            Column::ErrorRate => load.error_rate = optional(1.0)?,
        }
    }
    Ok((at, mem::take(&mut load)))
}

fn unquoted(field: &str) -> &str {
    let field = field.trim();
    field.strip_prefix('"').and_then(|field| field.strip_suffix('"')).unwrap_or(field)
}

fn number(column: Column, field: &str, most: f64) -> Result<f64, String> {
    let name = column.name();
    let number = field.parse::<f64>().map_err(|_| format!("`{field}` is no number, as `{name}`"))?;
    if (0.0..=most).contains(&number) && number.is_finite() {
        Ok(number)
    } else if most == 1.0 {
        Err(format!("`{field}` is no share between 0 and 1, as `{name}`"))
    } else {
        Err(format!("`{field}` is no number from 0 on, as `{name}`"))
    }
}

/// Beyond, numbers are milliseconds: in seconds it is the year 5138.
const SECONDS_END: f64 = 1e11;

fn time(field: &str) -> Result<u64, String> {
    if let Ok(number) = field.parse::<f64>() {
        let milliseconds = if number < SECONDS_END { number * 1000.0 } else { number };
        return if (0.0..1e16).contains(&milliseconds) {
            Ok(milliseconds.round() as u64)
        } else {
            Err(format!("`{field}` is no time"))
        };
    }
    let zoned = field.parse::<Timestamp>().ok();
    let local = || field.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    let timestamp = zoned.or_else(local).and_then(|time| u64::try_from(time.as_millisecond()).ok());
    timestamp.ok_or_else(|| format!("`{field}` is no time; hint: seconds, or such as `2026-03-01T08:00:00Z`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds_milliseconds_or_dates() {
        let text = "time,rps\n1767225600,5\n1767225660000,6\n2026-01-01T00:02:00Z,7\n2026-01-01 00:03:00,8\n";
        let trace = Trace::parse(text).unwrap();
        let times: Vec<_> = trace.rows.iter().map(|(at, _)| at % 86_400_000 / 1000).collect();
        assert_eq!((times, trace.spacing()), (vec![0, 60, 120, 180], 60_000));
        assert_eq!(Trace::parse(&trace.to_csv()).unwrap(), trace);
    }

    #[test]
    fn columns_are_found_by_name_and_others_left_out() {
        let trace = Trace::parse(
            "\u{feff}host,Time,\"Error Rate\",requests_per_second,latency\r\na,0,0.5,3,\r\n\nb,1,,4,20\r\n",
        );
        let trace = trace.unwrap();
        assert_eq!(trace.left_out, ["host"]);
        assert_eq!(trace.rows[0].1, Load { error_rate: Some(0.5), ..Load::of(3.0) });
        assert_eq!(trace.rows[1].1, Load { latency: Some(20.0), ..Load::of(4.0) });
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let told = |text: &str| Trace::parse(text).unwrap_err().to_string();
        assert_eq!(
            told("time,rps,error-rate\n0,1,0\n1,x,0\n2,-1,0\n\n1,1,0\n3,1\nsoon,1,0\n4,1,2\n0,1,0\n"),
            "line 3: `x` is no number, as `requests-per-second`\n\
             line 4: `-1` is no number from 0 on, as `requests-per-second`\n\
             line 7: it has 2 columns, and the first line has 3\n\
             line 8: `soon` is no time; hint: seconds, or such as `2026-03-01T08:00:00Z`\n\
             line 9: `2` is no share between 0 and 1, as `error-rate`\n\
             line 10: its time is not after that of the line before"
        );
        assert!(told("").starts_with("line 1: there is nothing"));
        assert!(told("0,5\n1,6\n").starts_with("line 1: no column is called `time`"));
        assert_eq!(told("time,rps,rate\n"), "line 1: two columns are `requests-per-second`");
        assert_eq!(told("time,rps\n5,1\n"), "line 2: a trace has at least two moments");
        assert_eq!(told(&format!("time,rps\n{}", "x,1\n".repeat(50))).lines().count(), 10);
    }
}

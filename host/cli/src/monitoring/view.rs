//! [`View`]: what is on the screen, as lines. Knows no terminal.

use std::collections::VecDeque;

use sdlc_model::reading::{Measured, Reading, ReplicaReading};
use sdlc_report::text;

use crate::moment::local;

/// How far back charts go, in milliseconds.
pub(crate) const WINDOW: u64 = 10 * 60_000;
/// Points that are kept for charts.
const MOST: usize = 6000;
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Between the two columns of charts.
const GAP: usize = 3;
const MIB: f64 = 1_048_576.0;

/// A figure that has a chart.
struct Figure {
    title: &'static str,
    unit: &'static str,
    digits: usize,
    value: fn(&Reading) -> Option<f64>,
}

const FIGURES: [Figure; 6] = [
    Figure { title: "requests/s", unit: "", digits: 1, value: |reading| Some(reading.traffic?.requests_per_second) },
    Figure { title: "p95", unit: " ms", digits: 0, value: |reading| reading.traffic?.latency_p95 },
    Figure { title: "errors", unit: " %", digits: 2, value: |reading| Some(100.0 * reading.traffic?.error_rate) },
    Figure { title: "replicas", unit: " healthy", digits: 0, value: |reading| Some(reading.healthy.into()) },
    Figure { title: "cpu", unit: " %", digits: 0, value: |reading| Some(reading.cpu) },
    Figure { title: "memory", unit: " %", digits: 0, value: |reading| Some(reading.memory) },
];

/// Of one reading, by figure.
type Point = (u64, [Option<f64>; FIGURES.len()]);

/// What is on the screen.
pub(crate) struct View {
    environment: String,
    points: VecDeque<Point>,
    last: Option<Reading>,
}

impl View {
    /// `kept`: what was seen before, the oldest first.
    pub(crate) fn new(environment: &str, kept: Vec<Reading>) -> Self {
        Self { environment: environment.to_owned(), points: kept.iter().map(point).collect(), last: None }
    }

    pub(crate) fn observe(&mut self, reading: &Reading) {
        self.points.push_back(point(reading));
        let from = reading.at.saturating_sub(WINDOW);
        while self.points.len() > MOST || self.points.front().is_some_and(|(at, _)| *at < from) {
            self.points.pop_front();
        }
        self.last = Some(reading.clone());
    }

    /// At most `height` lines of at most `width` characters. `notes` are the last remarks.
    pub(crate) fn lines(&self, width: usize, height: usize, notes: &[String]) -> Vec<String> {
        let mut below = Vec::new();
        if let Some(reading) = &self.last {
            below.push(String::new());
            below.extend(reading.replicas.iter().map(replica));
            below.extend(beside(&reading.measured));
        }
        if !notes.is_empty() {
            below.push(String::new());
            below.extend(notes.iter().map(|note| text::line(note).to_string()));
        }
        // Three rows of charts, of a title and two lines at least.
        let rows = height.saturating_sub(2 + below.len()).clamp(9, 24) / 3;
        let mut lines = vec![self.header(), String::new()];
        for pair in [[0, 1], [2, 3], [4, 5]] {
            let column = width.saturating_sub(GAP) / 2;
            let [left, right] = pair.map(|figure| self.chart(figure, column, rows.saturating_sub(1)));
            let join = |(left, right): (String, String)| format!("{left:<column$}{:GAP$}{right}", "");
            lines.extend(left.into_iter().zip(right).map(join));
        }
        lines.extend(below);
        let cut = |line: String| line.chars().take(width).collect::<String>().trim_end().to_owned();
        lines.into_iter().take(height).map(cut).collect()
    }

    fn header(&self) -> String {
        let Some(reading) = &self.last else { return format!("{}  no reading yet  (q ends)", self.environment) };
        let time = local(reading.at, "%T");
        let Reading { version, healthy, running, asked, .. } = reading;
        let proxy = if reading.traffic.is_none() { "  the proxy does not run" } else { "" };
        let (environment, version) = (&self.environment, text::line(version));
        format!("{environment}  {version}  {healthy} healthy, {running} running of {asked}  {time}{proxy}  (q ends)")
    }

    /// A title, and so many lines. The newest is on the right.
    fn chart(&self, figure: usize, width: usize, height: usize) -> Vec<String> {
        let Some(Figure { title, unit, digits, .. }) = FIGURES.get(figure) else { return Vec::new() };
        let columns = self.columns(figure, width);
        let all = self.points.iter().filter_map(|(_, values)| *values.get(figure)?);
        let most = all.fold(0.0, f64::max);
        let now = self.points.back().and_then(|(_, values)| *values.get(figure)?);
        let now = now.map_or_else(|| "-".to_owned(), |now| format!("{now:.digits$}{unit}"));
        let mut lines = vec![format!("{title}  {now}  (most {most:.digits$})")];
        for row in (0..height).rev() {
            lines.push(columns.iter().map(|value| cell(*value, most, row, height)).collect());
        }
        lines
    }

    /// A mean a column.
    fn columns(&self, figure: usize, width: usize) -> Vec<Option<f64>> {
        let mut sums = vec![(0.0, 0_u32); width];
        let end = self.points.back().map_or(0, |(at, _)| *at);
        for (at, values) in &self.points {
            let back = usize::try_from(end.saturating_sub(*at) * width as u64 / WINDOW).unwrap_or(usize::MAX);
            let column = width.checked_sub(back + 1).and_then(|column| sums.get_mut(column));
            if let (Some((sum, count)), Some(Some(value))) = (column, values.get(figure)) {
                (*sum, *count) = (*sum + value, *count + 1);
            }
        }
        sums.into_iter().map(|(sum, count)| (count > 0).then(|| sum / f64::from(count))).collect()
    }
}

/// Of a bar, the part in one row, counted from below.
fn cell(value: Option<f64>, most: f64, row: usize, height: usize) -> char {
    let Some(value) = value else { return ' ' };
    let eighths = if most > 0.0 { (value / most * 8.0 * height as f64).round() as usize } else { 0 };
    match eighths.saturating_sub(8 * row) {
        // Nothing is not the same as not known.
        0 if row == 0 => '▁',
        0 => ' ',
        part => BARS.get(part.min(8) - 1).copied().unwrap_or(' '),
    }
}

fn point(reading: &Reading) -> Point {
    (reading.at, FIGURES.map(|figure| (figure.value)(reading).filter(|value| value.is_finite())))
}

fn replica(replica: &ReplicaReading) -> String {
    let ReplicaReading { name, running, healthy, reason, restarts, cpu, memory, memory_limit, .. } = replica;
    let state = match (running, healthy) {
        (true, true) => "healthy",
        (true, false) => "not healthy",
        (false, _) => "does not run",
    };
    let cpu = cpu.map_or_else(|| "-".to_owned(), |cpu| format!("{cpu:.0} %"));
    let memory = format!("{:.0} of {:.0} MiB", *memory as f64 / MIB, *memory_limit as f64 / MIB);
    let reason = reason.as_ref().map_or_else(String::new, |reason| format!("  {reason}"));
    let line = format!("{name}  {state:<12}  cpu {cpu:>5}  memory {memory}  {restarts} restarts{reason}");
    text::line(&line).to_string()
}

/// A line a source.
fn beside(measured: &[Measured]) -> Vec<String> {
    let mut lines: Vec<(&str, String)> = Vec::new();
    for Measured { source, name, value } in measured {
        let shown = match name.strip_suffix("-bytes") {
            Some(name) => format!("  {name} {:.0} MiB", value / MIB),
            None => format!("  {name} {}", (value * 100.0).round() / 100.0),
        };
        match lines.last_mut() {
            Some((last, line)) if *last == source => *line += &shown,
            _ => lines.push((source, format!("{source}{shown}"))),
        }
    }
    lines.into_iter().map(|(_, line)| text::line(&line).to_string()).collect()
}

#[cfg(test)]
mod tests {
    use sdlc_model::reading::Traffic;

    use super::*;

    fn reading(second: u64, requests_per_second: f64) -> Reading {
        let traffic = Traffic { requests_per_second, latency_p95: Some(20.0), ..Traffic::default() };
        let replica = ReplicaReading {
            name: "shop-0".to_owned(),
            running: true,
            reason: Some("\u{1b}[31mred".to_owned()),
            ..ReplicaReading::default()
        };
        let machine = Measured { source: "machine".to_owned(), name: "cpu-percent".to_owned(), value: 12.345 };
        Reading {
            at: second * 1000,
            version: "1.0".to_owned(),
            traffic: Some(traffic),
            replicas: vec![replica],
            measured: vec![machine],
            ..Reading::default()
        }
    }

    #[test]
    fn the_newest_is_on_the_right_and_the_largest_fills_the_chart() {
        let mut view = View::new("production", vec![reading(10, 50.0)]);
        view.observe(&reading(590, 100.0));
        let lines = view.lines(43, 40, &[]);
        assert!(lines[0].starts_with("production  1.0  0 healthy"), "{lines:#?}");
        assert!(lines[2].starts_with("requests/s  100.0  (most 1"), "{lines:#?}");
        let chart: Vec<String> = lines[3..10].iter().map(|line| line.chars().take(20).collect()).collect();
        assert!(chart.iter().all(|line| line.chars().nth(19) == Some('█')), "{chart:#?}");
        let old = |line: &String| line.chars().next();
        assert_eq!((old(&chart[6]), old(&chart[0])), (Some('█'), Some(' ')), "{chart:#?}");
    }

    #[test]
    fn nothing_is_wider_or_higher_than_the_screen_and_what_is_untrusted_is_harmless() {
        let mut view = View::new("production", Vec::new());
        view.observe(&reading(1, 1.0));
        for (width, height) in [(200, 60), (80, 24), (20, 5), (1, 1), (0, 0)] {
            let lines = view.lines(width, height, &["a note\nof two lines".to_owned()]);
            assert!(lines.len() <= height && lines.iter().all(|line| line.chars().count() <= width), "{lines:#?}");
        }
        let all = view.lines(200, 60, &["\u{1b}[2J".to_owned()]).join("\n");
        assert!(!all.contains('\u{1b}') && all.contains("red") && all.contains("machine  cpu-percent 12.35"), "{all}");
    }

    #[test]
    fn what_is_too_old_is_forgotten() {
        let mut view = View::new("production", Vec::new());
        (0..10_000).for_each(|second| view.observe(&reading(second, 1.0)));
        assert_eq!(view.points.len() as u64, WINDOW / 1000 + 1);
    }
}

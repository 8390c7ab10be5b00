//! [`Chart`]: lines over time as SVG, or as a page with it. What is drawn is cut down to the pixels that there are, so that the
//! highest and the lowest of each stay.

use std::fmt::Write;

use crate::text;

/// Lines over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// Untrusted.
    pub title: String,
    /// One above the other, with the same time.
    pub panels: Vec<Panel>,
    /// Times that are marked below the panels.
    pub marks: Marks,
}

/// Times that are marked, in a row for each line.
#[derive(Clone, Debug, PartialEq)]
pub struct Marks {
    /// What they are marked for.
    pub label: String,
    /// From and until, in milliseconds since the Unix epoch, in the order of the lines.
    pub rows: Vec<Vec<(u64, u64)>>,
}

/// Lines with one scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// What is shown.
    pub label: String,
    /// The lines.
    pub lines: Vec<Line>,
    /// Of its first line; the others follow.
    pub first_color: usize,
}

/// A line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Untrusted.
    pub name: String,
    /// Milliseconds since the Unix epoch, and values from 0 on.
    pub points: Vec<(u64, f64)>,
    /// A value holds until the next one.
    pub stepped: bool,
}

const WIDTH: f64 = 1100.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 78.0;
const PANEL: f64 = 230.0;
const GAP: f64 = 54.0;
const MARK: f64 = 16.0;
/// Told apart by people who see no red or green (Okabe and Ito), the first for what all lines are held against.
const COLORS: [&str; 7] = ["#9a9a9a", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

/// As a page.
pub fn html(chart: &Chart) -> String {
    let title = escaped(&chart.title);
    let style = "body{margin:2em auto;max-width:1100px;background:#fff}svg{width:100%;height:auto}";
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title><style>{style}</style></head>\
         <body>\n{}</body></html>\n",
        svg(chart)
    )
}

/// As SVG.
pub fn svg(chart: &Chart) -> String {
    let rows = chart.marks.rows.len() as f64;
    let marks = if rows > 0.0 { 26.0 + rows * MARK } else { 0.0 };
    let height = TOP + chart.panels.len() as f64 * (PANEL + GAP) + marks + 20.0;
    let mut out = String::new();
    let mut drawing = Drawing { out: &mut out, time: span(chart) };
    drawing.begin(height, &chart.title);
    drawing.legend(chart);
    let mut top = TOP;
    for panel in &chart.panels {
        drawing.panel(panel, top);
        top += PANEL + GAP;
    }
    drawing.marks(&chart.marks, top);
    out.push_str("</svg>\n");
    out
}

/// The first and the last time.
fn span(chart: &Chart) -> (u64, u64) {
    let points = chart.panels.iter().flat_map(|panel| &panel.lines).flat_map(|line| &line.points);
    let (first, last) = points.fold((u64::MAX, 0), |(first, last), (at, _)| (first.min(*at), last.max(*at)));
    (first.min(last), last.max(first.min(last) + 1))
}

struct Drawing<'a> {
    out: &'a mut String,
    time: (u64, u64),
}

impl Drawing<'_> {
    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = self.out.write_fmt(text);
    }

    fn begin(&mut self, height: f64, title: &str) {
        self.put(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
             font-family=\"sans-serif\" font-size=\"12\" fill=\"#333\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
             <text x=\"{LEFT}\" y=\"24\" font-size=\"16\" font-weight=\"bold\">{}</text>\n",
            escaped(title)
        ));
    }

    fn legend(&mut self, chart: &Chart) {
        let Some(panel) = chart.panels.first() else { return };
        let mut x = LEFT;
        for (index, line) in panel.lines.iter().enumerate() {
            let (color, name) = (color(panel.first_color + index), escaped(&line.name));
            let end = x + 22.0;
            self.put(format_args!(
                "<line x1=\"{x}\" y1=\"40\" x2=\"{end}\" y2=\"40\" stroke=\"{color}\" stroke-width=\"3\"/>\
                 <text x=\"{}\" y=\"44\">{name}</text>\n",
                end + 6.0
            ));
            x = end + 30.0 + 7.0 * line.name.chars().count() as f64;
        }
    }

    fn panel(&mut self, panel: &Panel, top: f64) {
        let values = panel.lines.iter().flat_map(|line| &line.points).map(|(_, value)| *value);
        let highest = values.filter(|value| value.is_finite()).fold(0.0, f64::max);
        let step = step(highest);
        let most = (highest / step).ceil().max(1.0) * step;
        self.put(format_args!(
            "<text x=\"{LEFT}\" y=\"{}\" font-weight=\"bold\">{}</text>\n",
            top - 6.0,
            escaped(&panel.label)
        ));
        let bottom = top + PANEL;
        for number in 0..=(most / step).round() as u32 {
            let value = f64::from(number) * step;
            let y = bottom - PANEL * value / most;
            self.put(format_args!(
                "<line x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{}\" y2=\"{y:.1}\" stroke=\"#e4e4e4\"/>\
                 <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{value}</text>\n",
                WIDTH - RIGHT,
                LEFT - 8.0,
                y + 4.0
            ));
        }
        self.times(top, bottom);
        for (index, line) in panel.lines.iter().enumerate() {
            let path = self.path(line, |value| bottom - PANEL * (value / most).clamp(0.0, 1.0));
            let color = color(panel.first_color + index);
            self.put(format_args!("<path d=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"1.3\"/>\n"));
        }
    }

    fn x(&self, at: u64) -> f64 {
        let (first, last) = self.time;
        LEFT + (WIDTH - LEFT - RIGHT) * at.saturating_sub(first) as f64 / last.saturating_sub(first).max(1) as f64
    }

    /// At most two points a pixel: the lowest and the highest of what falls into it, in the order in which they came.
    fn path(&self, line: &Line, y: impl Fn(f64) -> f64) -> String {
        let mut kept: Vec<(f64, f64)> = Vec::new();
        let mut points = line.points.iter().filter(|(_, value)| value.is_finite()).peekable();
        while let Some((at, value)) = points.next() {
            let pixel = self.x(*at).floor();
            let (mut low, mut high) = ((self.x(*at), *value), (self.x(*at), *value));
            while let Some((at, value)) = points.next_if(|(at, _)| self.x(*at).floor() == pixel) {
                if *value < low.1 {
                    low = (self.x(*at), *value);
                }
                if *value > high.1 {
                    high = (self.x(*at), *value);
                }
            }
            let (first, second) = if low.0 <= high.0 { (low, high) } else { (high, low) };
            kept.push(first);
            if second != first {
                kept.push(second);
            }
        }
        let mut path = String::new();
        for (index, (x, value)) in kept.iter().enumerate() {
            let _ = match index {
                0 => write!(path, "M{x:.1} {:.1}", y(*value)),
                _ if line.stepped => write!(path, "H{x:.1}V{:.1}", y(*value)),
                _ => write!(path, "L{x:.1} {:.1}", y(*value)),
            };
        }
        path
    }

    fn times(&mut self, top: f64, bottom: f64) {
        const MINUTE: u64 = 60_000;
        const STEPS: [u64; 13] = [1, 5, 15, 30, 60, 120, 240, 360, 720, 1440, 2880, 10_080, 43_200];
        let (first, last) = self.time;
        let fits = |step: &&u64| (last - first) / (**step * MINUTE) <= 14;
        let step =
            STEPS.iter().find(fits).copied().unwrap_or(43_200 * ((last - first) / (43_200 * MINUTE * 14) + 1)) * MINUTE;
        let mut at = first.div_ceil(step) * step;
        while at <= last {
            let x = self.x(at);
            self.put(format_args!(
                "<line x1=\"{x:.1}\" y1=\"{top}\" x2=\"{x:.1}\" y2=\"{bottom}\" stroke=\"#f0f0f0\"/>\
                 <text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\" fill=\"#777\">{}</text>\n",
                bottom + 16.0,
                time(at, step)
            ));
            at += step;
        }
    }

    fn marks(&mut self, marks: &Marks, top: f64) {
        let Marks { label, rows } = marks;
        if rows.is_empty() {
            return;
        }
        self.put(format_args!(
            "<text x=\"{LEFT}\" y=\"{}\" font-weight=\"bold\">{}</text>\n",
            top - 6.0,
            escaped(label)
        ));
        for (index, times) in rows.iter().enumerate() {
            let y = top + 4.0 + index as f64 * MARK;
            let width = WIDTH - LEFT - RIGHT;
            self.put(format_args!(
                "<rect x=\"{LEFT}\" y=\"{y}\" width=\"{width}\" height=\"{}\" fill=\"#f4f4f4\"/>\n",
                MARK - 4.0
            ));
            let mut drawn = f64::MIN;
            for (from, until) in times {
                let (from, until) = (self.x(*from).max(drawn), self.x(*until));
                // Short ones are seen as well.
                let wide = (until - from).max(1.2);
                if until > drawn {
                    self.put(format_args!(
                        "<rect x=\"{from:.1}\" y=\"{y}\" width=\"{wide:.1}\" height=\"{}\" fill=\"{}\"/>\n",
                        MARK - 4.0,
                        color(index + 1)
                    ));
                    drawn = from + wide;
                }
            }
        }
    }
}

fn color(index: usize) -> &'static str {
    COLORS.get(index % COLORS.len()).copied().unwrap_or("#333")
}

/// A round distance, so that there are about five.
fn step(highest: f64) -> f64 {
    let rough = (highest / 5.0).max(0.2);
    let size = 10_f64.powf(rough.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|times| times * size);
    steps.into_iter().find(|step| *step >= rough).unwrap_or(rough).max(1.0)
}

/// The day and, where the ticks are nearer, the time of day, in UTC.
fn time(at: u64, step: u64) -> String {
    const DAY: u64 = 86_400_000;
    let (minutes, days) = (at % DAY / 60_000, at / DAY);
    let date = date(days);
    if step >= DAY || minutes == 0 { date } else { format!("{:02}:{:02}", minutes / 60, minutes % 60) }
}

/// Month and day of a day since the Unix epoch, by Howard Hinnant's algorithm.
fn date(days: u64) -> String {
    let of_era = (days + 719_468) % 146_097;
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    format!("{:02}-{day:02}", if month < 10 { month + 3 } else { month - 9 })
}

fn escaped(untrusted: &str) -> String {
    let line = text::line(untrusted);
    line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(points: Vec<(u64, f64)>) -> Chart {
        let line = Line { name: "a<b>&".to_owned(), points, stepped: true };
        let panel = Panel { label: "x".to_owned(), lines: vec![line], first_color: 0 };
        Chart {
            title: "\"t\"</svg><script>".to_owned(),
            panels: vec![panel],
            marks: Marks { label: "m".to_owned(), rows: Vec::new() },
        }
    }

    #[test]
    fn text_of_others_stays_text() {
        let svg = svg(&chart(vec![(0, 1.0), (60_000, 2.0)]));
        assert!(!svg.contains("<script>") && svg.contains("a&lt;b&gt;&amp;"));
        assert_eq!(svg.matches("</svg>").count(), 1);
    }

    #[test]
    fn the_highest_of_many_points_is_drawn_and_there_are_not_many() {
        let points = (0..100_000_u64).map(|at| (at * 60_000, if at == 51_234 { 977.0 } else { 10.0 }));
        let svg = svg(&chart(points.collect()));
        assert!(svg.len() < 60_000, "{}", svg.len());
        let top = TOP + PANEL - PANEL * 977.0 / 1000.0;
        assert!(svg.contains(&format!("V{top:.1}")));
    }

    #[test]
    fn nothing_and_a_single_point_can_be_drawn() {
        assert!(svg(&chart(Vec::new())).ends_with("</svg>\n"));
        assert!(!svg(&chart(vec![(5, 0.0)])).contains("NaN"));
        assert!(html(&chart(vec![(5, f64::NAN)])).contains("<title>&quot;t&quot;"));
    }

    #[test]
    fn days_have_their_names() {
        assert_eq!(
            (time(1_772_409_600_000, 86_400_000).as_str(), time(1_772_447_400_000, 60_000).as_str()),
            ("03-02", "10:30")
        );
        assert_eq!(time(1_709_164_800_000, 86_400_000), "02-29");
    }
}

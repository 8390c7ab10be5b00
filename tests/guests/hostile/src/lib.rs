//! A gate that attacks its host, as far as `amount` says. Every attack obeys a limit for a small amount.

use std::{
    hint::black_box,
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::Duration,
};

use sdlc_sdk::{
    Error, FileGate, Finding, Info, Location, Metric, Plugin, Problem, Region, Report, Selection, Severity, SourceFile,
    Span,
};

#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Attack {
    /// Computes for so many rounds.
    Loop,
    /// Waits for the host, for so many milliseconds.
    Sleep,
    /// Allocates so many bytes.
    Memory,
    /// Calls itself so often.
    Recursion,
    /// Opens so many handles.
    Handles,
    /// Gives so many findings.
    Findings,
    /// Gives a message of so many bytes.
    Result,
    /// Writes so many bytes to its log.
    Log,
    /// Panics.
    Panic,
    /// Measures what is no number.
    NotANumber,
    /// Speaks of a file that it was not given.
    ForeignFile,
    /// Speaks of bytes behind the end of the file.
    OutOfRange,
    /// Tells the time and a random number.
    Clock,
    /// Looks for anything of the host.
    Explore,
    /// Says its text wherever it can.
    Say,
    /// Tells how often it was called.
    Count,
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    attack: Attack,
    #[serde(default)]
    amount: u64,
    #[serde(default)]
    text: String,
    /// The one file on which it attacks; none: on all.
    only: Option<String>,
}

struct Hostile(Settings);

impl Plugin for Hostile {
    type Settings = Settings;

    fn info() -> Info {
        Info::new("hostile", env!("CARGO_PKG_VERSION"), "attacks its host")
    }

    fn new(settings: Settings) -> Result<Self, Vec<Problem>> {
        Ok(Self(settings))
    }
}

impl FileGate for Hostile {
    fn select(&self) -> Selection {
        Selection::of(["**/*.txt"])
    }

    fn check(&self, file: SourceFile) -> Result<Report, Error> {
        file.bytes()?;
        let amount = self.0.amount;
        let size = usize::try_from(amount).unwrap_or(usize::MAX);
        let finding = |message: String| Finding::new("hostile", Severity::Note, message);
        let mut report = Report::empty();
        if self.0.only.as_ref().is_some_and(|only| *only != file.path) {
            report.findings.push(finding("spared".to_owned()));
            return Ok(report);
        }
        match self.0.attack {
            Attack::Loop => (0..amount).for_each(|round| _ = black_box(round)),
            Attack::Sleep => thread::sleep(Duration::from_millis(amount)),
            Attack::Memory => drop(black_box(vec![1u8; size])),
            Attack::Recursion => drop(black_box(recurse(amount))),
            Attack::Handles => drop(black_box(open(amount))),
            Attack::Findings => report.findings = (0..amount).map(|_| finding(String::new())).collect(),
            Attack::Result => report.findings.push(finding("x".repeat(size))),
            Attack::Log => write_log(&"x".repeat(size)),
            Attack::Panic => panic_now(&file.path),
            Attack::NotANumber => report.metrics.push(Metric::count("answer", f64::NAN)),
            Attack::ForeignFile => report.findings.push(finding("mine".to_owned()).in_file("/etc/passwd")),
            Attack::OutOfRange => {
                let region = Some(Region::Bytes(Span { start: 0, end: u32::MAX }));
                let location = Some(Location { path: file.path.clone(), region });
                report.findings.push(Finding { location, ..finding("far".to_owned()) });
            }
            Attack::Clock => report.findings.push(finding(clock())),
            Attack::Say => {
                write_log(&self.0.text);
                report.findings.push(Finding::new(&self.0.text, Severity::Note, &self.0.text));
                report.metrics.push(Metric::count(&self.0.text, 1.0));
            }
            Attack::Count => report.findings.push(finding(format!("called {} times", count()))),
            Attack::Explore => report.findings.push(finding(explore())),
        }
        Ok(report)
    }
}

fn count() -> u32 {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    CALLS.fetch_add(1, Ordering::Relaxed) + 1
}

fn recurse(depth: u64) -> u64 {
    let frame = black_box([depth; 16]);
    if depth == 0 { 0 } else { recurse(depth - 1) + frame.iter().sum::<u64>() }
}

#[cfg(target_arch = "wasm32")]
fn open(handles: u64) -> Vec<wasip2::io::poll::Pollable> {
    (0..handles).map(|_| wasip2::clocks::monotonic_clock::subscribe_duration(1)).collect()
}

#[cfg(not(target_arch = "wasm32"))]
fn open(handles: u64) -> Vec<u64> {
    (0..handles).collect()
}

#[expect(clippy::print_stderr, reason = "this is what is under test")]
fn write_log(text: &str) {
    eprint!("{text}");
}

#[expect(clippy::panic, reason = "this is what is under test")]
fn panic_now(path: &str) {
    panic!("bug on {path}");
}

fn clock() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map(|now| now.as_secs());
    let map: std::collections::HashMap<u32, u32> = (0..8).map(|number| (number, number)).collect();
    // The order of a hash map tells what its random seed was.
    format!("{now:?} {:?}", map.keys().collect::<Vec<_>>())
}

fn explore() -> String {
    let environment = std::env::vars().count();
    let arguments = std::env::args().count();
    let files: Vec<_> = ["/", ".", "/etc/passwd", "/proc/self/environ"]
        .iter()
        .filter(|path| std::fs::metadata(path).is_ok() || std::fs::File::open(path).is_ok())
        .collect();
    let network = std::net::TcpStream::connect("127.0.0.1:80").is_ok();
    let written = std::fs::write("canary", "x").is_ok();
    format!("environment {environment}, arguments {arguments}, files {files:?}, network {network}, written {written}")
}

sdlc_sdk::export!(Hostile: file_gate);

//! A hundred switches under a steady load of at least 500 requests a second. Takes two minutes and wants the machine for itself:
//! `cargo test --release --test end-to-end -- --ignored a_hundred_switches`.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::service::{service, try_get};

const SWITCHES: usize = 100;
const SLOW: &str = "sleep 0.3; echo; echo slow";

#[derive(Clone, Default)]
struct Counts {
    over: Arc<AtomicBool>,
    good: Arc<AtomicU64>,
    bad: Arc<AtomicU64>,
}

impl Counts {
    /// Makes a request so many times a second, and catches up where it was late.
    fn steadily(&self, rate: f64, mut request: impl FnMut() -> Option<()> + Send + 'static) -> JoinHandle<()> {
        let counts = self.clone();
        thread::spawn(move || {
            let began = Instant::now();
            let mut made = 0.0;
            while !counts.over.load(Relaxed) {
                let due = Duration::from_secs_f64(made / rate);
                thread::sleep(due.saturating_sub(began.elapsed()));
                let counter = if request().is_some() { &counts.good } else { &counts.bad };
                counter.fetch_add(1, Relaxed);
                made += 1.0;
            }
        })
    }
}

/// A connection that is kept from request to request.
struct Kept(Option<BufReader<TcpStream>>);

impl Kept {
    fn get(&mut self, port: u16) -> Option<()> {
        let mut stream = match self.0.take() {
            Some(stream) => stream,
            None => BufReader::new(TcpStream::connect(("127.0.0.1", port)).ok()?),
        };
        stream.get_ref().set_read_timeout(Some(Duration::from_secs(10))).ok()?;
        stream.get_mut().write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").ok()?;
        let (mut line, mut length, mut first) = (String::new(), 0, true);
        loop {
            line.clear();
            stream.read_line(&mut line).ok()?;
            if std::mem::take(&mut first) && !line.starts_with("HTTP/1.1 200") {
                return None;
            }
            match line.to_ascii_lowercase().split_once(':') {
                Some(("content-length", value)) => length = value.trim().parse().ok()?,
                Some(("connection", value)) => assert!(!value.contains("close")),
                Some(_) => {}
                None if line == "\r\n" => break,
                None => {}
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).ok()?;
        self.0 = Some(stream);
        body.starts_with(b"version").then_some(())
    }
}

#[test]
#[ignore = "takes two minutes, and wants the machine for itself"]
fn a_hundred_switches_under_load_lose_no_request() {
    let Some(service) = service("sdlc-test-hundred") else { return };
    let (project, port) = (&service.project, service.port);
    service.slow_too("1.0", SLOW);
    service.slow_too("1.1", SLOW);
    service.configure("hold = \"300ms\"", "hold = \"200ms\"");
    project.run(&["deploy", "production", "1.0"]).exits(0);
    let counts = Counts::default();
    let mut threads = Vec::new();
    for _ in 0..8 {
        let mut kept = Kept(None);
        threads.push(counts.steadily(60.0, move || kept.get(port)));
        threads.push(counts.steadily(15.0, move || try_get(port, "/").map(drop)));
        threads.push(counts.steadily(2.0, move || try_get(port, "/cgi-bin/slow").map(drop)));
    }
    let began = Instant::now();
    for switch in 0..SWITCHES {
        project.run(&["deploy", "production", ["1.1", "1.0"][switch % 2]]).exits(0);
    }
    let took = began.elapsed();
    counts.over.store(true, Relaxed);
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    let (good, bad) = (counts.good.load(Relaxed), counts.bad.load(Relaxed));
    let rate = good as f64 / took.as_secs_f64();
    eprintln!("{SWITCHES} switches in {:.0} s: {good} requests, {rate:.0} a second, {bad} failed", took.as_secs_f64());
    assert_eq!(bad, 0);
    assert!(rate >= 500.0, "{rate} requests a second");
}

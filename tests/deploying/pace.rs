//! Requests at a given pace, over connections that are kept.

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

/// What requests came to.
#[derive(Clone, Default)]
pub(super) struct Counts {
    over: Arc<AtomicBool>,
    good: Arc<AtomicU64>,
    bad: Arc<AtomicU64>,
}

impl Counts {
    /// Makes so many requests a second, which may depend on the time, and catches up where it was late.
    pub(super) fn at(
        &self,
        rate: impl Fn(Duration) -> f64 + Send + 'static,
        mut request: impl FnMut() -> Option<()> + Send + 'static,
    ) -> JoinHandle<()> {
        let counts = self.clone();
        thread::spawn(move || {
            let (began, mut due) = (Instant::now(), Duration::ZERO);
            while !counts.over.load(Relaxed) {
                thread::sleep(due.saturating_sub(began.elapsed()));
                let counter = if request().is_some() { &counts.good } else { &counts.bad };
                counter.fetch_add(1, Relaxed);
                due += Duration::from_secs_f64(1.0 / rate(due));
            }
        })
    }

    /// Good answers, and requests that failed.
    pub(super) fn end(&self, threads: Vec<JoinHandle<()>>) -> (u64, u64) {
        self.over.store(true, Relaxed);
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        (self.good.load(Relaxed), self.bad.load(Relaxed))
    }
}

/// A connection that is kept from request to request.
#[derive(Default)]
pub(super) struct Kept(Option<BufReader<TcpStream>>);

impl Kept {
    pub(super) fn get(&mut self, port: u16) -> Option<()> {
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

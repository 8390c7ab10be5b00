//! [`run`]: carries a plan out, in a thread of its own.

use std::{error::Error, io, thread, time::Instant};

use rustls::pki_types::CertificateDer;
use tokio::{
    runtime::Builder,
    sync::oneshot,
    task::{LocalSet, yield_now},
    time::{Duration, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    connection::Connections,
    lanes::Lanes,
    measurement::Measurement,
    pace::Pace,
    plan::{LoadError, Plan},
    target::Target,
    tls::{PROTOCOLS, certificate_error, connector},
};

/// How long the first answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Host and port that a plan puts load on, as a grant has them.
///
/// # Errors
/// Where the plan makes no sense.
pub fn address(plan: &Plan) -> Result<(String, u16), LoadError> {
    let target = Target::new(plan)?;
    Ok((target.host, target.port))
}

/// Carries a plan out. Dropping the future stops it.
///
/// # Errors
/// Where the plan makes no sense, or nothing answers at all.
pub async fn run(plan: Plan) -> Result<Measurement, LoadError> {
    run_trusting(plan, Vec::new()).await
}

/// `more` is trusted besides what this machine trusts.
pub(crate) async fn run_trusting(plan: Plan, more: Vec<CertificateDer<'static>>) -> Result<Measurement, LoadError> {
    plan.check()?;
    let stop = CancellationToken::new();
    let _guard = stop.clone().drop_guard();
    let (sender, receiver) = oneshot::channel();
    let failed = |error: io::Error| LoadError::Machine(error.to_string());
    thread::Builder::new()
        .name("load".to_owned())
        .spawn(move || {
            // Nobody may be waiting any more.
            let _ = sender.send(blocking(plan, &more, &stop));
        })
        .map_err(failed)?;
    receiver.await.unwrap_or(Err(LoadError::Stopped))
}

fn blocking(plan: Plan, more: &[CertificateDer<'static>], stop: &CancellationToken) -> Result<Measurement, LoadError> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| LoadError::Machine(error.to_string()))?;
    LocalSet::new().block_on(&runtime, async {
        tokio::select! {
            () = stop.cancelled() => Err(LoadError::Stopped),
            measured = measure(plan, more, stop) => measured,
        }
    })
}

async fn measure(
    plan: Plan,
    more: &[CertificateDer<'static>],
    stop: &CancellationToken,
) -> Result<Measurement, LoadError> {
    let target = Target::new(&plan)?;
    let tls = target.server_name.as_ref().map(|_| connector(more, PROTOCOLS)).transpose()?;
    let connections = Connections::new(target, tls);
    first(&connections).await?;
    let begin = Instant::now();
    let lanes = Lanes::new(plan.clone(), connections, begin)?;
    let mut pace = Pace::start(&plan, begin, stop.child_token())?;
    let mut started = 0;
    while let Some(due) = pace.next().await {
        while started < due {
            lanes.start(started);
            started += 1;
        }
        yield_now().await;
    }
    Ok(lanes.end().await)
}

/// One request ahead, so that a service that is not there is not taken for one that fails.
async fn first(connections: &Connections) -> Result<(), LoadError> {
    let address = connections.target().address();
    let answer = async {
        let mut opened = connections.open().await.map_err(|error| not_connected(&address, &error))?;
        let answer = connections.request(&mut opened.connection).await;
        answer.map_err(|error| LoadError::NoAnswer { address: address.clone(), reason: with_cause(&error) })
    };
    match timeout(PATIENCE, answer).await {
        Ok(answer) => answer.map(|_| ()),
        Err(_) => Err(LoadError::NoAnswer {
            address: address.clone(),
            reason: format!("no answer in {} s", PATIENCE.as_secs()),
        }),
    }
}

fn not_connected(address: &str, error: &io::Error) -> LoadError {
    let address = address.to_owned();
    match certificate_error(error) {
        Some(reason) => LoadError::Untrusted { address, reason },
        None => LoadError::NoAnswer { address, reason: error.to_string() },
    }
}

/// hyper says what it did, and its cause why that failed.
fn with_cause(error: &hyper::Error) -> String {
    error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

#[cfg(test)]
pub(crate) mod tests {
    use std::{
        io::{BufRead, BufReader, Write},
        net::{TcpListener, TcpStream},
        sync::{
            Arc,
            atomic::{AtomicU64, Ordering},
        },
    };

    use super::*;

    /// A service that calls `answer` with the number of each request, and sends what that gives.
    fn serve(answer: impl Fn(u64) -> &'static str + Send + Sync + 'static) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/x?y=1", listener.local_addr().unwrap());
        let (answer, number) = (Arc::new(answer), Arc::new(AtomicU64::new(0)));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, number) = (Arc::clone(&answer), Arc::clone(&number));
                thread::spawn(move || attend(&stream.unwrap(), |number| answer(number), &number));
            }
        });
        url
    }

    fn attend(stream: &TcpStream, answer: impl Fn(u64) -> &'static str, number: &AtomicU64) {
        let (mut reader, mut writer) = (BufReader::new(stream), stream);
        let mut line = String::new();
        while reader.read_line(&mut line).is_ok_and(|length| length > 0) {
            if line == "\r\n" && writer.write_all(answer(number.fetch_add(1, Ordering::Relaxed)).as_bytes()).is_err() {
                return;
            }
            line.clear();
        }
    }

    const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    const BROKEN: &str = "HTTP/1.1 503 Unavailable\r\ncontent-length: 0\r\n\r\n";

    pub(crate) fn plan(url: String) -> Plan {
        Plan {
            method: "GET".to_owned(),
            url,
            headers: vec![("x-a".to_owned(), "b".to_owned())],
            body: Vec::new(),
            rate: 200.0,
            warm_up: Duration::from_millis(100),
            duration: Duration::from_millis(500),
            connections: 100,
            timeout: Duration::from_secs(5),
        }
    }

    fn measured(plan: Plan) -> Result<Measurement, LoadError> {
        Builder::new_current_thread().enable_all().build().unwrap().block_on(run(plan))
    }

    #[test]
    fn requests_are_counted_but_for_the_warm_up() {
        let measured = measured(plan(serve(|_| OK))).unwrap();
        assert_eq!((measured.requests, measured.errors), (100, 0));
        assert!(measured.p50 > 0.0 && measured.p50 <= measured.p95 && measured.p95 <= measured.max, "{measured:?}");
    }

    #[test]
    fn a_latency_is_not_less_than_what_the_service_takes() {
        let slow = serve(|_| {
            thread::sleep(Duration::from_millis(40));
            OK
        });
        let measured = measured(plan(slow)).unwrap();
        assert!(measured.p50 >= 40.0, "{measured:?}");
    }

    #[test]
    fn a_stall_is_in_the_latency_of_all_that_were_due_meanwhile() {
        // With one connection, nothing can be sent while it stalls; a closed model would count one slow request.
        let stalls = serve(|number| {
            if number == 60 {
                thread::sleep(Duration::from_millis(300));
            }
            OK
        });
        let measured = measured(Plan { connections: 1, ..plan(stalls) }).unwrap();
        assert!(measured.p90 >= 100.0, "{measured:?}");
        assert!(measured.saturated, "{measured:?}");
    }

    #[test]
    fn answers_of_500_and_above_and_late_ones_are_errors() {
        let broken = measured(plan(serve(|number| if number % 2 == 0 { BROKEN } else { OK }))).unwrap();
        assert!((45..=55).contains(&broken.errors), "{broken:?}");
        let late = serve(|number| {
            // The first one is asked ahead.
            if number > 0 {
                thread::sleep(Duration::from_millis(700));
            }
            OK
        });
        let late = measured(Plan { timeout: Duration::from_millis(50), ..plan(late) }).unwrap();
        assert_eq!(late.errors, late.requests);
        assert!(late.p50 >= 50.0, "{late:?}");
    }

    #[test]
    fn a_connection_that_the_service_closes_is_no_error() {
        let closing = serve(|_| "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok");
        assert_eq!(measured(plan(closing)).unwrap().errors, 0);
    }

    #[test]
    fn nobody_there_is_told_and_plans_that_make_no_sense_too() {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let nobody = measured(plan(format!("http://127.0.0.1:{port}/"))).unwrap_err().to_string();
        assert!(nobody.contains("does not answer"), "{nobody}");
        for url in ["ftp://example.com/", "http://u:p@example.com/", "nonsense", "http://"] {
            assert!(matches!(measured(plan(url.to_owned())), Err(LoadError::Plan(_))), "{url}");
        }
        let no_load = |change: fn(&mut Plan)| {
            let mut plan = plan("http://127.0.0.1:1/".to_owned());
            change(&mut plan);
            assert!(matches!(measured(plan), Err(LoadError::Plan(_))));
        };
        no_load(|plan| plan.rate = f64::NAN);
        no_load(|plan| plan.rate = 1e9);
        no_load(|plan| plan.connections = 0);
        no_load(|plan| plan.duration = Duration::ZERO);
        no_load(|plan| plan.method = "G T".to_owned());
    }
}

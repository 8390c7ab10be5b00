//! [`Connections`]: connections to the target, and one request on one of them.

use std::{
    cell::{Cell, RefCell},
    error::Error,
    io,
    rc::Rc,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    Version,
    client::conn::{http1, http2},
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::Mutex,
    task::spawn_local,
};
use tokio_rustls::TlsConnector;

use crate::{target::Target, tls};

/// Requests at once on one connection of HTTP/2: what servers allow at least (RFC 9113, 6.5.2).
const STREAMS: u32 = 100;

/// What a connection was opened for.
pub(crate) enum Connection {
    /// For one request at a time.
    Http1(http1::SendRequest<Full<Bytes>>),
    /// A part of one that several share.
    Http2(Shared),
}

/// A connection of HTTP/2, and how many use it.
#[derive(Clone)]
pub(crate) struct Shared {
    sender: http2::SendRequest<Full<Bytes>>,
    users: Rc<Cell<u32>>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Self::Http2(shared) = self {
            shared.users.set(shared.users.get().saturating_sub(1));
        }
    }
}

/// Opens connections.
pub(crate) struct Connections {
    target: Target,
    tls: Option<TlsConnector>,
    shared: RefCell<Vec<Shared>>,
    /// Whether the service speaks HTTP/2.
    shares: Cell<bool>,
    /// Connections to share are opened one after the other: who waits gets a part of it.
    opening: Mutex<()>,
}

/// A connection, and whether others used it before.
pub(crate) struct Opened {
    pub(crate) connection: Connection,
    pub(crate) used: bool,
}

impl Connections {
    /// `tls`: for a target that wants it.
    pub(crate) fn new(target: Target, tls: Option<TlsConnector>) -> Self {
        let (shared, shares, opening) = (RefCell::default(), Cell::default(), Mutex::default());
        Self { target, tls, shared, shares, opening }
    }

    pub(crate) async fn open(&self) -> io::Result<Opened> {
        if !self.shares.get() {
            return Ok(Opened { connection: self.connect().await?, used: false });
        }
        let _turn = self.opening.lock().await;
        match self.free() {
            Some(shared) => Ok(Opened { connection: Connection::Http2(shared), used: true }),
            None => Ok(Opened { connection: self.connect().await?, used: false }),
        }
    }

    async fn connect(&self) -> io::Result<Connection> {
        let stream = TcpStream::connect((self.target.host.as_str(), self.target.port)).await?;
        stream.set_nodelay(true)?;
        let (Some(tls), Some(name)) = (&self.tls, &self.target.server_name) else { return http1(stream).await };
        let stream = tls.connect(name.clone(), stream).await?;
        if stream.get_ref().1.alpn_protocol() == Some(tls::HTTP_2) {
            self.http2(stream).await
        } else {
            http1(stream).await
        }
    }

    fn free(&self) -> Option<Shared> {
        let mut all = self.shared.borrow_mut();
        all.retain(|shared| !shared.sender.is_closed());
        let free = all.iter().find(|shared| shared.users.get() < STREAMS)?;
        free.users.set(free.users.get() + 1);
        Some(free.clone())
    }

    async fn http2(&self, stream: impl AsyncRead + AsyncWrite + Unpin + 'static + Send) -> io::Result<Connection> {
        let (sender, connection) =
            http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.map_err(io::Error::other)?;
        spawn_local(connection);
        self.shares.set(true);
        let shared = Shared { sender, users: Rc::new(Cell::new(1)) };
        self.shared.borrow_mut().push(shared.clone());
        Ok(Connection::Http2(shared))
    }

    /// Sends the request, and reads all of the answer. Gives its status, and whether the connection can be used again.
    pub(crate) async fn request(&self, connection: &mut Connection) -> Result<(u16, bool), hyper::Error> {
        let mut response = match connection {
            Connection::Http1(sender) => {
                sender.ready().await?;
                sender.send_request(self.target.request(Version::HTTP_11)).await?
            }
            Connection::Http2(shared) => shared.sender.send_request(self.target.request(Version::HTTP_2)).await?,
        };
        while let Some(frame) = response.frame().await {
            frame?;
        }
        let usable = match connection {
            Connection::Http1(sender) => !sender.is_closed(),
            Connection::Http2(shared) => !shared.sender.is_closed(),
        };
        Ok((response.status().as_u16(), usable))
    }

    /// No request begins on it any more.
    pub(crate) fn retire(&self, connection: &Connection) {
        if let Connection::Http2(gone) = connection {
            self.shared.borrow_mut().retain(|shared| !Rc::ptr_eq(&shared.users, &gone.users));
        }
    }

    pub(crate) fn target(&self) -> &Target {
        &self.target
    }
}

async fn http1(stream: impl AsyncRead + AsyncWrite + Unpin + 'static) -> io::Result<Connection> {
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    spawn_local(connection);
    Ok(Connection::Http1(sender))
}

/// Whether the connection ended before the service took the request: it was closed, or the service announced its end
/// (GOAWAY without an error, RFC 9113, 6.8) and had not come to this request.
pub(crate) fn unprocessed(error: &hyper::Error) -> bool {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<h2::Error>());
    let gone = |cause: &h2::Error| cause.is_go_away() && cause.reason() == Some(h2::Reason::NO_ERROR);
    error.is_closed() || error.is_canceled() || cause.is_some_and(gone)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use h2::Reason;
    use tokio::runtime::Builder;

    use crate::{
        measurement::Measurement,
        plan::{LoadError, Plan},
        run::{run, run_trusting, tests::plan},
        servers::{Act, Server},
    };

    fn measured(server: &Server, change: impl FnOnce(&mut Plan)) -> Measurement {
        let mut plan = plan(server.url.clone());
        change(&mut plan);
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(run_trusting(plan, vec![server.certificate.clone()])).unwrap()
    }

    const SLOW: Act = Act::AnswerAfter(Duration::from_millis(50));

    #[test]
    fn a_connection_of_http_1_over_tls_is_used_again() {
        let server = Server::over_tls(&["http/1.1"], |_| Act::Answer(200));
        let measured = measured(&server, |_| ());
        assert_eq!((measured.requests, measured.errors), (100, 0));
        // A machine that is busy answers some of the 121 late, and those that are due meanwhile want one of their own.
        assert!(server.connections() < 40, "{} connections", server.connections());
    }

    #[test]
    fn a_service_without_alpn_is_spoken_to_in_http_1() {
        let server = Server::over_tls(&[], |_| Act::Answer(200));
        assert_eq!(measured(&server, |_| ()).errors, 0);
    }

    #[test]
    fn requests_at_once_share_a_connection_of_http_2() {
        // At 200 requests a second, ten are under way at once.
        let server = Server::over_tls(&["h2", "http/1.1"], |_| SLOW);
        let measured = measured(&server, |_| ());
        assert_eq!((measured.requests, measured.errors), (100, 0));
        assert!(measured.p50 >= 50.0, "{measured:?}");
        assert_eq!(server.connections(), 1);
    }

    #[test]
    fn more_requests_at_once_than_a_connection_of_http_2_takes_get_another() {
        let server = Server::over_tls(&["h2"], |_| Act::AnswerAfter(Duration::from_millis(300)));
        let measured = measured(&server, |plan| {
            plan.rate = 500.0;
            plan.connections = 250;
        });
        assert_eq!(measured.errors, 0);
        assert_eq!(server.connections(), 2);
    }

    #[test]
    fn a_certificate_that_nobody_trusts_is_told_as_such() {
        let server = Server::over_tls(&["h2"], |_| Act::Answer(200));
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let error = runtime.block_on(run(plan(server.url.clone()))).unwrap_err();
        assert!(matches!(error, LoadError::Untrusted { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.contains("is not trusted") && text.contains("hint: `SSL_CERT_FILE`"), "{text}");
    }

    #[test]
    fn a_certificate_of_another_name_is_told_as_such() {
        let server = Server::over_tls(&["h2"], |_| Act::Answer(200));
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let elsewhere = plan(server.url.replace("127.0.0.1", "localhost"));
        let error = runtime.block_on(run_trusting(elsewhere, vec![server.certificate.clone()])).unwrap_err();
        assert!(error.to_string().contains("not valid for name"), "{error}");
    }

    #[test]
    fn a_service_without_tls_is_told_as_such() {
        let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://{}/", server.local_addr().unwrap());
        std::thread::spawn(move || {
            use std::io::Write;
            server.accept().unwrap().0.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        });
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let error = runtime.block_on(run(plan(url))).unwrap_err();
        assert!(matches!(error, LoadError::NoAnswer { .. }), "{error:?}");
    }

    #[test]
    fn a_stream_that_the_service_resets_is_an_error() {
        let server =
            Server::over_tls(&["h2"], |number| if number % 4 == 3 { Act::Reset(Reason::INTERNAL_ERROR) } else { SLOW });
        let measured = measured(&server, |_| ());
        assert!((24..=26).contains(&measured.errors), "{measured:?}");
        assert_eq!(server.connections(), 1);
    }

    #[test]
    fn a_refused_stream_is_an_error_and_not_tried_again() {
        let server = Server::over_tls(&["h2"], |number| {
            if number % 4 == 3 { Act::Reset(Reason::REFUSED_STREAM) } else { Act::Answer(200) }
        });
        let measured = measured(&server, |_| ());
        assert!((24..=26).contains(&measured.errors), "{measured:?}");
    }

    #[test]
    fn a_connection_that_the_service_announces_to_end_is_no_error() {
        // Several are under way at once, and what the service did not come to goes to the next connection.
        let server = Server::over_tls(&["h2"], |number| if number % 25 == 24 { Act::GoAway } else { Act::Answer(200) });
        let measured = measured(&server, |plan| plan.rate = 1000.0);
        assert_eq!((measured.requests, measured.errors), (500, 0));
        assert!(server.connections() >= 600 / 25, "{} connections", server.connections());
    }

    #[test]
    fn a_connection_of_http_1_that_ends_without_an_answer_is_an_error() {
        let server = Server::over_tls(&["http/1.1"], |number| {
            if number % 4 == 3 { Act::Reset(Reason::INTERNAL_ERROR) } else { Act::Answer(200) }
        });
        let measured = measured(&server, |_| ());
        assert!((24..=26).contains(&measured.errors), "{measured:?}");
    }

    #[test]
    fn what_is_late_over_http_2_is_an_error_and_takes_all_of_its_time() {
        let stalls = |number| Act::AnswerAfter(Duration::from_millis(if number == 0 { 0 } else { 700 }));
        let server = Server::over_tls(&["h2"], stalls);
        let measured = measured(&server, |plan| plan.timeout = Duration::from_millis(80));
        assert_eq!(measured.errors, measured.requests);
        assert!(measured.p50 >= 80.0 && measured.throughput == 0.0, "{measured:?}");
    }

    #[test]
    fn waiting_for_a_stalled_service_counts_from_when_a_request_was_due() {
        for protocol in ["h2", "http/1.1"] {
            // One at a time, and one of them takes 300 of 500 ms: those that were due meanwhile waited for it.
            let stall = |number| Act::AnswerAfter(Duration::from_millis(if number == 40 { 300 } else { 0 }));
            let server = Server::over_tls(&[protocol], stall);
            let measured = measured(&server, |plan| plan.connections = 1);
            assert!(measured.p90 >= 100.0 && measured.max >= 300.0, "{protocol}: {measured:?}");
            assert!(measured.saturated, "{protocol}: {measured:?}");
        }
    }

    #[test]
    fn what_happens_in_the_warm_up_is_not_counted() {
        for protocol in ["h2", "http/1.1"] {
            // 20 requests of warm-up, and the one ahead.
            let server = Server::over_tls(&[protocol], |number| Act::Answer(if number < 15 { 503 } else { 200 }));
            let measured = measured(&server, |_| ());
            assert_eq!((measured.requests, measured.errors), (100, 0), "{protocol}");
        }
    }
}

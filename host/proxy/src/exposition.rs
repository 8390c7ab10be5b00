//! [`serve`]: figures as text for Prometheus, at `/metrics`, and [`Text`], which writes its format 0.0.4.

use std::{convert::Infallible, fmt::Write, sync::Arc};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, Response, StatusCode, body::Incoming, header, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Says what there is now.
pub type Say = Arc<dyn Fn() -> String + Send + Sync>;

/// Until that is cancelled.
pub async fn serve(listener: Arc<TcpListener>, ending: CancellationToken, say: Say) {
    loop {
        let accepted = tokio::select! {
            () = ending.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            continue;
        };
        let say = Arc::clone(&say);
        let service = service_fn(move |request| std::future::ready(Ok::<_, Infallible>(answer(&say, &request))));
        let connection = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
        tokio::spawn(ending.clone().run_until_cancelled_owned(connection));
    }
}

fn answer(say: &Say, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    let mut response = Response::default();
    if request.uri().path() == "/metrics" {
        *response.body_mut() = say().into();
        let kind = header::HeaderValue::from_static("text/plain; version=0.0.4");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    } else {
        *response.status_mut() = StatusCode::NOT_FOUND;
        *response.body_mut() = "the figures are at /metrics\n".into();
    }
    response
}

/// The text format of Prometheus.
pub struct Text {
    prefix: &'static str,
    /// What was written.
    pub text: String,
}

impl Text {
    /// All names begin with `prefix`.
    pub fn new(prefix: &'static str) -> Self {
        Self { prefix, text: String::new() }
    }

    /// What a name means. `kind`: `counter`, `gauge` or `histogram`.
    pub fn family(&mut self, name: &str, kind: &str, help: &str) {
        let prefix = self.prefix;
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "# HELP {prefix}{name} {help}\n# TYPE {prefix}{name} {kind}");
    }

    /// A value of it.
    pub fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let escaped = |text: &str| text.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n");
        let labels: Vec<_> = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let _ = writeln!(self.text, "{}{name}{{{}}} {value}", self.prefix, labels.join(","));
    }
}

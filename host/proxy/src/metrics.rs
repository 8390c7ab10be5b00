//! [`serve`]: the counters as text for Prometheus, at `/metrics`.

use std::{convert::Infallible, fmt::Write, sync::Arc};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, Response, StatusCode, body::Incoming, header, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;

use crate::{control::SlotStatus, shared::Shared};

/// Until the proxy ends.
pub(crate) async fn serve(shared: Arc<Shared>, listener: Arc<TcpListener>) {
    loop {
        let accepted = tokio::select! {
            () = shared.ending.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            continue;
        };
        let (answering, ending) = (Arc::clone(&shared), shared.ending.clone());
        let service = service_fn(move |request| std::future::ready(Ok::<_, Infallible>(answer(&answering, &request))));
        let connection = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
        tokio::spawn(ending.run_until_cancelled_owned(connection));
    }
}

fn answer(shared: &Shared, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    let mut response = Response::default();
    if request.uri().path() == "/metrics" {
        *response.body_mut() = text(shared).into();
        let kind = header::HeaderValue::from_static("text/plain; version=0.0.4");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    } else {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

fn text(shared: &Shared) -> String {
    let (mut text, (slots, _)) = (Text::default(), shared.routes.status());
    let series = shared.routes.series();
    text.family("requests_total", "counter", "Requests sent to targets, by status; `none` where there was no answer.");
    for (slot, version, series) in &series {
        for (status, count) in series.by_status() {
            let code = status.map_or("none".to_owned(), |status| status.to_string());
            text.sample("requests_total", &[("slot", slot), ("version", version), ("code", &code)], count);
        }
    }
    text.family("request_duration_seconds", "histogram", "Time to the head of the answer.");
    for (slot, version, series) in &series {
        let labels = [("slot", &**slot), ("version", version.as_str())];
        let mut below = 0;
        for (bound, count) in series.counters().histogram {
            below += count;
            let bound = if bound == u64::MAX { "+Inf".to_owned() } else { seconds(bound) };
            let [slot, version] = labels;
            text.sample("request_duration_seconds_bucket", &[slot, version, ("le", &bound)], below);
        }
        text.sample("request_duration_seconds_sum", &labels, series.seconds());
        text.sample("request_duration_seconds_count", &labels, below);
    }
    text.targets("in_flight", "Requests that have not ended.", &slots, |target| target.in_flight);
    text.targets("target_healthy", "Whether a target gets requests.", &slots, |target| target.healthy.into());
    text.0
}

/// Microseconds in seconds, without what binary fractions add.
fn seconds(microseconds: u64) -> String {
    format!("{}.{:06}", microseconds / 1_000_000, microseconds % 1_000_000)
}

/// The text format of Prometheus.
#[derive(Default)]
struct Text(String);

impl Text {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "# HELP sdlc_proxy_{name} {help}\n# TYPE sdlc_proxy_{name} {kind}");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let escaped = |text: &str| text.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n");
        let labels: Vec<_> = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let _ = writeln!(self.0, "sdlc_proxy_{name}{{{}}} {value}", labels.join(","));
    }

    fn targets(
        &mut self,
        name: &str,
        help: &str,
        slots: &[SlotStatus],
        value: fn(&crate::control::TargetStatus) -> u64,
    ) {
        self.family(name, "gauge", help);
        for slot in slots {
            for target in &slot.targets {
                let labels = [("slot", slot.name.as_str()), ("version", &slot.version), ("target", &target.id)];
                self.sample(name, &labels, value(target));
            }
        }
    }
}

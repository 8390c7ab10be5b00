//! [`probe`]: keeps probing a target for as long as it is in the table.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::{Request, Response, body::Incoming, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use tokio::{
    net::TcpStream,
    sync::Notify,
    time::{Instant, sleep, timeout},
};

use crate::{
    backend::Backend,
    control::{Health, Probe},
};

/// How much of a body is looked at, in bytes.
const LOOKED_AT: usize = 1 << 20;

/// Never ends. `changed`: told after each probe.
pub(crate) async fn probe(backend: Arc<Backend>, health: Health, changed: Arc<Notify>) {
    loop {
        let suspected = backend.suspected.notified();
        if health.probe == Probe::None && backend.is_healthy() {
            // Said to be healthy: there is nothing to ask until requests cannot connect.
            suspected.await;
            continue;
        }
        let result = once(backend.address(), &health).await;
        if let Err(reason) = &result {
            tracing::debug!(target = backend.target.id, reason, "probe failed");
        }
        backend.judge(|condition| condition.probed(result, &health, std::time::Instant::now()));
        changed.notify_waiters();
        tokio::select! {
            () = suspected => (),
            () = sleep(Duration::from_millis(health.interval_ms)) => (),
        }
    }
}

async fn once(address: SocketAddr, health: &Health) -> Result<(), String> {
    let limit = Duration::from_millis(health.timeout_ms);
    match timeout(limit, ask(address, &health.probe)).await {
        Ok(result) => result,
        Err(_) => Err(format!("no answer in {} ms", health.timeout_ms)),
    }
}

async fn ask(address: SocketAddr, probe: &Probe) -> Result<(), String> {
    let began = Instant::now();
    let stream = TcpStream::connect(address).await.map_err(|error| format!("cannot connect: {error}"))?;
    let Probe::Http { path, status, body, host, slowest_ms } = probe else { return Ok(()) };
    let host = host.clone().unwrap_or_else(|| address.to_string());
    let answer = get(stream, path, &host).await?;
    let got = answer.status().as_u16();
    if !(status.contains(&got) || status.is_empty() && (200..400).contains(&got)) {
        return Err(format!("status {got}"));
    }
    let content = Limited::new(answer.into_body(), LOOKED_AT).collect().await;
    if let Some(wanted) = body {
        let content = content.map_err(|error| format!("the body: {error}"))?.to_bytes();
        if !content.windows(wanted.len().max(1)).any(|part| part == wanted.as_bytes()) && !wanted.is_empty() {
            return Err(format!("the body does not contain `{wanted}`"));
        }
    }
    let took = began.elapsed().as_millis();
    match slowest_ms {
        Some(most) if took > u128::from(*most) => Err(format!("took {took} ms, more than {most} ms")),
        _ => Ok(()),
    }
}

async fn get(stream: TcpStream, path: &str, host: &str) -> Result<Response<Incoming>, String> {
    let failed = |error: hyper::Error| format!("no answer: {error}");
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(failed)?;
    tokio::spawn(connection);
    let request = Request::get(path)
        .header(header::HOST, host)
        .header(header::USER_AGENT, "sdlc-proxy")
        .header(header::CONNECTION, "close")
        .body(Empty::<Bytes>::new())
        .map_err(|error| error.to_string())?;
    sender.send_request(request).await.map_err(failed)
}

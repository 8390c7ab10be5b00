//! [`forward`]: passes a request on to a target and its answer back, and sends it again where that is safe.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use hyper::{
    Request, Response, StatusCode, Version,
    body::{Body, Frame, Incoming, SizeHint},
    header::{self, HeaderValue},
};

use crate::{
    answer::{Answer, Flight},
    backend::{Backend, Ticket},
    control::{Retries, Sticky},
    headers::{self, Peer},
    pool::Connection,
    routes::Wish,
    shared::Shared,
    tunnel,
};

/// The body of a request.
pub(crate) enum Upload {
    /// There is none, so that it can be sent again.
    Nothing,
    /// From the client as it comes.
    Client(Incoming),
}

/// Why there is no answer to pass on.
enum Failure {
    /// No target can take it.
    Nowhere,
    /// The target did not answer.
    NoAnswer,
    /// The client broke off.
    Client,
}

/// What a single try failed with.
enum Setback {
    /// No connection could be made: nothing was sent.
    Refused(Request<Upload>),
    /// The target closed a connection that was used before, and the request can be sent again.
    Stale(Request<Upload>),
    /// It may have been processed, or sending it again would not help.
    Final(Failure),
}

/// Answers a request of a client.
pub(crate) async fn forward(shared: &Arc<Shared>, request: Request<Incoming>, peer: Peer) -> Response<Answer> {
    let version = request.version();
    let mut response = passed(shared, request, peer).await;
    // Others know another way to say it, and hyper says it for them.
    if shared.ending.is_cancelled() && version < Version::HTTP_2 && response.status() != StatusCode::SWITCHING_PROTOCOLS
    {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

async fn passed(shared: &Arc<Shared>, mut request: Request<Incoming>, peer: Peer) -> Response<Answer> {
    if let Some((status, reason)) = headers::refusal(&request) {
        let mut refused = Answer::own(status, reason);
        refused.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        return refused;
    }
    let protocol = headers::upgrade(&request);
    let client = protocol.is_some().then(|| hyper::upgrade::on(&mut request));
    let (sticky, retries) = shared.routes.rules();
    let (mut parts, body) = request.into_parts();
    let slot = sticky.as_ref().and_then(|sticky| headers::cookie(&parts.headers, &sticky.cookie)).map(str::to_owned);
    headers::to_target(&mut parts, peer, protocol.as_ref());
    let body = if body.is_end_stream() { Upload::Nothing } else { Upload::Client(body) };
    let request = Request::from_parts(parts, body);
    let (mut response, flight) = match exchange(shared, request, slot.clone(), &retries).await {
        Ok(answered) => answered,
        Err(failure) => return failure.answer(),
    };
    let assigned = sticky.filter(|_| slot.as_deref() != Some(&*flight.ticket.slot));
    let assigned = assigned.and_then(|sticky| set_cookie(&sticky, &flight.ticket.slot, peer.secure));
    *response.version_mut() = Version::HTTP_11;
    let mut response = if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        let Some(client) = client else { return Failure::NoAnswer.answer() };
        let protocol = response.headers().get(header::UPGRADE).cloned().or(protocol);
        headers::to_client(response.headers_mut(), protocol);
        let target = hyper::upgrade::on(&mut response);
        tunnel::open(shared, flight.ticket, client, target);
        response.map(|_| Answer::Own(None))
    } else {
        headers::to_client(response.headers_mut(), None);
        response.map(|body| Answer::passing(body, flight))
    };
    if let Some(cookie) = assigned {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn set_cookie(sticky: &Sticky, slot: &str, secure: bool) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    let cookie = format!("{}={slot}; Path=/; HttpOnly; SameSite=Lax{secure}", sticky.cookie);
    HeaderValue::from_str(&cookie).ok()
}

/// Tries until there is an answer, or trying again is not safe, or too often.
async fn exchange(
    shared: &Shared,
    mut request: Request<Upload>,
    mut slot: Option<String>,
    retries: &Retries,
) -> Result<(Response<Incoming>, Flight), Failure> {
    shared.budget.add(retries.budget);
    let mut failed: Vec<Arc<Backend>> = Vec::new();
    loop {
        let wish = Wish { slot: slot.as_deref(), not: &failed };
        let mut ticket = shared.routes.ticket(wish).await.ok_or(Failure::Nowhere)?;
        let first = failed.is_empty();
        let setback = match attempt(shared, &ticket, request, first).await {
            Ok((response, connection)) => {
                ticket.answered(response.status().as_u16());
                return Ok((response, Flight { ticket, connection }));
            }
            Err(setback) => setback,
        };
        let again = (failed.len() as u64) < u64::from(retries.at_most);
        request = match setback {
            Setback::Stale(request) if again && shared.budget.take() => request,
            Setback::Refused(request) => {
                ticket.unanswered();
                if !(again && shared.budget.take()) {
                    return Err(Failure::NoAnswer);
                }
                request
            }
            Setback::Final(Failure::Client) => return Err(Failure::Client),
            Setback::Final(_) | Setback::Stale(_) => {
                ticket.unanswered();
                return Err(Failure::NoAnswer);
            }
        };
        // Its share was counted: another target of the same slot, where there is one.
        slot = Some(ticket.slot.to_string());
        failed.push(Arc::clone(&ticket.backend));
    }
}

/// `pooled`: may use a connection that was used before.
async fn attempt(
    shared: &Shared,
    ticket: &Ticket,
    request: Request<Upload>,
    pooled: bool,
) -> Result<(Response<Incoming>, Connection), Setback> {
    let backend = &ticket.backend;
    let idle = if pooled { backend.pool.take() } else { None };
    let mut connection = match idle {
        Some(connection) => connection,
        None => match Connection::open(backend.address()).await {
            Ok(connection) => {
                backend.connected();
                connection
            }
            Err(error) => {
                tracing::debug!(target = backend.target.id, %error, "no connection");
                if backend.refused(&error.to_string()) {
                    shared.routes.tell();
                }
                return Err(Setback::Refused(request));
            }
        },
    };
    let spare = spare(&request).filter(|_| connection.reused);
    let mut error = match connection.send(request).await {
        Ok(response) => return Ok((response, connection)),
        Err(error) => error,
    };
    if let Some(unsent) = error.take_message() {
        return Err(Setback::Stale(unsent));
    }
    let error = error.into_error();
    tracing::debug!(target = backend.target.id, %error, "no answer");
    if error.is_user() {
        return Err(Setback::Final(Failure::Client));
    }
    Err(spare.filter(|_| !connection.heard()).map_or(Setback::Final(Failure::NoAnswer), Setback::Stale))
}

/// The same request once more, where doing it twice does no harm.
fn spare(request: &Request<Upload>) -> Option<Request<Upload>> {
    if !request.method().is_idempotent() || !matches!(request.body(), Upload::Nothing) {
        return None;
    }
    let mut spare = Request::new(Upload::Nothing);
    spare.method_mut().clone_from(request.method());
    spare.uri_mut().clone_from(request.uri());
    spare.headers_mut().clone_from(request.headers());
    Some(spare)
}

impl Failure {
    fn answer(self) -> Response<Answer> {
        match self {
            Self::Nowhere => {
                let mut response = Answer::own(StatusCode::SERVICE_UNAVAILABLE, "no healthy target\n");
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
                response
            }
            Self::NoAnswer => Answer::own(StatusCode::BAD_GATEWAY, "the target did not answer\n"),
            Self::Client => Answer::own(StatusCode::BAD_REQUEST, "the request broke off\n"),
        }
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match &mut *self {
            Self::Nothing => Poll::Ready(None),
            Self::Client(body) => Pin::new(body).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Client(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Nothing => SizeHint::with_exact(0),
            Self::Client(body) => body.size_hint(),
        }
    }
}

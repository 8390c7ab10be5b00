//! [`Answer`]: the body of an answer to a client, passed on as it comes or our own.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use hyper::{
    Response, StatusCode,
    body::{Body, Frame, Incoming, SizeHint},
    header::{self, HeaderValue},
};

use crate::{backend::Ticket, pool::Connection};

/// The body of an answer. The request is in flight until it ended.
pub(crate) enum Answer {
    /// A text of our own.
    Own(Option<&'static str>),
    /// Of a target.
    Passing(Incoming, Option<Flight>),
}

/// What is held until an answer ended.
pub(crate) struct Flight {
    pub(crate) ticket: Ticket,
    pub(crate) connection: Connection,
}

impl Flight {
    /// The connection is free for the next request.
    fn land(self) {
        self.ticket.backend.pool.put(self.connection);
    }
}

impl Answer {
    pub(crate) fn passing(body: Incoming, flight: Flight) -> Self {
        let mut answer = Self::Passing(body, Some(flight));
        answer.land_at_end();
        answer
    }

    /// An answer of our own: a line for people.
    pub(crate) fn own(status: StatusCode, text: &'static str) -> Response<Self> {
        let mut response = Response::new(Self::Own(Some(text)));
        *response.status_mut() = status;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        response
    }

    /// Who takes the body may not ask for more after the last part.
    fn land_at_end(&mut self) {
        if let Self::Passing(body, flight) = self
            && body.is_end_stream()
            && let Some(flight) = flight.take()
        {
            flight.land();
        }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match &mut *self {
            Self::Own(text) => {
                Poll::Ready(text.take().map(|text| Ok(Frame::data(Bytes::from_static(text.as_bytes())))))
            }
            Self::Passing(body, flight) => {
                let polled = Pin::new(body).poll_frame(context);
                match &polled {
                    Poll::Ready(Some(Err(_))) => {
                        if let Some(flight) = flight.take() {
                            flight.ticket.broke_off();
                        }
                    }
                    Poll::Ready(None) => {
                        if let Some(flight) = flight.take() {
                            flight.land();
                        }
                    }
                    Poll::Ready(Some(Ok(_))) => self.land_at_end(),
                    Poll::Pending => (),
                }
                polled
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Own(text) => text.is_none(),
            Self::Passing(body, _) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Own(text) => SizeHint::with_exact(text.map_or(0, str::len) as u64),
            Self::Passing(body, _) => body.size_hint(),
        }
    }
}

//! What is behind an error of the HTTP client, which hides it several layers deep.

use std::{error::Error, io};

type Cause<'a> = &'a (dyn Error + 'static);

/// The error and all that are behind it. An [`io::Error`] does not count what it wraps as its source.
fn all<'a>(error: Cause<'a>) -> impl Iterator<Item = Cause<'a>> {
    std::iter::successors(Some(error), |error: &Cause<'a>| {
        let error: Cause<'a> = *error;
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        wrapped.map(|wrapped| wrapped as Cause<'a>).or_else(|| error.source())
    })
}

/// The first that is of this type.
pub(crate) fn find<T: Error + 'static>(error: Cause<'_>) -> Option<&T> {
    all(error).find_map(|error| error.downcast_ref())
}

/// What the innermost says: "connection refused" and not "error sending request".
pub(crate) fn root(error: Cause<'_>) -> String {
    all(error).last().map(ToString::to_string).unwrap_or_default()
}

/// Whether the server on the other side does not speak TLS at all.
pub(crate) fn is_plain(error: Cause<'_>) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let closed =
        |error: &io::Error| matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof);
    match find::<rustls::Error>(error) {
        Some(error) => matches!(error, rustls::Error::InvalidMessage(_)),
        None => all(error).filter_map(|error| error.downcast_ref()).any(closed),
    }
}

//! What an answer of a registry means that is not the one hoped for.

use reqwest::StatusCode;
use serde::Deserialize;

use crate::{error::RegistryError, net::request::Reply};

#[derive(Deserialize)]
struct Errors {
    errors: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

/// The login does not suffice.
pub(crate) fn denied(registry: &str, logged_in: bool) -> RegistryError {
    let why = if logged_in { "does not accept the login, or it does not suffice" } else { "wants a login" };
    RegistryError::Denied(format!("`{registry}` {why}; hint: docker login {registry}"))
}

/// It is not there.
pub(crate) fn not_found(what: &str) -> RegistryError {
    RegistryError::NotFound(format!("`{what}` is not there; hint: check the name and the tag"))
}

/// Nothing else is known about it.
pub(crate) fn unexpected(what: &str, reply: &Reply) -> RegistryError {
    let said = serde_json::from_slice::<Errors>(&reply.body).ok().and_then(|errors| errors.errors.into_iter().next());
    let said = said.map(|Entry { code, message }| format!(": {code} {message}")).unwrap_or_default();
    // The server chooses the text: a line of it is enough.
    let said: String = said.chars().filter(|character| !character.is_control()).take(200).collect();
    let host = reply.url.host_str().unwrap_or_default();
    let text = format!("`{host}` answered {} when asked for `{what}`{}", reply.status, said.trim_end());
    match reply.status {
        StatusCode::NOT_FOUND => not_found(what),
        StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => RegistryError::Denied(text),
        _ => RegistryError::Unreachable(text),
    }
}

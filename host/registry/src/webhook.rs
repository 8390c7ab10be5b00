//! Telling somebody: a document is posted to an address.

use bytes::Bytes;
use reqwest::{Method, header::CONTENT_TYPE};

use crate::{
    error::{RegistryError, Result},
    location::Location,
    net::{network::Network, request::Request, session::Session},
};

/// How much of an answer is read.
const ANSWER: u64 = 64 << 10;

/// The address itself can be a secret: errors name the host alone.
pub(crate) async fn post(network: &Network, location: &Location, json: String) -> Result<()> {
    let url = location.url();
    let host = url.host_str().unwrap_or_default();
    let hidden = |error: RegistryError| {
        let said = error.to_string().replace(&location.to_string(), host).replace(url.as_str(), host);
        RegistryError::Unreachable(said)
    };
    let mut session = Session::begin(network, url).await.map_err(hidden)?;
    let request = Request::new(Method::POST, url.clone()).header(CONTENT_TYPE, "application/json");
    let reply = session.fetch(&request.body(Bytes::from(json)), ANSWER).await.map_err(hidden)?;
    if reply.status.is_success() {
        return Ok(());
    }
    let said: String = String::from_utf8_lossy(&reply.body).chars().take(200).collect();
    Err(RegistryError::Unreachable(format!("`{host}` answered {}: {said}", reply.status)))
}

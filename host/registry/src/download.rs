//! Downloading a component from an address on the web.

use reqwest::StatusCode;

use crate::{
    error::{RegistryError, Result},
    key::PublicKey,
    location::Location,
    net::{network::Network, request::Request, session::Session},
    oci::{component, replies},
};

const SIGNATURE_BYTES: u64 = 16 << 10;

/// Downloads a component. Its signature is from the same session, and so bound by the same limits.
pub(crate) async fn download(network: &Network, location: &Location, key: Option<&PublicKey>) -> Result<Vec<u8>> {
    let what = location.to_string();
    let mut session = Session::begin(network, location.url()).await?;
    let signature = match key {
        Some(_) => Some(signature(&mut session, location).await?),
        None => None,
    };
    let component = get(&mut session, location, network.options.max_bytes).await?;
    if let Some((key, signature)) = key.zip(signature) {
        key.verify_detached(&what, &component, &signature)?;
    }
    component::check(&what, &component)?;
    Ok(component)
}

/// Hands a file over piece by piece, whatever it is.
pub(crate) async fn stream(
    network: &Network,
    location: &Location,
    cap: u64,
    sink: &mut (dyn FnMut(&[u8]) -> Result<()> + Send),
) -> Result<()> {
    let mut session = Session::begin(network, location.url()).await?;
    let reply = session.stream(&Request::get(location.url().clone()), cap, sink).await?;
    match reply.status {
        StatusCode::OK => Ok(()),
        StatusCode::GONE | StatusCode::NOT_FOUND => Err(replies::not_found(&location.to_string())),
        _ => Err(replies::unexpected(&location.to_string(), &reply)),
    }
}

async fn signature(session: &mut Session<'_>, location: &Location) -> Result<String> {
    let beside = location.signature();
    let bytes = get(session, &beside, SIGNATURE_BYTES).await.map_err(|error| match error {
        RegistryError::NotFound(_) => RegistryError::Signature(format!(
            "`{location}` is not signed: there is no `{beside}`; \
             hint: `cosign sign-blob --key cosign.key --new-bundle-format=false --output-signature` makes one"
        )),
        other => other,
    })?;
    String::from_utf8(bytes)
        .map_err(|_| RegistryError::Signature(format!("`{beside}` is no text, and so no signature")))
}

async fn get(session: &mut Session<'_>, location: &Location, cap: u64) -> Result<Vec<u8>> {
    let reply = session.fetch(&Request::get(location.url().clone()), cap).await?;
    match reply.status {
        StatusCode::OK => Ok(reply.body),
        StatusCode::GONE => Err(replies::not_found(&location.to_string())),
        _ => Err(replies::unexpected(&location.to_string(), &reply)),
    }
}

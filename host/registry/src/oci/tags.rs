//! The tags of a repository.

use reqwest::StatusCode;
use serde::Deserialize;
use url::Url;

use super::{
    registry::{MANIFEST_BYTES, Registry},
    replies,
};
use crate::{
    error::{RegistryError, Result},
    net::{
        network::Network,
        request::{Reply, Request},
    },
    reference::Reference,
};

const PAGE: &str = "1000";
const PAGES: usize = 50;

#[derive(Deserialize)]
struct List {
    /// `null` where there are none.
    tags: Option<Vec<String>>,
}

/// All tags, page by page.
pub(crate) async fn tags(network: &Network, reference: &Reference) -> Result<Vec<String>> {
    let mut registry = Registry::open(network, reference, "pull").await?;
    let what = format!("{}/{}", reference.registry(), reference.repository());
    let mut url = registry.url("tags/list");
    url.query_pairs_mut().append_pair("n", PAGE);
    let mut all = Vec::new();
    for _ in 0..PAGES {
        let reply = registry.call(Request::get(url), MANIFEST_BYTES).await?;
        if reply.status != StatusCode::OK {
            return Err(replies::unexpected(&what, &reply));
        }
        let list: List = serde_json::from_slice(&reply.body).map_err(|error| {
            RegistryError::Unreachable(format!("the list of tags of `{what}` makes no sense: {error}"))
        })?;
        all.extend(list.tags.unwrap_or_default());
        match next(&registry, &reply)? {
            Some(next) => url = next,
            None => return Ok(all),
        }
    }
    Err(RegistryError::Unreachable(format!("`{what}` has more than {PAGES} pages of tags; hint: name the version")))
}

/// `Link: <...>; rel="next"`
fn next(registry: &Registry<'_>, reply: &Reply) -> Result<Option<Url>> {
    let Some((target, parameters)) = reply.header("link").and_then(|link| link.strip_prefix('<')?.split_once('>'))
    else {
        return Ok(None);
    };
    if !parameters.replace('"', "").contains("rel=next") {
        return Ok(None);
    }
    registry.own(reply, target).map(Some)
}

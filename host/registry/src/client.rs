//! [`Client`]: fetches and publishes. Does not store what it fetched.

use std::{collections::BTreeMap, fmt::Display, time::SystemTime};

use crate::{
    digest::Digest,
    download::{download, stream},
    error::{RegistryError, Result},
    key::PublicKey,
    location::Location,
    login::docker::{self, Login},
    net::network::Network,
    oci::{pull, push, tags},
    options::Options,
    reference::Reference,
    webhook,
};

/// Fetches and publishes. Needs a runtime of tokio that has time, network and processes.
pub struct Client {
    network: Network,
}

/// What is required of something, apart from being a component.
#[derive(Clone, Copy, Default)]
pub struct Required<'a> {
    /// The digest of the manifest that was locked. A tag that names another one was moved.
    pub manifest: Option<Digest>,
    /// Whose signature it has to bear.
    pub key: Option<&'a PublicKey>,
}

/// A component from a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pulled {
    /// The component.
    pub component: Vec<u8>,
    /// The digest of the manifest, which pins it in the registry.
    pub manifest: Digest,
}

/// What is published.
#[derive(Clone, Debug)]
pub struct Publication<'a> {
    /// The component.
    pub component: &'a [u8],
    /// Annotations of the manifest, such as [`TITLE`].
    pub annotations: BTreeMap<String, String>,
    /// When it was made.
    pub created: SystemTime,
    /// Overwrite what is under the tag.
    pub force: bool,
}

/// Annotation: a name for people.
pub const TITLE: &str = "org.opencontainers.image.title";
/// Annotation: the version.
pub const VERSION: &str = "org.opencontainers.image.version";
/// Annotation: what it is for.
pub const DESCRIPTION: &str = "org.opencontainers.image.description";
/// Annotation: the address of the sources.
pub const SOURCE: &str = "org.opencontainers.image.source";

/// What came of publishing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// The digest of the manifest.
    pub manifest: Digest,
    /// The same was there already, and nothing was written.
    pub unchanged: bool,
}

impl Client {
    /// Reads the certificates; does not connect.
    ///
    /// # Errors
    /// The file of certificates cannot be read.
    pub fn new(options: Options) -> Result<Self> {
        Ok(Self { network: Network::new(options)? })
    }

    /// Name and password for a registry, from Docker's configuration, for those who log in themselves.
    ///
    /// # Errors
    /// The configuration, or the helper that it names, makes no sense.
    pub async fn login(&self, registry: &str) -> Result<Option<(String, String)>> {
        Ok(match docker::find(&self.network.options, registry).await? {
            Some(Login::Password { user, password }) => Some((user, password)),
            // Only a server of tokens knows what to do with it.
            Some(Login::Identity(_)) | None => None,
        })
    }

    /// Fetches a component from a registry.
    ///
    /// # Errors
    /// See [`RegistryError`].
    pub async fn pull(&self, reference: &Reference, required: Required<'_>) -> Result<Pulled> {
        self.in_time(reference, pull::pull(&self.network, reference, required)).await
    }

    /// Asks which manifest a tag names, without fetching the component.
    ///
    /// # Errors
    /// See [`RegistryError`].
    pub async fn resolve(&self, reference: &Reference) -> Result<Digest> {
        self.in_time(reference, pull::resolve(&self.network, reference)).await
    }

    /// All tags of the repository, in the order of the registry.
    ///
    /// # Errors
    /// See [`RegistryError`].
    pub async fn tags(&self, reference: &Reference) -> Result<Vec<String>> {
        self.in_time(reference, tags::tags(&self.network, reference)).await
    }

    /// Publishes a component under the tag of the reference.
    ///
    /// # Errors
    /// See [`RegistryError`]; [`RegistryError::Exists`] where the tag has other content and `force` is not set.
    pub async fn publish(&self, reference: &Reference, publication: &Publication<'_>) -> Result<Published> {
        self.in_time(reference, push::publish(&self.network, reference, publication)).await
    }

    /// Downloads a component, and its signature from beside it where a key is given.
    ///
    /// # Errors
    /// See [`RegistryError`].
    pub async fn download(&self, location: &Location, key: Option<&PublicKey>) -> Result<Vec<u8>> {
        self.in_time(location, download(&self.network, location, key)).await
    }

    /// Posts a JSON document. Errors do not show more of the address than its host, for it can be a secret.
    ///
    /// # Errors
    /// See [`RegistryError`].
    pub async fn post(&self, location: &Location, json: String) -> Result<()> {
        let host = location.url().host_str().unwrap_or_default().to_owned();
        self.in_time(&host, webhook::post(&self.network, location, json)).await
    }

    /// Downloads any file, and hands it over piece by piece, so that it need not fit into memory. Not tried again.
    ///
    /// # Errors
    /// See [`RegistryError`], and those of `sink`.
    pub async fn stream(
        &self,
        location: &Location,
        cap: u64,
        sink: &mut (dyn FnMut(&[u8]) -> Result<()> + Send),
    ) -> Result<()> {
        self.in_time(location, stream(&self.network, location, cap, sink)).await
    }

    /// A server that answers slowly enough never runs into the limit of a single request.
    async fn in_time<T>(&self, what: &impl Display, call: impl Future<Output = Result<T>>) -> Result<T> {
        let limit = self.network.options.total_timeout;
        let late = |_| Err(RegistryError::TimedOut { what: what.to_string(), limit });
        tokio::time::timeout(limit, call).await.unwrap_or_else(late)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_send(_: &impl Send) {}

    #[test]
    fn calls_can_be_made_on_any_thread() {
        let client = Client::new(Options::default()).unwrap();
        let reference = "registry.example/a:1".parse().unwrap();
        is_send(&client.pull(&reference, Required::default()));
        is_send(&client.tags(&reference));
    }
}

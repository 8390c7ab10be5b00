//! [`Client`]: fetches and publishes. Does not store what it fetched.

use std::{collections::BTreeMap, time::SystemTime};

use crate::{
    digest::Digest,
    error::{RegistryError, Result},
    key::PublicKey,
    location::Location,
    options::Options,
    reference::Reference,
};

/// Fetches and publishes.
pub struct Client {
    _options: Options,
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
        Ok(Self { _options: options })
    }

    /// Fetches a component from a registry.
    ///
    /// # Errors
    /// See [`RegistryError`].
    pub async fn pull(&self, _reference: &Reference, _required: Required<'_>) -> Result<Pulled> {
        Err(RegistryError::Unreachable("not there yet".into()))
    }

    /// Asks which manifest a tag names, without fetching the component.
    ///
    /// # Errors
    /// See [`RegistryError`].
    pub async fn resolve(&self, _reference: &Reference) -> Result<Digest> {
        Err(RegistryError::Unreachable("not there yet".into()))
    }

    /// All tags of the repository, in the order of the registry.
    ///
    /// # Errors
    /// See [`RegistryError`].
    pub async fn tags(&self, _reference: &Reference) -> Result<Vec<String>> {
        Err(RegistryError::Unreachable("not there yet".into()))
    }

    /// Publishes a component under the tag of the reference.
    ///
    /// # Errors
    /// See [`RegistryError`]; [`RegistryError::Exists`] where the tag has other content and `force` is not set.
    pub async fn publish(&self, _reference: &Reference, _publication: &Publication<'_>) -> Result<Published> {
        Err(RegistryError::Unreachable("not there yet".into()))
    }

    /// Downloads a component, and its signature from beside it where a key is given.
    ///
    /// # Errors
    /// See [`RegistryError`].
    pub async fn download(&self, _location: &Location, _key: Option<&PublicKey>) -> Result<Vec<u8>> {
        Err(RegistryError::Unreachable("not there yet".into()))
    }
}

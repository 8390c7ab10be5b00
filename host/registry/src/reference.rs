//! [`Reference`]: the name of something in a registry. Does not know what is there.

use std::{fmt, str::FromStr};

use crate::{digest::Digest, error::RegistryError};

/// The name of something in a registry: `registry[:port]/name...[:tag][@sha256:...]`.
///
/// The registry is always named, and so is a tag, a digest or both; with both, the digest decides.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reference {
    registry: String,
    repository: String,
    tag: Option<String>,
    digest: Option<Digest>,
}

impl Reference {
    /// Host of the registry, with the port where it has one.
    #[must_use]
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// The name without registry, tag and digest.
    #[must_use]
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The tag.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest of the manifest.
    #[must_use]
    pub fn digest(&self) -> Option<&Digest> {
        self.digest.as_ref()
    }

    /// Another tag of the same repository.
    ///
    /// # Errors
    /// It is no tag.
    pub fn with_tag(&self, tag: &str) -> Result<Self, RegistryError> {
        if !is_tag(tag) {
            return Err(RegistryError::Usage(format!("`{tag}` is no tag; hint: such as `1.4.0`")));
        }
        Ok(Self { tag: Some(tag.to_owned()), digest: None, ..self.clone() })
    }

    /// The same, pinned.
    #[must_use]
    pub fn with_digest(&self, digest: Digest) -> Self {
        Self { digest: Some(digest), ..self.clone() }
    }

    /// What the registry is asked for: a digest before a tag.
    pub(crate) fn version(&self) -> String {
        match (&self.digest, &self.tag) {
            (Some(digest), _) => digest.to_string(),
            (None, tag) => tag.clone().unwrap_or_default(),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

impl FromStr for Reference {
    type Err = RegistryError;

    fn from_str(text: &str) -> Result<Self, RegistryError> {
        let wrong = |what: &str| {
            RegistryError::Usage(format!("`{text}` {what}; hint: such as `registry.example/acme/gate:1.4.0`"))
        };
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest.parse().map_err(|_| wrong("has no sha256 after the `@`"))?)),
            None => (text, None),
        };
        let (registry, rest) =
            rest.split_once('/').ok_or_else(|| wrong("does not name a registry and a repository"))?;
        if !is_registry(registry) {
            return Err(wrong("does not begin with the host of a registry"));
        }
        let (repository, tag) = match rest.split_once(':') {
            Some((repository, tag)) => (repository, Some(tag)),
            None => (rest, None),
        };
        if !is_repository(repository) {
            return Err(wrong("has no valid name: lower-case letters and digits, parted by `/`, `.`, `_` and `-`"));
        }
        if tag.is_some_and(|tag| !is_tag(tag)) {
            return Err(wrong("has no valid tag: letters, digits, `.`, `_` and `-`, at most 128"));
        }
        if tag.is_none() && digest.is_none() {
            return Err(wrong("has neither a tag nor a digest"));
        }
        Ok(Self {
            registry: registry.to_owned(),
            repository: repository.to_owned(),
            tag: tag.map(str::to_owned),
            digest,
        })
    }
}

/// Whether this is a host, and not the first part of a name, as in `acme/gate`.
fn is_registry(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let named = host == "localhost" || host.contains(['.', '[']) || port.is_some();
    let port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port != 0) && !port.starts_with(['+', '0']));
    named && port && is_host(host)
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        return address.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let label = |label: &str| {
        let inside = label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        !label.is_empty() && inside && !label.starts_with('-') && !label.ends_with('-')
    };
    // Whoever reads `0x7f.1` or `127.1` does not see that it is an address.
    let last = host.rsplit('.').next().unwrap_or_default();
    let numeric = last.starts_with(|first: char| first.is_ascii_digit());
    host.len() <= 253 && host.split('.').all(label) && (!numeric || host.parse::<std::net::Ipv4Addr>().is_ok())
}

fn is_repository(text: &str) -> bool {
    let part = |part: &str| {
        let outside = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        let inside = |byte: u8| outside(Some(byte)) || matches!(byte, b'.' | b'_' | b'-');
        outside(part.bytes().next()) && outside(part.bytes().last()) && part.bytes().all(inside) && !part.contains("..")
    };
    text.len() <= 255 && text.split('/').all(part)
}

fn is_tag(text: &str) -> bool {
    let inside = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    !text.is_empty() && text.len() <= 128 && !text.starts_with(['.', '-']) && text.bytes().all(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn a_reference_reads_back_as_it_is_written() {
        for text in [
            "registry.example/acme/gate:1.4.0",
            "localhost/gate:latest",
            "registry:5000/gate:_1",
            "127.0.0.1:5000/a/b/c-d/e__f:1",
            "[::1]:5000/gate:1",
            "[::1]/gate:1",
            &format!("registry.example/gate@{DIGEST}"),
            &format!("registry.example/gate:1.4.0@{DIGEST}"),
        ] {
            assert_eq!(text.parse::<Reference>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_reference_is_refused_and_the_message_says_why() {
        for (text, expected) in [
            ("", "does not name a registry and a repository"),
            ("gate:1", "does not name a registry"),
            ("acme/gate:1", "does not begin with the host"),
            ("https://registry.example/gate:1", "does not begin with the host"),
            ("user@registry.example/gate:1", "has no sha256 after the `@`"),
            ("registry.example:0/gate:1", "does not begin with the host"),
            ("registry.example:99999/gate:1", "does not begin with the host"),
            ("127.1/gate:1", "does not begin with the host"),
            ("0x7f.0.0.1/gate:1", "does not begin with the host"),
            ("registry.example/gate", "has neither a tag nor a digest"),
            ("registry.example/Gate:1", "has no valid name"),
            ("registry.example/../gate:1", "has no valid name"),
            ("registry.example/a//b:1", "has no valid name"),
            ("registry.example/gate:a/b", "has no valid tag"),
            ("registry.example/gate:", "has no valid tag"),
            ("registry.example/gate:1?x", "has no valid tag"),
            ("registry.example/gate@sha256:0", "has no sha256"),
        ] {
            let error = text.parse::<Reference>().unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
            assert!(error.ends_with("hint: such as `registry.example/acme/gate:1.4.0`"), "{error}");
        }
    }
}

//! [`Location`]: the address of a file that can be downloaded. Does not download.

use std::{fmt, str::FromStr};

use url::{Host, Url};

use crate::error::RegistryError;

/// The address of a file: `https://`, or `http://` to this machine; without a login in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location(Url);

impl Location {
    pub(crate) fn url(&self) -> &Url {
        &self.0
    }

    /// Where `cosign sign-blob` signatures are, by convention: beside the file.
    pub(crate) fn signature(&self) -> Self {
        let mut url = self.0.clone();
        url.set_path(&format!("{}.sig", url.path()));
        Self(url)
    }
}

/// For people: without what is after a `?`.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(&self.0))
    }
}

/// For people: a query can hold what gives access, also where a server leads, and a login is nobody's business.
pub(crate) fn shown(url: &Url) -> String {
    let mut shown = url.clone();
    let _ = shown.set_username("").and_then(|()| shown.set_password(None));
    shown.set_fragment(None);
    if url.query().is_some() {
        shown.set_query(Some("..."));
    }
    shown.into()
}

impl FromStr for Location {
    type Err = RegistryError;

    fn from_str(text: &str) -> Result<Self, RegistryError> {
        let hint = "hint: such as `https://example.org/gate.wasm`";
        let url = Url::parse(text)
            .map_err(|error| RegistryError::Usage(format!("`{text}` is no address: {error}; {hint}")))?;
        check(&url).map_err(|why| RegistryError::Usage(format!("{why}; {hint}")))?;
        Ok(Self(url))
    }
}

/// What holds for every address that anything is asked for: the first one, and those that servers lead to.
pub(crate) fn check(url: &Url) -> Result<(), String> {
    let shown = shown(url);
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!("there is a login in the address of `{shown}`, where anybody sees it"));
    }
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => Ok(()),
        ("http", Some(host)) if is_this_machine(&host) => Ok(()),
        ("http", Some(_)) => Err(format!("`{shown}` is not encrypted")),
        _ => Err(format!("`{shown}` is no address on the web")),
    }
}

/// Whether the name or address itself says so, whatever a name server thinks.
pub(crate) fn is_this_machine(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_encrypted_addresses_and_those_of_this_machine_are_taken() {
        for text in [
            "https://example.org/a.wasm",
            "https://10.0.0.1:8443/a",
            "http://127.0.0.1:80/",
            "http://[::1]/",
            "http://localhost/a",
        ] {
            assert!(text.parse::<Location>().is_ok(), "{text}");
        }
        for (text, expected) in [
            ("example.org/a.wasm", "is no address"),
            ("file:///etc/passwd", "is no address on the web"),
            ("ftp://example.org/a", "is no address on the web"),
            ("http://example.org/a", "is not encrypted"),
            ("http://127.0.0.1.example.org/a", "is not encrypted"),
            ("http://localhost.example.org/a", "is not encrypted"),
            ("https://user:secret@example.org/a", "there is a login"),
        ] {
            let error = text.parse::<Location>().unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn the_signature_is_beside_the_file() {
        let location: Location = "https://example.org/a.wasm?x=1".parse().unwrap();
        assert_eq!(location.signature().url().as_str(), "https://example.org/a.wasm.sig?x=1");
    }

    #[test]
    fn what_gives_access_is_not_shown() {
        let location: Location = "https://example.org/a.wasm?token=secret#x".parse().unwrap();
        assert_eq!(location.to_string(), "https://example.org/a.wasm?...");
    }
}

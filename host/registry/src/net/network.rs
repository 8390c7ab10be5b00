//! [`Network`]: makes the HTTP clients, which connect only to addresses that were checked.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    sync::{Mutex, PoisonError},
};

use reqwest::{
    Client,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect::Policy,
};
use rustls::pki_types::CertificateDer;
use url::{Host, Url};

use super::{tls, zone::Zone};
use crate::{
    error::{RegistryError, Result},
    location::{is_this_machine, shown},
    options::{Lookup, Options},
};

/// Makes the HTTP clients.
pub(crate) struct Network {
    pub(crate) options: Options,
    extra: Vec<CertificateDer<'static>>,
    clients: Mutex<HashMap<(String, Zone), Client>>,
}

impl Network {
    pub(crate) fn new(options: Options) -> Result<Self> {
        let extra = options.extra_ca.as_deref().map(tls::read).transpose()?.unwrap_or_default();
        Ok(Self { options, extra, clients: Mutex::default() })
    }

    /// How far inside a host is. Of several addresses the outermost counts: who mixes them wants something.
    pub(crate) async fn zone(&self, url: &Url) -> Result<Zone> {
        let name = url.host_str().unwrap_or_default();
        let addresses = match url.host() {
            Some(Host::Ipv4(address)) => vec![IpAddr::V4(address)],
            Some(Host::Ipv6(address)) => vec![IpAddr::V6(address)],
            Some(host) if is_this_machine(&host) => return Ok(Zone::Loopback),
            _ => lookup(self.options.lookup.clone(), name).await.map_err(|error| unknown(name, &error))?,
        };
        let zone = addresses.into_iter().filter_map(Zone::of).min().ok_or_else(|| forbidden(name))?;
        // A name of somebody else has no business here, and `localhost` does not need a name server.
        let named = matches!(url.host(), Some(Host::Domain(_)));
        if named && zone == Zone::Loopback { Err(forbidden(name)) } else { Ok(zone) }
    }

    /// A client for the host of an address. It connects to nothing that is further inside than the limit.
    pub(crate) fn client(&self, url: &Url, limit: Zone) -> Result<Client> {
        check_literal(url, limit)?;
        let key = (url.origin().ascii_serialization(), limit);
        if let Some(client) = self.clients.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(client.clone());
        }
        let client = self.build(url, limit)?;
        self.clients.lock().unwrap_or_else(PoisonError::into_inner).insert(key, client.clone());
        Ok(client)
    }

    fn build(&self, url: &Url, limit: Zone) -> Result<Client> {
        let tls = match url.scheme() {
            "https" => tls::trusting(self.certificates(url)?)?,
            _ => tls::none()?,
        };
        // A proxy would connect for us, to whatever it is told.
        Client::builder()
            .tls_backend_preconfigured(tls)
            .no_proxy()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(self.options.connect_timeout)
            .http1_max_headers(100)
            .user_agent(concat!("sdlc/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(Guard { limit, lookup: self.options.lookup.clone() })
            .build()
            .map_err(|error| RegistryError::Usage(format!("no client for `{}`: {error}", shown(url))))
    }

    fn certificates(&self, url: &Url) -> Result<Vec<CertificateDer<'static>>> {
        let host = url.host_str().unwrap_or_default();
        let mut all = self.extra.clone();
        // Docker goes by how the user writes it, which is not known here.
        let port = url.port_or_known_default().unwrap_or_default();
        let bare = url.port().is_none().then(|| host.to_owned());
        for authority in bare.into_iter().chain([format!("{host}:{port}")]) {
            all.extend(tls::of_registry(&self.options.certificates, &authority)?);
        }
        Ok(all)
    }
}

/// An address that is written out never reaches the resolver.
fn check_literal(url: &Url, limit: Zone) -> Result<()> {
    let zone = match url.host() {
        Some(Host::Ipv4(address)) => Zone::of(address.into()),
        Some(Host::Ipv6(address)) => Zone::of(address.into()),
        _ => return Ok(()),
    };
    let host = url.host_str().unwrap_or_default();
    zone.filter(|zone| *zone <= limit).map(drop).ok_or_else(|| forbidden(host))
}

fn forbidden(host: &str) -> RegistryError {
    RegistryError::Forbidden(format!(
        "`{host}` is, or leads to, an address inside the network or of this machine; hint: name its address yourself, if you trust it"
    ))
}

fn unknown(host: &str, error: &io::Error) -> RegistryError {
    RegistryError::Unreachable(format!("`{host}` is not known: {error}; hint: check the name and the network"))
}

/// Refused by [`Guard`].
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Refused(pub(crate) RegistryError);

/// Resolves names to addresses that are not further inside than the limit. What it gives is what is connected to, so
/// that a name which changes between the check and the connection gains nothing.
struct Guard {
    limit: Zone,
    lookup: Lookup,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (limit, lookup_) = (self.limit, self.lookup.clone());
        Box::pin(async move {
            let name = name.as_str();
            if name == "localhost" && limit == Zone::Loopback {
                let both = [[127, 0, 0, 1].into(), IpAddr::V6(std::net::Ipv6Addr::LOCALHOST)];
                return Ok(Box::new(both.map(|address| SocketAddr::new(address, 0)).into_iter()) as Addrs);
            }
            // Only an address that is written out, or `localhost`, is of this machine.
            let limit = limit.min(Zone::Private);
            let mut addresses = lookup(lookup_, name).await?;
            addresses.retain(|address| Zone::of(*address).is_some_and(|zone| zone <= limit));
            if addresses.is_empty() {
                return Err(Refused(forbidden(name)).into());
            }
            Ok(Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

async fn lookup(lookup: Lookup, name: &str) -> io::Result<Vec<IpAddr>> {
    let name = name.to_owned();
    tokio::task::spawn_blocking(move || lookup(&name)).await.map_err(io::Error::other)?
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use super::*;

    /// Whether a name with these addresses is connected to from a host in that zone, and at which of them.
    async fn resolve(name: &str, addresses: &'static [&'static str], limit: Zone) -> Option<Vec<String>> {
        let all = addresses.iter().map(|address| address.parse().unwrap()).collect::<Vec<IpAddr>>();
        let guard = Guard { limit, lookup: Arc::new(move |_| Ok(all.clone())) };
        let found = guard.resolve(name.parse().unwrap()).await.ok()?;
        Some(found.map(|address| address.ip().to_string()).collect())
    }

    #[tokio::test]
    async fn a_name_leads_outwards_and_never_inwards() {
        let (outside, inside, here) = (&["192.0.2.1"][..], &["10.0.0.1"][..], &["127.0.0.1"][..]);
        for limit in [Zone::Public, Zone::Private, Zone::Loopback] {
            assert!(resolve("x", outside, limit).await.is_some());
            assert_eq!(resolve("x", inside, limit).await.is_some(), limit != Zone::Public);
            assert_eq!(resolve("x", here, limit).await, None);
            assert_eq!(resolve("x", &["169.254.169.254"], limit).await, None);
            assert_eq!(resolve("localhost", here, limit).await.is_some(), limit == Zone::Loopback);
        }
        let mixed = resolve("x", &["10.0.0.1", "192.0.2.1", "::1"], Zone::Public).await;
        assert_eq!(mixed, Some(vec!["192.0.2.1".to_owned()]));
    }

    #[tokio::test]
    async fn an_address_that_is_written_out_leads_outwards_and_never_inwards() {
        let network = Network::new(Options { connect_timeout: Duration::from_secs(1), ..Options::default() }).unwrap();
        let allowed = |url: &str, limit| network.client(&Url::parse(url).unwrap(), limit).is_ok();
        for (url, zone) in
            [("http://192.0.2.1/", Zone::Public), ("http://10.1/", Zone::Private), ("http://[::1]/", Zone::Loopback)]
        {
            for limit in [Zone::Public, Zone::Private, Zone::Loopback] {
                assert_eq!(allowed(url, limit), zone <= limit, "{url} {limit:?}");
            }
        }
        assert!(!allowed("http://169.254.169.254/", Zone::Loopback));
    }
}

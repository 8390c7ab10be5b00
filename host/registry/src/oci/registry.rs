//! [`Registry`]: asks one registry about one repository, logged in where that is wanted.

use reqwest::{
    StatusCode,
    header::{ACCEPT, WWW_AUTHENTICATE},
};
use url::Url;

use super::{
    manifest::{ACCEPTED, Descriptor},
    replies,
};
use crate::{
    digest::Digest,
    error::{RegistryError, Result},
    login::{
        challenge::Challenge,
        docker,
        token::{self, Wanted},
    },
    net::{
        network::Network,
        request::{Reply, Request},
        session::Session,
        zone::Zone,
    },
    reference::Reference,
};

/// What registries themselves take at most.
pub(crate) const MANIFEST_BYTES: u64 = 4 << 20;

/// One registry and one repository in it.
pub(crate) struct Registry<'a> {
    network: &'a Network,
    session: Session<'a>,
    base: Url,
    reference: &'a Reference,
    /// What is done there: `pull` or `pull,push`.
    actions: &'static str,
    authorization: Option<String>,
    logged_in: bool,
}

impl<'a> Registry<'a> {
    pub(crate) async fn open(network: &'a Network, reference: &'a Reference, actions: &'static str) -> Result<Self> {
        let name = reference.registry();
        let url = |scheme: &str| {
            Url::parse(&format!("{scheme}://{name}/v2/"))
                .map_err(|error| RegistryError::Usage(format!("`{name}` is no host of a registry: {error}")))
        };
        let mut base = url("https")?;
        let session = Session::begin(network, &base).await?;
        // As Docker does it: on this machine, and only there, a registry need not be encrypted.
        if session.limit() == Zone::Loopback && session.is_plain(&base).await? {
            base = url("http")?;
        }
        Ok(Self { network, session, base, reference, actions, authorization: None, logged_in: false })
    }

    /// An address below that of the repository.
    pub(crate) fn url(&self, rest: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("/v2/{}/{rest}", self.reference.repository()));
        url
    }

    /// Where a header of an answer points to: only this registry, since what is sent there is ours.
    pub(crate) fn own(&self, from: &Reply, target: &str) -> Result<Url> {
        let url = from.url.join(target).ok().filter(|url| url.origin() == self.base.origin());
        url.ok_or_else(|| {
            let registry = self.reference.registry();
            RegistryError::Forbidden(format!("`{registry}` leads to `{target}`, which is another server"))
        })
    }

    /// Asks; logs in when told to. An answer that it is not allowed is an error.
    pub(crate) async fn call(&mut self, request: Request, cap: u64) -> Result<Reply> {
        let mut reply = self.send(&request, cap).await?;
        let ours = reply.url.origin() == self.base.origin();
        if reply.status == StatusCode::UNAUTHORIZED && ours {
            self.log_in(&reply).await?;
            reply = self.send(&request, cap).await?;
        }
        match reply.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if ours => Err(self.denied()),
            _ => Ok(reply),
        }
    }

    async fn send(&mut self, request: &Request, cap: u64) -> Result<Reply> {
        let request = Request { authorization: self.authorization.clone(), ..request.clone() };
        self.session.fetch(&request, cap).await
    }

    fn denied(&self) -> RegistryError {
        replies::denied(self.reference.registry(), self.logged_in)
    }

    async fn log_in(&mut self, reply: &Reply) -> Result<()> {
        let headers = reply.headers.get_all(WWW_AUTHENTICATE).iter();
        let challenge = headers.filter_map(|header| Challenge::parse(header.to_str().ok()?)).next();
        let registry = self.reference.registry();
        let login = docker::find(&self.network.options, registry).await?;
        self.logged_in = login.is_some();
        self.authorization = Some(match challenge {
            Some(Challenge::Basic) => login.and_then(|login| login.basic()).ok_or_else(|| self.denied())?,
            Some(Challenge::Bearer { realm, service, scope }) => {
                let needed = format!("repository:{}:{}", self.reference.repository(), self.actions);
                let scope = scope.as_deref().unwrap_or(&needed);
                let wanted = Wanted { registry, realm: &realm, service: service.as_deref(), scope };
                token::fetch(&mut self.session, &wanted, login.as_ref()).await?
            }
            None => return Err(self.denied()),
        });
        Ok(())
    }

    /// The manifest under a tag or digest and its own digest, which is computed here; [`None`] if it is not there.
    pub(crate) async fn manifest(&mut self, version: &str) -> Result<Option<(Vec<u8>, Digest)>> {
        let what = self.named(version);
        let request = Request::get(self.url(&format!("manifests/{version}"))).header(ACCEPT, ACCEPTED);
        let reply = self.call(request, MANIFEST_BYTES).await?;
        match reply.status {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Ok(None),
            _ => return Err(replies::unexpected(&what, &reply)),
        }
        let digest = Digest::of(&reply.body);
        let said = reply.header("docker-content-digest").filter(|said| said.starts_with("sha256:"));
        let asked = Some(version).filter(|version| version.contains(':'));
        for expected in said.into_iter().chain(asked) {
            mismatch(&format!("the manifest of `{what}`"), expected, &digest)?;
        }
        Ok(Some((reply.body, digest)))
    }

    /// What a descriptor names, of its size and digest.
    pub(crate) async fn blob(&mut self, descriptor: &Descriptor, cap: u64) -> Result<Vec<u8>> {
        let (digest, what) = (descriptor.digest()?, self.reference.to_string());
        if descriptor.size > cap {
            return Err(RegistryError::TooLarge { what, limit: cap });
        }
        let request = Request::get(self.url(&format!("blobs/{digest}")));
        let reply = self.call(request, descriptor.size).await.map_err(|error| match error {
            RegistryError::TooLarge { .. } => RegistryError::Mismatch(format!(
                "`{what}` is larger than the {} bytes that its manifest promises; hint: do not use it",
                descriptor.size
            )),
            other => other,
        })?;
        if reply.status != StatusCode::OK {
            return Err(replies::unexpected(&format!("{what}, of which it has the manifest"), &reply));
        }
        mismatch(&format!("the content of `{what}`"), &digest.to_string(), &Digest::of(&reply.body))?;
        Ok(reply.body)
    }

    /// The repository with another tag or digest, for messages.
    pub(crate) fn named(&self, version: &str) -> String {
        let between = if version.contains(':') { '@' } else { ':' };
        format!("{}/{}{between}{version}", self.reference.registry(), self.reference.repository())
    }
}

fn mismatch(what: &str, expected: &str, found: &Digest) -> Result<()> {
    if expected == found.to_string() {
        return Ok(());
    }
    let hint = "hint: the registry, or somebody between, is broken or lies";
    Err(RegistryError::Mismatch(format!("{what} has the digest `{found}`, and not `{expected}`; {hint}")))
}

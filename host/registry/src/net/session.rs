//! [`Session`]: the requests of one call. Follows redirects, limits what is read, and tries again what may help.

use std::time::Duration;

use reqwest::{
    Method, Response, StatusCode,
    header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, LOCATION, RETRY_AFTER},
};
use sdlc_resilience::retry::Policy;
use url::Url;

use super::{
    causes,
    network::{Network, Refused},
    request::{Reply, Request},
    zone::Zone,
};
use crate::{
    error::{RegistryError, Result},
    location::{self, shown},
};

const REDIRECTS: usize = 5;
/// How many further attempts a whole call has.
const ATTEMPTS: u32 = 4;
/// How much of an error is read.
const ERROR_BYTES: u64 = 16 << 10;

/// The requests of one call.
pub(crate) struct Session<'a> {
    network: &'a Network,
    /// How far inside the host is that the user named.
    limit: Zone,
    policy: Policy,
    /// Further attempts so far: the whole call has so many.
    taken: u32,
}

/// Why an attempt failed.
struct Failure {
    error: RegistryError,
    /// Whether to try again, and how long the server wants to be left alone.
    again: Option<Option<Duration>>,
}

impl From<RegistryError> for Failure {
    fn from(error: RegistryError) -> Self {
        Self { error, again: None }
    }
}

impl<'a> Session<'a> {
    /// Begins with the host that the user named: nothing will lead further inside than that.
    pub(crate) async fn begin(network: &'a Network, url: &Url) -> Result<Self> {
        let limit = network.zone(url).await?;
        Ok(Self { network, limit, policy: Policy::new(ATTEMPTS, network.options.pause), taken: 0 })
    }

    /// How far inside the host is that the user named.
    pub(crate) fn limit(&self) -> Zone {
        self.limit
    }

    /// Asks, and reads the answer, up to so many bytes.
    pub(crate) async fn fetch(&mut self, request: &Request, cap: u64) -> Result<Reply> {
        loop {
            let failure = match self.attempt(request, cap).await {
                Ok(reply) => return Ok(reply),
                Err(failure) => failure,
            };
            let pause = failure.again.and_then(|asked| self.policy.pause(self.taken, asked));
            let Some(pause) = pause else { return Err(failure.error) };
            self.taken += 1;
            tokio::time::sleep(pause).await;
        }
    }

    /// Whether a server of this machine does not speak TLS.
    pub(crate) async fn is_plain(&self, url: &Url) -> Result<bool> {
        let sent = self.network.client(url, self.limit)?.get(url.clone()).send().await;
        Ok(sent.is_err_and(|error| causes::is_plain(&error)))
    }

    /// Asks once, and hands the answer over piece by piece, up to so many bytes: what was handed over cannot be taken back.
    /// Gives the status, and the beginning of an answer that is no success.
    pub(crate) async fn stream(
        &mut self,
        request: &Request,
        cap: u64,
        sink: &mut (dyn FnMut(&[u8]) -> Result<()> + Send),
    ) -> Result<Reply> {
        let (mut response, url) = self.follow(request).await.map_err(|failure| failure.error)?;
        let (status, headers) = (response.status(), response.headers().clone());
        if !status.is_success() {
            return read(response, url, cap).await.map_err(|failure| failure.error);
        }
        let too_large = || RegistryError::TooLarge { what: shown(&url), limit: cap };
        if response.content_length().is_some_and(|length| length > cap) {
            return Err(too_large());
        }
        let mut taken = 0u64;
        while let Some(chunk) = response.chunk().await.map_err(|error| broken(&url, &error).error)? {
            taken = taken.saturating_add(chunk.len() as u64);
            if taken > cap {
                return Err(too_large());
            }
            sink(&chunk)?;
        }
        Ok(Reply { status, headers, body: Vec::new(), url })
    }

    async fn attempt(&self, request: &Request, cap: u64) -> Result<Reply, Failure> {
        let (response, url) = self.follow(request).await?;
        read(response, url, cap).await
    }

    /// The answer of the place that others lead to.
    async fn follow(&self, request: &Request) -> Result<(Response, Url), Failure> {
        let mut url = request.url.clone();
        for _ in 0..=REDIRECTS {
            let response = self.hop(request, &url).await?;
            let Some(next) = redirect(request, &response, &url)? else {
                return Ok((response, url));
            };
            url = next;
        }
        let error = format!("`{}` leads from one place to the next, {REDIRECTS} times", shown(&request.url));
        Err(RegistryError::Forbidden(error).into())
    }

    async fn hop(&self, request: &Request, url: &Url) -> Result<Response, Failure> {
        location::check(url).map_err(RegistryError::Forbidden)?;
        let mut builder = self.network.client(url, self.limit)?.request(request.method.clone(), url.clone());
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        if let Some(authorization) = request.authorization.as_ref().filter(|_| url.origin() == request.url.origin()) {
            builder = builder.header(AUTHORIZATION, authorization);
        }
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        builder.header(ACCEPT_ENCODING, "identity").send().await.map_err(|error| broken(url, &error))
    }
}

/// Where a response leads, if it does.
fn redirect(request: &Request, response: &Response, url: &Url) -> Result<Option<Url>> {
    let from = shown(url);
    let forbidden = |why: String| Err(RegistryError::Forbidden(why));
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    if !matches!(request.method, Method::GET | Method::HEAD) {
        return forbidden(format!("`{from}` leads elsewhere, which is not followed when something is sent"));
    }
    let target = response.headers().get(LOCATION).and_then(|target| target.to_str().ok());
    let Some(next) = target.and_then(|target| url.join(target).ok()) else {
        return forbidden(format!("`{from}` leads elsewhere, but does not say where"));
    };
    location::check(&next).map_err(|why| RegistryError::Forbidden(format!("`{from}` leads elsewhere: {why}")))?;
    if url.scheme() == "https" && next.scheme() != "https" {
        return forbidden(format!("`{from}` leads to `{}`, which is not encrypted", shown(&next)));
    }
    Ok(Some(next))
}

async fn read(mut response: Response, url: Url, cap: u64) -> Result<Reply, Failure> {
    let (status, headers) = (response.status(), response.headers().clone());
    if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
        let asked = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let error = RegistryError::Unreachable(format!("`{}` answered {status}; hint: try again later", shown(&url)));
        return Err(Failure { error, again: Some(asked.map(Duration::from_secs)) });
    }
    let encoding = headers.get(CONTENT_ENCODING).filter(|encoding| *encoding != "identity");
    if let Some(encoding) = encoding.filter(|_| status.is_success()) {
        let hint = "hint: serve it as it is";
        let error = format!("`{}` is compressed ({encoding:?}), which nobody asked for; {hint}", shown(&url));
        return Err(RegistryError::NotAPlugin(error).into());
    }
    let body =
        if status.is_success() { whole(&mut response, &url, cap).await? } else { beginning(&mut response).await };
    Ok(Reply { status, headers, body, url })
}

/// The length that the server gave saves a download, but is not believed.
async fn whole(response: &mut Response, url: &Url, cap: u64) -> Result<Vec<u8>, Failure> {
    let too_large = || RegistryError::TooLarge { what: shown(url), limit: cap };
    if response.content_length().is_some_and(|length| length > cap) {
        return Err(too_large().into());
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| broken(url, &error))? {
        if (body.len() as u64).saturating_add(chunk.len() as u64) > cap {
            return Err(too_large().into());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

async fn beginning(response: &mut Response) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() as u64 > ERROR_BYTES {
            break;
        }
    }
    body
}

/// What a connection that failed means. A certificate does not get better by trying again.
fn broken(url: &Url, error: &reqwest::Error) -> Failure {
    if let Some(Refused(error)) = causes::find(error) {
        return error.clone().into();
    }
    let host = url.host_str().unwrap_or_default();
    if let Some(rustls::Error::InvalidCertificate(why)) = causes::find(error) {
        let hint = "hint: name the authority's certificate, or put it where Docker looks for it";
        return RegistryError::Unreachable(format!("the certificate of `{host}` is not trusted: {why}; {hint}")).into();
    }
    let again = (error.is_connect() || error.is_request() || error.is_body() || error.is_decode()).then_some(None);
    let hint = "hint: check the address and the network";
    let error =
        RegistryError::Unreachable(format!("`{}` gives no answer: {}; {hint}", shown(url), causes::root(error)));
    Failure { error, again }
}

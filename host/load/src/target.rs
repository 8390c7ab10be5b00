//! [`Target`]: where requests go, and what they are.

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Method, Request, Uri, Version, header};
use rustls::pki_types::ServerName;
use url::Url;

use crate::plan::{LoadError, Plan};

/// Where requests go, and what they are.
pub(crate) struct Target {
    /// A name or an address, without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// For TLS; none: without.
    pub(crate) server_name: Option<ServerName<'static>>,
    request: Request<Full<Bytes>>,
    absolute: Uri,
}

impl Target {
    pub(crate) fn new(plan: &Plan) -> Result<Self, LoadError> {
        let wrong = |reason: &dyn std::fmt::Display| LoadError::Plan(format!("`{}`: {reason}", plan.url));
        let url = Url::parse(&plan.url).map_err(|error| wrong(&error))?;
        let tls = match url.scheme() {
            "http" => false,
            "https" => true,
            _ => return Err(wrong(&"only `http` and `https` can be put load on")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong(&"a user and a password do not belong in an address; hint: a header `authorization`"));
        }
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Err(wrong(&"no host"));
        };
        let host = host.trim_matches(['[', ']']).to_owned();
        let server_name = ServerName::try_from(host.clone()).map_err(|error| wrong(&error))?;
        let absolute: Uri = url.as_str().parse().map_err(|error| wrong(&error))?;
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let mut builder = Request::builder()
            .method(Method::from_bytes(plan.method.as_bytes()).map_err(|error| wrong(&error))?)
            .uri(path)
            .header(header::HOST, url.authority())
            .header(header::USER_AGENT, concat!("sdlc/", env!("CARGO_PKG_VERSION")));
        for (name, value) in &plan.headers {
            builder = builder.header(name, value);
        }
        let body = Full::new(Bytes::from(plan.body.clone()));
        let request = builder.body(body).map_err(|error| wrong(&error))?;
        Ok(Self { host, port, server_name: tls.then_some(server_name), request, absolute })
    }

    /// Host and port, as a grant has them.
    pub(crate) fn address(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// A request of its own for each connection: HTTP/2 wants the whole address, and no `host`.
    pub(crate) fn request(&self, version: Version) -> Request<Full<Bytes>> {
        let mut request = self.request.clone();
        if version == Version::HTTP_2 {
            *request.uri_mut() = self.absolute.clone();
            *request.version_mut() = version;
            request.headers_mut().remove(header::HOST);
        }
        request
    }
}

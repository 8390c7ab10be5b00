//! [`fetch`]: exchanges a login, or none, for a token that a registry takes.

use reqwest::{Method, StatusCode, header::CONTENT_TYPE};
use serde::Deserialize;
use url::{Url, form_urlencoded::Serializer};

use super::docker::Login;
use crate::{
    error::{RegistryError, Result},
    net::{request::Request, session::Session},
    oci::replies,
};

const TOKEN_BYTES: u64 = 256 << 10;

/// What a token is asked for.
pub(crate) struct Wanted<'a> {
    /// Host of the registry.
    pub(crate) registry: &'a str,
    /// Address of the server that has tokens.
    pub(crate) realm: &'a str,
    /// What that calls the registry.
    pub(crate) service: Option<&'a str>,
    /// What the token is to be good for.
    pub(crate) scope: &'a str,
}

#[derive(Deserialize)]
struct Answer {
    token: Option<String>,
    access_token: Option<String>,
}

/// Asks for a token. The registry says where; that must be encrypted and no further inside than the registry itself.
pub(crate) async fn fetch(session: &mut Session<'_>, wanted: &Wanted<'_>, login: Option<&Login>) -> Result<String> {
    let Wanted { registry, realm, .. } = wanted;
    let no_sense = || {
        RegistryError::Unreachable(format!(
            "`{registry}` sends to `{realm}` for a token, which gives none that makes sense"
        ))
    };
    let url = Url::parse(realm).map_err(|_| no_sense())?;
    let reply = session.fetch(&request(url, wanted, login), TOKEN_BYTES).await?;
    if reply.status == StatusCode::NOT_FOUND || reply.status.is_redirection() {
        return Err(no_sense());
    }
    if !reply.status.is_success() {
        return Err(replies::denied(registry, login.is_some()));
    }
    let answer: Answer = serde_json::from_slice(&reply.body).map_err(|_| no_sense())?;
    let token = answer.token.or(answer.access_token).filter(|token| token.bytes().all(|byte| byte.is_ascii_graphic()));
    token.filter(|token| !token.is_empty()).map(|token| format!("Bearer {token}")).ok_or_else(no_sense)
}

fn request(mut url: Url, wanted: &Wanted<'_>, login: Option<&Login>) -> Request {
    let service = wanted.service.map(|service| ("service", service));
    let what = service.into_iter().chain([("scope", wanted.scope)]);
    if let Some(Login::Identity(token)) = login {
        let form = Serializer::new(String::new())
            .extend_pairs(what)
            .extend_pairs([("grant_type", "refresh_token"), ("client_id", "sdlc"), ("refresh_token", token)])
            .finish();
        let request = Request::new(Method::POST, url).body(form.into_bytes().into());
        return request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    url.query_pairs_mut().extend_pairs(what);
    Request { authorization: login.and_then(Login::basic), ..Request::get(url) }
}

//! What of a request and its answer is for one hop only, and what a target is told of the client.

use std::net::IpAddr;

use hyper::{
    HeaderMap, Method, Request, StatusCode, Uri, Version,
    header::{self, HeaderName, HeaderValue},
    http::{request::Parts, uri::PathAndQuery},
};

/// Who sent a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer {
    pub(crate) address: IpAddr,
    /// Whether it came over TLS.
    pub(crate) secure: bool,
}

const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
const PROXY_CONNECTION: HeaderName = HeaderName::from_static("proxy-connection");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// For one hop only, named or not (RFC 9110, 7.6.1).
const ONE_HOP: [HeaderName; 7] = [
    header::CONNECTION,
    KEEP_ALIVE,
    PROXY_CONNECTION,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Why a request is not passed on: what two servers might understand differently.
pub(crate) fn refusal<B>(request: &Request<B>) -> Option<(StatusCode, &'static str)> {
    let headers = request.headers();
    if request.method() == Method::CONNECT {
        return Some((StatusCode::NOT_IMPLEMENTED, "tunnels to elsewhere are not made"));
    }
    let hosts = headers.get_all(header::HOST).iter().count();
    if hosts > 1 || hosts == 0 && request.version() == Version::HTTP_11 {
        return Some((StatusCode::BAD_REQUEST, "there must be one host"));
    }
    if request.uri().authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Some((StatusCode::BAD_REQUEST, "the host has a user in it"));
    }
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    if let Some(coding) = codings.next() {
        if headers.contains_key(header::CONTENT_LENGTH) || request.version() != Version::HTTP_11 {
            return Some((StatusCode::BAD_REQUEST, "the length of the body is ambiguous"));
        }
        if codings.next().is_some() || !coding.as_bytes().eq_ignore_ascii_case(b"chunked") {
            return Some((StatusCode::NOT_IMPLEMENTED, "this transfer coding is not known"));
        }
    }
    None
}

/// The protocol that a client wants to change to. HTTP/2 is none: it is spoken without asking.
pub(crate) fn upgrade<B>(request: &Request<B>) -> Option<HeaderValue> {
    let wanted = request.headers().get(header::UPGRADE)?;
    let is_asked = request.version() == Version::HTTP_11 && nominates(request.headers(), "upgrade");
    let is_http = wanted.to_str().is_ok_and(|protocol| protocol.to_ascii_lowercase().contains("h2c"));
    (is_asked && !is_http).then(|| wanted.clone())
}

/// Makes the request of a client one to a target, in HTTP/1.1.
pub(crate) fn to_target(parts: &mut Parts, peer: Peer, upgrade: Option<&HeaderValue>) {
    let host = parts.uri.authority().and_then(|authority| HeaderValue::from_str(authority.as_str()).ok());
    let host = host.or_else(|| parts.headers.get(header::HOST).cloned()).unwrap_or(HeaderValue::from_static(""));
    let trailers = nominates_in(&parts.headers, &header::TE, "trailers");
    one_hop(&mut parts.headers);
    if trailers {
        parts.headers.insert(header::TE, HeaderValue::from_static("trailers"));
    }
    if let Some(protocol) = upgrade {
        parts.headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        parts.headers.insert(header::UPGRADE, protocol.clone());
    }
    // hyper asks the client for its body when the target takes it.
    parts.headers.remove(header::EXPECT);
    parts.headers.remove(header::FORWARDED);
    let address = HeaderValue::from_str(&peer.address.to_canonical().to_string());
    parts.headers.insert(FORWARDED_FOR, address.unwrap_or(HeaderValue::from_static("unknown")));
    parts.headers.insert(FORWARDED_PROTO, HeaderValue::from_static(if peer.secure { "https" } else { "http" }));
    parts.headers.insert(FORWARDED_HOST, host.clone());
    parts.headers.insert(header::HOST, host);
    one_cookie(&mut parts.headers);
    let path = parts.uri.path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/"));
    parts.uri = Uri::from(path);
    parts.version = Version::HTTP_11;
    parts.extensions.clear();
}

/// Makes the answer of a target one to a client.
pub(crate) fn to_client(headers: &mut HeaderMap, upgrade: Option<HeaderValue>) {
    one_hop(headers);
    if let Some(protocol) = upgrade {
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::UPGRADE, protocol);
    }
}

/// The slot that the cookie of this name says.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

fn one_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = tokens(headers, &header::CONNECTION)
        .filter_map(|token| token.parse().ok())
        // What says where the body ends is not the client's to take away.
        .filter(|name| name != header::CONTENT_LENGTH && name != header::HOST)
        .collect();
    for name in ONE_HOP.iter().chain(&named) {
        headers.remove(name);
    }
}

/// HTTP/2 may split cookies, HTTP/1.1 may not (RFC 9113, 8.2.3).
fn one_cookie(headers: &mut HeaderMap) {
    let all: Vec<&[u8]> = headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes).collect();
    if all.len() > 1
        && let Ok(joined) = HeaderValue::from_bytes(&all.join(&b"; "[..]))
    {
        headers.insert(header::COOKIE, joined);
    }
}

fn nominates(headers: &HeaderMap, name: &str) -> bool {
    nominates_in(headers, &header::CONNECTION, name)
}

fn nominates_in(headers: &HeaderMap, list: &HeaderName, name: &str) -> bool {
    tokens(headers, list).any(|token| token.eq_ignore_ascii_case(name))
}

fn tokens<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lists = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(version: Version, uri: &str, headers: &[(&str, &str)]) -> Request<()> {
        let mut request = Request::builder().version(version).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap()
    }

    /// What a target gets: its headers in order of their names.
    fn passed_on(request: Request<()>, upgrade: Option<&HeaderValue>) -> (String, Vec<String>) {
        let (mut parts, ()) = request.into_parts();
        to_target(&mut parts, Peer { address: [192, 0, 2, 1].into(), secure: true }, upgrade);
        let text = |(name, value): (&HeaderName, &HeaderValue)| format!("{name}: {}", value.to_str().unwrap());
        let mut headers: Vec<_> = parts.headers.iter().map(text).collect();
        headers.sort();
        (parts.uri.to_string(), headers)
    }

    #[test]
    fn what_is_for_one_hop_goes_no_further_and_what_the_client_says_of_itself_is_not_believed() {
        let sent = [
            ("host", "shop.example"),
            ("connection", "keep-alive, X-Secret"),
            ("x-secret", "1"),
            ("keep-alive", "timeout=5"),
            ("te", "gzip"),
            ("expect", "100-continue"),
            ("forwarded", "for=10.0.0.1"),
            ("x-forwarded-for", "10.0.0.1"),
            ("x-forwarded-proto", "http"),
            ("x-forwarded-host", "evil.example"),
            ("accept", "*/*"),
        ];
        let (uri, headers) = passed_on(request(Version::HTTP_11, "/a?b", &sent), None);
        assert_eq!(uri, "/a?b");
        let expected = [
            "accept: */*",
            "host: shop.example",
            "x-forwarded-for: 192.0.2.1",
            "x-forwarded-host: shop.example",
            "x-forwarded-proto: https",
        ];
        assert_eq!(headers, expected);
    }

    #[test]
    fn the_host_and_the_length_cannot_be_taken_away() {
        let sent = [("host", "a"), ("connection", "host, content-length"), ("content-length", "3")];
        let (_, headers) = passed_on(request(Version::HTTP_11, "/", &sent), None);
        assert!(headers.contains(&"host: a".to_owned()) && headers.contains(&"content-length: 3".to_owned()));
    }

    #[test]
    fn the_host_of_an_address_in_full_wins() {
        let (uri, headers) = passed_on(request(Version::HTTP_11, "http://a.example/x", &[("host", "b.example")]), None);
        assert_eq!(uri, "/x");
        assert!(headers.contains(&"host: a.example".to_owned()), "{headers:?}");
    }

    #[test]
    fn cookies_of_http_2_become_one() {
        let sent = [("cookie", "a=1"), ("cookie", "b=2")];
        let (_, headers) = passed_on(request(Version::HTTP_2, "https://a.example/", &sent), None);
        assert!(headers.contains(&"cookie: a=1; b=2".to_owned()), "{headers:?}");
    }

    #[test]
    fn an_upgrade_is_passed_on_but_to_http_2() {
        let asked = |protocol| request(Version::HTTP_11, "/", &[("connection", "Upgrade"), ("upgrade", protocol)]);
        let protocol = upgrade(&asked("websocket"));
        let (_, headers) = passed_on(asked("websocket"), protocol.as_ref());
        assert!(
            headers.contains(&"upgrade: websocket".to_owned()) && headers.contains(&"connection: upgrade".to_owned())
        );
        assert_eq!(upgrade(&asked("h2c")), None);
        assert_eq!(upgrade(&request(Version::HTTP_11, "/", &[("upgrade", "websocket")])), None);
    }

    #[test]
    fn what_two_servers_might_understand_differently_is_refused() {
        #[track_caller]
        fn check(version: Version, headers: &[(&str, &str)], status: Option<u16>) {
            let told = refusal(&request(version, "/", headers));
            assert_eq!(told.map(|(status, _)| status.as_u16()), status, "{headers:?}");
        }
        let (host, chunked) = (("host", "a"), ("transfer-encoding", "chunked"));
        check(Version::HTTP_11, &[host, chunked], None);
        check(Version::HTTP_10, &[], None);
        check(Version::HTTP_11, &[], Some(400));
        check(Version::HTTP_11, &[host, ("host", "b")], Some(400));
        check(Version::HTTP_11, &[host, chunked, ("content-length", "3")], Some(400));
        check(Version::HTTP_10, &[host, chunked], Some(400));
        check(Version::HTTP_11, &[host, ("transfer-encoding", "gzip, chunked")], Some(501));
        check(Version::HTTP_11, &[host, chunked, chunked], Some(501));
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; slot=blue;b=2"));
        assert_eq!(cookie(&headers, "slot"), Some("blue"));
        assert_eq!(cookie(&headers, "lot"), None);
    }
}

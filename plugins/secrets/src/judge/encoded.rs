//! Secrets that are texts in base 64: their content tells what they are.
//!
//! Does not verify a signature, nor keep what it decodes.

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::{Proof, entropy, password, placeholder, possible};

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::Indifferent);
const BASE64: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT);
const BASE64_URL: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LENIENT);

/// A JSON Web Token (RFC 7519): a header that is JSON and names an algorithm, claims that are JSON, and a signature.
pub(crate) fn is_json_web_token(token: &[u8]) -> Proof {
    let mut parts = token.split(|byte| *byte == b'.');
    let (Some(header), Some(claims), Some(signature)) = (parts.next(), parts.next(), parts.next()) else {
        return Proof::Refuted;
    };
    let named =
        json(header).is_some_and(|header| header.get("alg").is_some_and(|alg| alg.is_string() && alg != "none"));
    let claims = json(claims);
    // The subject of jwt.io's and of most documentation.
    let documented = claims.as_ref().is_some_and(|claims| {
        claims.get("name").is_some_and(|name| name == "John Doe")
            || claims.get("sub").is_some_and(|subject| subject == "1234567890")
    });
    possible(named && claims.is_some() && !documented && entropy::bits_a_byte(signature) > 3.5)
}

fn json(part: &[u8]) -> Option<serde_json::Value> {
    let value: serde_json::Value = serde_json::from_slice(&BASE64_URL.decode(part).ok()?).ok()?;
    value.is_object().then_some(value)
}

/// `user:password`, as HTTP's basic authentication encodes it (RFC 7617).
pub(crate) fn is_basic_authentication(token: &[u8]) -> Proof {
    let Ok(decoded) = BASE64.decode(token) else { return Proof::Refuted };
    let Some(at) = memchr::memchr(b':', &decoded) else { return Proof::Refuted };
    let (user, password) = decoded.split_at_checked(at + 1).unwrap_or_default();
    let printable = decoded.iter().all(|byte| byte.is_ascii_graphic());
    let used = password::is_used(password) != Proof::Refuted && !placeholder::is_placeholder(password);
    possible(printable && used && user.len() > 1)
}

/// A macaroon of the Python package index: version 2, and the place it is for.
pub(crate) fn is_pypi_macaroon(token: &[u8]) -> Proof {
    let body = token.strip_prefix(b"pypi-").and_then(|body| BASE64_URL.decode(body).ok());
    let place = |body: &Vec<u8>| [&b"pypi.org"[..], b"test.pypi.org"].iter().any(|place| contains(body, place));
    Proof::from(body.as_ref().is_some_and(place))
}

/// The first line of a private key's body.
pub(crate) fn is_key(body: &[u8]) -> Proof {
    possible(entropy::bits_a_byte(body) > 3.2)
}

fn contains(body: &[u8], place: &[u8]) -> bool {
    body.get(..40).unwrap_or(body).windows(place.len()).any(|window| window == place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn token(header: &str, claims: &str) -> Vec<u8> {
        let signature = "k7Vq2nLx9RbT4wZc8YdFpG1sHjM3";
        format!("{}.{}.{signature}", BASE64_URL.encode(header), BASE64_URL.encode(claims)).replace('=', "").into_bytes()
    }

    #[test]
    fn a_token_has_json_with_an_algorithm_before_its_claims() {
        assert_eq!(is_json_web_token(&token(r#"{"alg":"HS256"}"#, r#"{"sub":"7"}"#)), Proof::Possible);
        assert_eq!(is_json_web_token(&token(r#"{"alg":"none"}"#, r#"{"sub":"7"}"#)), Proof::Refuted);
        assert_eq!(is_json_web_token(&token(r#"{"typ":"JWT"}"#, r#"{"sub":"7"}"#)), Proof::Refuted);
        assert_eq!(is_json_web_token(&token(r#"{"alg":"HS256"}"#, "claims")), Proof::Refuted);
        assert_eq!(is_json_web_token(&token(r#"{"alg":"HS256"}"#, r#"{"sub":"1234567890"}"#)), Proof::Refuted);
    }

    #[test]
    fn basic_authentication_has_a_user_and_a_password_that_is_no_word() {
        let judged = |text: &str| is_basic_authentication(BASE64.encode(text).as_bytes());
        assert_eq!(judged("deploy:k7Vq2nLx9R"), Proof::Possible);
        for text in ["user:password", "deploy", ":k7Vq2nLx9R", "a:b"] {
            assert_eq!(judged(text), Proof::Refuted, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_judged(token in proptest::collection::vec(any::<u8>(), 0..80)) {
            is_json_web_token(&token);
            is_basic_authentication(&token);
            is_pypi_macaroon(&token);
            is_key(&token);
        }
    }
}

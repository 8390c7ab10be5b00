//! Signatures as cosign makes them, by keys that are made here.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};
use sdlc_registry::{
    client::{Pulled, Required},
    digest::Digest,
    error::{RegistryError, Result},
    key::PublicKey,
};

use crate::harness::{
    client, component, reference,
    server::{Server, answer, manifest, ok},
};

/// What comes before the point in the public key of P-256: RFC 5480.
const P256: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
/// The same for Ed25519: RFC 8410.
const ED25519: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

fn pem(prefix: &[u8], key: &impl KeyPair) -> String {
    let der = [prefix, key.public_key().as_ref()].concat();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(der))
}

struct Key(EcdsaKeyPair);

impl Key {
    fn new() -> Self {
        let (random, kind) = (SystemRandom::new(), &ECDSA_P256_SHA256_ASN1_SIGNING);
        let made = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        Self(EcdsaKeyPair::from_pkcs8(kind, made.as_ref(), &random).unwrap())
    }

    fn public(&self) -> PublicKey {
        PublicKey::from_pem(&pem(&P256, &self.0)).unwrap()
    }

    fn sign(&self, content: &[u8]) -> String {
        STANDARD.encode(self.0.sign(&SystemRandom::new(), content).unwrap())
    }
}

fn payload(digest: &Digest, kind: &str) -> String {
    format!(
        r#"{{"critical":{{"identity":{{"docker-reference":"r.example/acme/gate"}},"image":{{"docker-manifest-digest":"{digest}"}},"type":"{kind}"}},"optional":null}}"#
    )
}

const KIND: &str = "cosign container image signature";

/// A registry with a component, and these payloads with their signatures.
fn registry(component: &[u8], signatures: Vec<(String, String)>) -> Server {
    let (component, text) = (component.to_owned(), manifest(component));
    let tag = format!("sha256-{}.sig", Digest::of(text.as_bytes()).hex());
    let layers: Vec<_> = signatures.iter().map(|(payload, signature)| layer(payload, signature)).collect();
    let list = format!(
        r#"{{"schemaVersion":2,"config":{{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{}","size":0}},"layers":[{}]}}"#,
        Digest::of(b""),
        layers.join(",")
    );
    Server::start(move |asked, stream| {
        let reply = match asked.line.as_str() {
            line if line.ends_with(&tag) && !signatures.is_empty() => ok(list.as_bytes()),
            line if line.ends_with("/manifests/1") => ok(text.as_bytes()),
            line if line.ends_with(&Digest::of(&component).to_string()) => ok(&component),
            line => {
                match signatures.iter().find(|(payload, _)| line.ends_with(&Digest::of(payload.as_bytes()).to_string()))
                {
                    Some((payload, _)) => ok(payload.as_bytes()),
                    None => answer("404 Not Found", "", b""),
                }
            }
        };
        let _ = stream.write_all(&reply);
    })
}

fn layer(payload: &str, signature: &str) -> String {
    format!(
        r#"{{"mediaType":"application/vnd.dev.cosign.simplesigning.v1+json","digest":"{}","size":{},"annotations":{{"dev.cosignproject.cosign/signature":"{signature}"}}}}"#,
        Digest::of(payload.as_bytes()),
        payload.len()
    )
}

async fn pull(server: &Server, key: &PublicKey) -> Result<Pulled> {
    let reference = reference(&format!("127.0.0.1:{}/acme/gate:1", server.port));
    client().pull(&reference, Required { manifest: None, key: Some(key) }).await
}

#[tokio::test]
async fn one_valid_signature_among_several_suffices() {
    let (key, other, component) = (Key::new(), Key::new(), component(b"x"));
    let digest = Digest::of(manifest(&component).as_bytes());
    let payload = payload(&digest, KIND);
    let signatures = vec![
        (payload.clone(), "no base64".to_owned()),
        (payload.clone(), other.sign(payload.as_bytes())),
        (payload.clone(), key.sign(payload.as_bytes())),
    ];
    let server = registry(&component, signatures);
    assert_eq!(pull(&server, &key.public()).await.unwrap().component, component);
    assert_eq!(pull(&server, &other.public()).await.unwrap().manifest, digest);
    let error = pull(&server, &Key::new().public()).await.unwrap_err();
    assert!(matches!(&error, RegistryError::Signature(text) if text.contains("not by the trusted key")), "{error}");
}

#[tokio::test]
async fn what_is_not_signed_is_refused_before_it_is_fetched() {
    let component = component(b"x");
    let server = registry(&component, Vec::new());
    let error = pull(&server, &Key::new().public()).await.unwrap_err();
    assert!(matches!(&error, RegistryError::Signature(text) if text.contains("is not signed")), "{error}");
    assert!(!server.asked().iter().any(|asked| asked.line.contains("/blobs/")));
}

#[tokio::test]
async fn a_valid_signature_of_something_else_does_not_count() {
    let (key, component) = (Key::new(), component(b"x"));
    let digest = Digest::of(manifest(&component).as_bytes());
    let of_other = payload(&Digest::of(b"other"), KIND);
    let of_other_kind = payload(&digest, "another kind");
    let altered = (payload(&digest, KIND), key.sign(of_other.as_bytes()));
    for signature in [
        (of_other.clone(), key.sign(of_other.as_bytes())),
        (of_other_kind.clone(), key.sign(of_other_kind.as_bytes())),
        altered,
    ] {
        let error = pull(&registry(&component, vec![signature]), &key.public()).await.unwrap_err();
        assert!(matches!(error, RegistryError::Signature(_)), "{error}");
    }
}

#[tokio::test]
async fn a_download_is_checked_against_the_signature_beside_it() {
    let (key, component) = (Key::new(), component(b"x"));
    let (signature, served) = (key.sign(&component), component.clone());
    let server = Server::start(move |asked, stream| {
        let reply = match asked.line.as_str() {
            "GET /gate.wasm" | "GET /unsigned.wasm" => ok(&served),
            "GET /gate.wasm.sig" => ok(format!("{signature}\n").as_bytes()),
            _ => answer("404 Not Found", "", b""),
        };
        let _ = stream.write_all(&reply);
    });
    let get = async |path: &str, key: &Key| client().download(&server.url(path).parse()?, Some(&key.public())).await;
    assert_eq!(get("/gate.wasm", &key).await.unwrap(), component);
    let error = get("/gate.wasm", &Key::new()).await.unwrap_err();
    assert!(matches!(&error, RegistryError::Signature(text) if text.contains("is not by the trusted key")), "{error}");
    let error = get("/unsigned.wasm", &key).await.unwrap_err();
    assert!(matches!(&error, RegistryError::Signature(text) if text.contains("there is no `http://")), "{error}");
}

#[test]
fn a_file_is_checked_against_its_signature() {
    let key = Key::new();
    let signature = key.sign(b"content");
    key.public().verify_detached("a.wasm", b"content", &signature).unwrap();
    for (content, signature) in
        [(&b"other"[..], signature.as_str()), (b"content", ""), (b"content", "AAAA"), (b"content", "ä")]
    {
        let error = key.public().verify_detached("a.wasm", content, signature).unwrap_err();
        assert!(matches!(&error, RegistryError::Signature(text) if text.contains("`a.wasm`")), "{error}");
    }
}

#[test]
fn a_key_of_ed25519_is_taken_too() {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap();
    let signature = STANDARD.encode(pair.sign(b"content").as_ref());
    PublicKey::from_pem(&pem(&ED25519, &pair)).unwrap().verify_detached("a", b"content", &signature).unwrap();
}

#[test]
fn what_is_no_public_key_is_an_error_of_use() {
    let other = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode([0x30; 91]));
    for (pem, expected) in [
        ("", "no public key in PEM"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "no public key"),
        (&other, "neither of ECDSA"),
    ] {
        let error = PublicKey::from_pem(pem).err().unwrap();
        assert!(matches!(&error, RegistryError::Usage(text) if text.contains(expected)), "{error}");
    }
}

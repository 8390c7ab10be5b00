//! Keys and tokens of standards, whoever uses them.

use sdlc_sdk::{Confidence, Severity};

use crate::judge::encoded;
use crate::rule::{Form, Rule, TOKEN};

/// Beyond the end of the line: a marker, and the key below it.
const BLOCK: Form = Form::Token { reach: 1024, lines: true };

pub(super) const RULES: [Rule; 8] = [
    Rule {
        id: "private-key",
        what: "private key",
        opens: "can sign in, sign or decrypt as its owner. `hygiene` has a rule of this name too, which looks for the first \
                line alone; this one wants a key below it, and tells keys with a passphrase apart",
        revoke: "replace it where its public key is known",
        score: 9.0,
        form: BLOCK,
        keywords: &["-----BEGIN "],
        expression: r#"-----BEGIN (?:(?:RSA|DSA|EC|OPENSSH) )?PRIVATE KEY-----[\s"'+,\\nrt#*;|>-]{1,80}?([A-Za-z0-9+/]{40,}={0,2})"#,
        entropy: 3.2,
        check: Some(encoded::is_key),
        finds: &[
            "-----BEGIN<space>PRIVATE KEY-----\nMII<b64:61>\n<b64:64>\n-----END PRIVATE KEY-----\n",
            r#""private_key": "-----BEGIN<space>RSA PRIVATE KEY-----\nMII<b64:61>\n<b64:64>\n""#,
            "  - -----BEGIN<space>OPENSSH PRIVATE KEY-----\r\n    b3BlbnNzaC1rZXktdjEAAAAABG5vbmU<b64:39>\r\n",
        ],
        passes: &[
            "-----BEGIN<space>PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
            "-----BEGIN PUBLIC KEY-----\nMII<b64:61>\n",
            "-----BEGIN CERTIFICATE-----\nMII<b64:61>\n",
            "-----BEGIN<space>PRIVATE KEY-----\n<=x:64>\n",
            "if text.startswith('-----BEGIN<space>PRIVATE KEY-----'):",
        ],
        ..TOKEN
    },
    Rule {
        id: "encrypted-private-key",
        what: "private key with a passphrase",
        opens: "can try passphrases for as long as it takes",
        revoke: "replace it where its public key is known",
        severity: Severity::Note,
        confidence: Confidence::Medium,
        score: 4.0,
        form: BLOCK,
        keywords: &["-----BEGIN "],
        expression: r#"-----BEGIN (?:ENCRYPTED PRIVATE KEY-----|(?:RSA|DSA|EC) PRIVATE KEY-----[\s\\n"']{1,40}Proc-Type: 4,ENCRYPTED(?:\s|\\n)+DEK-Info: [A-Z0-9,-]+)[\s"'+,\\nrt#*;|>-]{1,80}?([A-Za-z0-9+/]{40,}={0,2})"#,
        entropy: 3.2,
        finds: &[
            "-----BEGIN<space>ENCRYPTED PRIVATE KEY-----\nMII<b64:61>\n",
            "-----BEGIN<space>RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,<HEX:32>\n\n<b64:64>\n",
        ],
        passes: &[
            "-----BEGIN<space>ENCRYPTED PRIVATE KEY-----\n",
            "-----BEGIN<space>ENCRYPTED PRIVATE KEY-----\n<=A:64>\n",
        ],
        ..TOKEN
    },
    Rule {
        id: "pgp-private-key",
        what: "PGP private key",
        opens: "can sign as its owner, and decrypt what was sent to them, as far as it has no passphrase",
        revoke: "publish a revocation certificate",
        form: BLOCK,
        keywords: &["-----BEGIN PGP PRIVATE"],
        expression: r"-----BEGIN PGP PRIVATE[ ]KEY BLOCK-----\s(?:[A-Z][a-z]+: [^\n]*\n)*\s*([A-Za-z0-9+/]{60,64})",
        entropy: 3.2,
        finds: &[
            "-----BEGIN<space>PGP PRIVATE KEY BLOCK-----\n\nlQ<b64:62>\n",
            "-----BEGIN<space>PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\nlQ<b64:62>\n",
        ],
        passes: &[
            "-----BEGIN<space>PGP PRIVATE KEY BLOCK-----\n\n",
            "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nlQ<b64:62>\n",
        ],
        ..TOKEN
    },
    Rule {
        id: "putty-private-key",
        what: "PuTTY private key",
        opens: "can sign in as its owner",
        revoke: "remove its public key from `authorized_keys` everywhere",
        score: 9.0,
        form: Form::Token { reach: 4096, lines: true },
        keywords: &["PuTTY-User-Key-File-"],
        expression: r"PuTTY-User-Key-File-[23]: [a-z0-9@.-]+\s+Encryption: none\s[^P]*(?:P[^r][^P]*)*Private-Lines: [0-9]+\s+([A-Za-z0-9+/]{40,64})",
        entropy: 3.2,
        finds: &[
            "PuTTY-User-Key-File-<=2:1>: ssh-rsa\nEncryption: none\nComment: k\nPublic-Lines: 1\n<b64:64>\nPrivate-Lines: 8\n<b64:64>\n",
            "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: k\nPublic-Lines: 1\n<b62:64>\nPrivate-Lines: 1\n<b62:48>\n",
        ],
        passes: &[
            "PuTTY-User-Key-File-<=2:1>: ssh-rsa\nEncryption: aes256-cbc\nPrivate-Lines: 8\n<b64:64>\n",
            "PuTTY-User-Key-File-<=2:1>: ssh-rsa\n",
        ],
        ..TOKEN
    },
    Rule {
        id: "json-web-token",
        what: "JSON Web Token",
        opens: "is who it says, until it expires",
        revoke: "end the session, or change the key that signed it",
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        score: 6.5,
        form: Form::Token { reach: 8192, lines: false },
        keywords: &["eyJ"],
        expression: r"eyJ[A-Za-z0-9_-]{14,2000}={0,2}\.[A-Za-z0-9_-]{14,5000}={0,2}\.[A-Za-z0-9_-]{20,1400}",
        entropy: 3.5,
        check: Some(encoded::is_json_web_token),
        finds: &["Authorization: Bearer <jwt>", r#""id_token": "<jwt>""#],
        passes: &["eyJ<b62:20>.eyJ<b62:20>.<b62:43>", "eyJ<b62:20>"],
    },
    Rule {
        id: "wireguard-private-key",
        what: "WireGuard private key",
        opens: "can join the network as its peer",
        revoke: "make another key, and tell the peers",
        keywords: &["PrivateKey"],
        expression: r"PrivateKey *= *([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)",
        entropy: 3.8,
        finds: &["[Interface]\nPrivateKey = <b64:42>A=\n", "PrivateKey=<b64:42>8="],
        passes: &["PublicKey = <b64:42>A=", "PrivateKey = <b64:12>="],
        ..TOKEN
    },
    Rule {
        id: "json-web-key",
        what: "private JSON Web Key",
        opens: "can sign or decrypt as its owner",
        revoke: "take it out of the key set, and make another",
        form: Form::Around,
        keywords: &["\"kty\""],
        expression: r#""kty" *: *"(?:RSA|EC|OKP)".{0,200}"d" *: *"([A-Za-z0-9_-]{40,1400})"#,
        entropy: 3.8,
        finds: &[r#"{"kty": "EC", "crv": "P-256", "d": "<b62:43>"}"#, r#"{"kty":"OKP","d":"<b64u:42>a"}"#],
        passes: &[r#"{"kty": "EC", "crv": "P-256", "x": "<b62:43>"}"#, r#"{"kty": "RSA", "d": "..."}"#],
        ..TOKEN
    },
    Rule {
        id: "basic-authentication",
        what: "user and password of basic authentication",
        opens: "can sign in as that user",
        revoke: "change the password",
        confidence: Confidence::Medium,
        keywords: &["Basic "],
        expression: "Basic ([A-Za-z0-9+/]{12,200}={0,2})",
        check: Some(encoded::is_basic_authentication),
        finds: &["Authorization: Basic <basic>", r#"-H "Authorization: Basic <basic>""#],
        passes: &["Authorization: Basic dXNlcjpwYXNzd29yZA==", "Basic authentication", "Basic <b62:16>"],
        ..TOKEN
    },
];

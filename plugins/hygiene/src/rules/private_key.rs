//! `private-key`: the markers that private keys start with.
//!
//! [`check`] finds those that pre-commit's `detect-private-key` knows. Does not look at the key itself, nor report it.

use memchr::memmem;
use sdlc_sdk::{Finding, Severity};

use crate::rule::{Doc, Id};

/// All but one marker open with this.
const BEGIN: &[u8] = b"BEGIN ";
const AFTER_BEGIN: [&[u8]; 9] = [
    b"RSA PRIVATE KEY",
    b"DSA PRIVATE KEY",
    b"EC PRIVATE KEY",
    b"OPENSSH PRIVATE KEY",
    b"PRIVATE KEY",
    b"SSH2 ENCRYPTED PRIVATE KEY",
    b"PGP PRIVATE KEY BLOCK",
    b"ENCRYPTED PRIVATE KEY",
    b"OpenVPN Static key V1",
];
const PUTTY: &[u8] = b"PuTTY-User-Key-File-2";

pub(crate) const DOC: Doc = Doc {
    id: Id::PrivateKey,
    name: "private-key",
    severity: Severity::Error,
    summary: "a private key",
    explanation: "\
## What it does
Finds the lines that private keys of OpenSSL, OpenSSH, PGP, PuTTY and OpenVPN start with.

## Why is this bad?
Whoever reads the repository, now or in any later copy of its history, has the key.

## Example
A file `id_ed25519`, committed along with the deployment script that uses it.

## How to fix
Take the key for stolen: replace it where it is used, then remove it from the file and from the history. For a key that
tests need, make it when they run, or exclude the file.
",
    tags: &["security", "external/cwe/cwe-321"],
};

/// A finding a marker.
pub(crate) fn check(path: &str, content: &[u8], findings: &mut Vec<Finding>) {
    let after_begin = memmem::find_iter(content, BEGIN).filter_map(|start| {
        let rest = content.get(start + BEGIN.len()..)?;
        let what = AFTER_BEGIN.iter().find(|what| rest.starts_with(what))?;
        Some(start..start + BEGIN.len() + what.len())
    });
    let putty = memmem::find_iter(content, PUTTY).map(|start| start..start + PUTTY.len());
    findings.extend(after_begin.chain(putty).map(|range| DOC.finding("private key").at(path, range).sensitive()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::found;
    use sdlc_sdk::{Location, Region, Span};

    #[test]
    fn every_known_marker_is_found_and_kept_secret() {
        let begins = AFTER_BEGIN.map(|what| [b"-----", BEGIN, what, b"-----\nsecret\n"].concat());
        for content in begins.into_iter().chain([PUTTY.to_vec()]) {
            let findings = found("private-key", "id", &content);
            assert_eq!(findings.len(), 1, "{}", String::from_utf8_lossy(&content));
            assert!(findings[0].sensitive);
        }
    }

    #[test]
    fn the_span_is_the_marker_alone() {
        let findings = found("private-key", "id", &[b"-----", BEGIN, AFTER_BEGIN[2], b"-----\nsecret"].concat());
        let region = Some(Region::Bytes(Span { start: 5, end: 25 }));
        let Some(Location { region: found, .. }) = &findings[0].location else { panic!("no location") };
        assert_eq!(format!("{found:?}"), format!("{region:?}"));
    }

    #[test]
    fn a_certificate_or_a_public_key_is_none() {
        assert!(found("private-key", "a.pem", b"-----BEGIN CERTIFICATE-----\n").is_empty());
        assert!(found("private-key", "a.pem", b"-----BEGIN PUBLIC KEY-----\n").is_empty());
    }
}

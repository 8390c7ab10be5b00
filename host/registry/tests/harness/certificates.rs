//! An authority of our own, and a certificate by it for this machine.

use std::{fs, process::Command};

use tempfile::TempDir;

use super::registry::installed;

pub(crate) struct Certificates(TempDir);

const KEY: [&str; 5] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

impl Certificates {
    pub(crate) fn make() -> Option<Self> {
        if !installed(&["openssl"]) {
            return None;
        }
        let made = Self(TempDir::new().unwrap());
        fs::write(made.path("names"), "subjectAltName=IP:127.0.0.1,DNS:localhost\n").unwrap();
        let ca = ["req", "-x509", "-days", "2", "-subj", "/CN=test-authority", "-keyout", "ca.key", "-out", "ca.crt"];
        made.openssl(&[&ca[..], &KEY].concat());
        let asked = ["req", "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"];
        made.openssl(&[&asked[..], &KEY].concat());
        made.openssl(&[
            "x509",
            "-req",
            "-days",
            "2",
            "-in",
            "server.csr",
            "-CA",
            "ca.crt",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-extfile",
            "names",
            "-out",
            "server.crt",
        ]);
        Some(made)
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn openssl(&self, arguments: &[&str]) {
        let output = Command::new("openssl").args(arguments).current_dir(self.0.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

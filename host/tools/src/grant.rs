//! [`Grant`]: what programs may be run and what these may do. Everything else is denied.

use std::{fmt, path::PathBuf, str::FromStr};

use crate::{environment, error::GrantError, pattern::Pattern};

/// What programs may be run and what these may do.
#[derive(Clone, Debug, Default)]
pub struct Grant {
    /// The programs, with arguments where wanted.
    pub run: Vec<Pattern>,
    /// Files and directories with all below them that programs may read and execute, relative to the workspace; `.` is
    /// all of it. What is not there is passed over.
    pub read: Vec<PathBuf>,
    /// The same, for writing too.
    pub write: Vec<PathBuf>,
    /// What is not to be read although a directory above it is granted, relative to the workspace: `.git`, files that
    /// are ignored, dot-env files. Their names can be seen. In [`Grant::write`] there is no such exception.
    pub hidden: Vec<PathBuf>,
    /// Where programs may connect to by TCP. In [`crate::tier::Tier::Namespaces`] to nothing else, and by names too;
    /// in [`crate::tier::Tier::Landlock`] to any host at these ports, and only by addresses and what is in `/etc/hosts`.
    pub connect: Vec<Endpoint>,
    /// Whether programs may listen and connect in a network of their own, in which there is nothing else: for those that talk
    /// to themselves, as `cargo fix` does. Only in [`crate::tier::Tier::Namespaces`].
    pub loopback: bool,
    /// What is added to the environment.
    pub environment: Vec<Variable>,
}

/// A host and a port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// A name or an address, an address of version 6 without its brackets.
    pub host: String,
    /// Not 0.
    pub port: u16,
}

/// A variable of the environment whose value is a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Variable {
    name: String,
    value: String,
}

impl Variable {
    /// Refuses names through which a program can be made to run something else.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Result<Self, GrantError> {
        let (name, value) = (name.into(), value.into());
        Self::check_name(&name)?;
        if value.contains('\0') {
            return Err(GrantError(format!("the value of `{name}` has a NUL byte in it")));
        }
        Ok(Self { name, value })
    }

    /// What [`Variable::new`] says of the name, for when there is no value yet.
    pub fn check_name(name: &str) -> Result<(), GrantError> {
        environment::check_name(name)
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn value(&self) -> &str {
        &self.value
    }
}

impl fmt::Debug for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=***", self.name)
    }
}

impl FromStr for Endpoint {
    type Err = GrantError;

    fn from_str(text: &str) -> Result<Self, GrantError> {
        let wrong = || GrantError(format!("`{text}` is no host and port; hint: such as `api.example.com:443`"));
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        let port = port.parse().ok().filter(|port| *port != 0).ok_or_else(wrong)?;
        let host = match host.strip_prefix('[') {
            Some(rest) => rest
                .strip_suffix(']')
                .filter(|host| host.parse::<std::net::Ipv6Addr>().is_ok_and(|address| !address.is_unspecified())),
            None => Some(host).filter(|host| is_host(host)),
        };
        Ok(Self { host: host.ok_or_else(wrong)?.to_owned(), port })
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    // Other forms of addresses, such as `0x7f.1` and `127.1`, look like names but are not looked up as such.
    let last = host.rsplit('.').next().unwrap_or_default();
    let numeric = last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x") || last.starts_with("0X");
    let address = || host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| !address.is_unspecified());
    !host.is_empty() && host.len() <= 253 && host.split('.').all(label) && (!numeric || address())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_reads_back_as_it_is_written() {
        for text in ["api.example.com:443", "127.0.0.1:80", "[::1]:8080", "db:5432"] {
            assert_eq!(text.parse::<Endpoint>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_host_and_port_is_refused() {
        for text in [
            "",
            "api.example.com",
            "api.example.com:0",
            "api.example.com:70000",
            ":80",
            "::1:80",
            "[x]:80",
            "u@h:80",
            "a/b:80",
            "*:80",
            "127.1:80",
            "0x7f.1:80",
            "2130706433:80",
            "0.0.0.0:80",
            "[::]:80",
        ] {
            assert!(text.parse::<Endpoint>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_value_is_not_in_the_debug_output() {
        assert_eq!(format!("{:?}", Variable::new("TOKEN", "hunter2").unwrap()), "TOKEN=***");
    }
}

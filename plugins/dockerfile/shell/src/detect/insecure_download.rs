//! Downloads over plain HTTP.

use crate::{Command, Word};

/// The address of a download that anybody on the way can change.
#[must_use]
pub fn insecure_download(command: &Command) -> Option<&Word> {
    if !matches!(command.program(), Some("curl" | "wget")) {
        return None;
    }
    command.arguments().iter().find(|word| {
        word.text
            .strip_prefix("http://")
            .is_some_and(|rest| is_remote(rest.split(['/', ':', '?']).next().unwrap_or_default()))
    })
}

/// Not this machine, not a name of the local network, and not known before the variable is.
fn is_remote(host: &str) -> bool {
    host.contains('.')
        && !host.contains('$')
        && !["127.", "10.", "192.168.", "169.254.", "0."].iter().any(|local| host.starts_with(local))
        && ![".local", ".internal", ".localhost", ".test"].iter().any(|suffix| host.ends_with(suffix))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Script;

    #[track_caller]
    fn is_found(text: &str) -> bool {
        Script::parse(text, 0..text.len()).commands().iter().any(|command| insecure_download(command).is_some())
    }

    #[test]
    fn only_addresses_of_other_machines_count() {
        assert!(is_found("wget http://example.com/x.tar.gz"));
        for text in [
            "curl http://localhost:80/x",
            "curl http://service/x",
            "curl https://example.com",
            "curl http://$HOST/x",
            "curl http://10.0.0.1/x",
        ] {
            assert!(!is_found(text), "{text}");
        }
    }
}

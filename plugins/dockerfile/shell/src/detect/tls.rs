//! Switches that turn off the verification of certificates.

use std::ops::Range;

use crate::Command;

/// What turns it off, and where.
#[must_use]
pub fn disabled_tls(command: &Command) -> Option<(Range<usize>, &'static str)> {
    if let Some(found) = command.assignments.iter().find_map(|word| {
        let (name, value) = word.text.split_once('=')?;
        disabling_variable(name, value).map(|what| (word.range.clone(), what))
    }) {
        return Some(found);
    }
    let word = match command.program()? {
        "curl" => command
            .argument(&["--insecure", "--proxy-insecure"])
            .or_else(|| command.short_option('k', "ACDEFHKPTUXYbcdehmortuwxyz")),
        "wget" => command.argument(&["--no-check-certificate"]),
        "git" => command.arguments().iter().find(|word| is_git_switch(&word.text)).or_else(|| {
            let pairs = command.arguments().windows(2);
            pairs.filter_map(|pair| if let [key, value] = pair { Some((key, value)) } else { None }).find_map(
                |(key, value)| (key.text.eq_ignore_ascii_case("http.sslverify") && is_off(&value.text)).then_some(key),
            )
        }),
        "npm" | "yarn" | "pnpm" => strict_ssl(command),
        "export" | "set" | "declare" => {
            return command.arguments().iter().find_map(|word| {
                let (name, value) = word.text.split_once('=')?;
                disabling_variable(name, value).map(|what| (word.range.clone(), what))
            });
        }
        _ => None,
    }?;
    Some((word.range.clone(), what_of(command.program()?)))
}

/// What a variable of this name and value turns off, if it does.
#[must_use]
pub fn disabling_variable(name: &str, value: &str) -> Option<&'static str> {
    let value = value.trim_matches(['"', '\'']);
    let is_off = is_off(value);
    match name {
        "NODE_TLS_REJECT_UNAUTHORIZED" if is_off => Some("Node.js"),
        "PYTHONHTTPSVERIFY" if is_off => Some("Python"),
        "GIT_SSL_NO_VERIFY" if !is_off && !value.is_empty() => Some("git"),
        "NPM_CONFIG_STRICT_SSL" | "npm_config_strict_ssl" if is_off => Some("npm"),
        "BUNDLE_SSL_VERIFY_MODE" if is_off => Some("bundler"),
        _ => None,
    }
}

fn is_off(value: &str) -> bool {
    matches!(value.to_ascii_lowercase().as_str(), "0" | "false" | "no" | "off")
}

fn is_git_switch(text: &str) -> bool {
    text.split_once('=').is_some_and(|(key, value)| key.eq_ignore_ascii_case("http.sslverify") && is_off(value))
}

fn strict_ssl(command: &Command) -> Option<&crate::Word> {
    let words = command.arguments();
    words.iter().enumerate().find_map(|(index, word)| {
        let next = || words.get(index + 1).is_some_and(|value| is_off(&value.text));
        let matches = match word.text.trim_start_matches('-').split_once('=') {
            Some(("strict-ssl", value)) => is_off(value),
            None => word.text.trim_start_matches('-') == "strict-ssl" && next(),
            _ => false,
        };
        matches.then_some(word)
    })
}

fn what_of(program: &str) -> &'static str {
    match program {
        "curl" => "curl",
        "wget" => "wget",
        "git" => "git",
        _ => "npm",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Script;

    #[track_caller]
    fn found(text: &str) -> Vec<&str> {
        let script = Script::parse(text, 0..text.len());
        script.commands().iter().filter_map(|command| disabled_tls(command)).map(|(range, _)| &text[range]).collect()
    }

    #[test]
    fn a_switch_is_found_where_it_stands() {
        assert_eq!(found("curl -fskL https://example.com"), ["-fskL"]);
        assert_eq!(found("curl --insecure x; wget --no-check-certificate y"), ["--insecure", "--no-check-certificate"]);
        assert_eq!(found("git -c http.sslVerify=false clone x"), ["http.sslVerify=false"]);
        assert_eq!(found("git config --global http.sslVerify false"), ["http.sslVerify"]);
        assert_eq!(found("NODE_TLS_REJECT_UNAUTHORIZED=0 node x"), ["NODE_TLS_REJECT_UNAUTHORIZED=0"]);
        assert_eq!(found("export GIT_SSL_NO_VERIFY=1"), ["GIT_SSL_NO_VERIFY=1"]);
        assert_eq!(found("npm config set strict-ssl false"), ["strict-ssl"]);
    }

    #[test]
    fn what_only_looks_like_one_is_not() {
        for text in [
            "curl -fsSL https://example.com",
            "curl -okeys https://example.com",
            "curl -H 'a: -k' x",
            "tar -xk",
            "git config http.sslVerify true",
            "echo --insecure",
            "npm config set strict-ssl true",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}

//! `curl ... | sh` in its many forms.

use std::ops::Range;

use crate::{Command, Pipeline, Script};

const DOWNLOADERS: [&str; 4] = ["curl", "wget", "fetch", "aria2c"];
const INTERPRETERS: [&str; 15] = [
    "sh", "bash", "dash", "zsh", "ash", "ksh", "fish", "python", "python2", "python3", "perl", "ruby", "node", "php",
    "pwsh",
];

/// Places where what was downloaded is executed, without a look at it in between.
#[must_use]
pub fn pipe_to_shell(script: &Script) -> Vec<Range<usize>> {
    script
        .all_pipelines()
        .into_iter()
        .filter(|pipeline| is_piped(pipeline) || is_substituted(pipeline))
        .map(Pipeline::range)
        .collect()
}

/// `curl x | sudo bash -s`, with nothing that verifies between.
fn is_piped(pipeline: &Pipeline) -> bool {
    let Some(source) = pipeline.commands.iter().position(downloads) else { return false };
    let rest = pipeline.commands.get(source + 1..).unwrap_or_default();
    let Some(sink) = rest.iter().position(reads_program) else { return false };
    !rest.iter().take(sink).any(|command| matches!(command.program(), Some("gpg" | "gpgv" | "sha256sum" | "openssl")))
}

/// `bash <(curl x)`, `sh -c "$(curl x)"`, `eval "$(curl x)"`, `source <(curl x)`.
fn is_substituted(pipeline: &Pipeline) -> bool {
    pipeline.commands.iter().any(|command| {
        let executes = match command.program() {
            Some("eval" | "source" | ".") => true,
            Some(program) if INTERPRETERS.contains(&program) => {
                command.arguments().first().is_some_and(|word| word.text.starts_with(['(', '$', '`']))
                    || command.arguments().windows(2).any(|pair| {
                        matches!(pair, [option, word] if is_code_option(&option.text) && word.text.starts_with(['$', '`']))
                    })
                    || command.arguments().iter().any(|word| word.text.starts_with('('))
            }
            _ => false,
        };
        // What is executed is what the download prints, so it has to be the last of its pipeline.
        executes && command.nested.iter().any(|nested| nested.commands.first().is_some_and(downloads))
    })
}

fn is_code_option(text: &str) -> bool {
    text.starts_with('-') && text.ends_with(['c', 'e'])
}

fn downloads(command: &Command) -> bool {
    command.program().is_some_and(|program| DOWNLOADERS.contains(&program))
        // A fixed string that is posted somewhere is no download, and neither is a look at the own machine.
        && !command.arguments().iter().any(|word| {
            ["localhost", "127.0.0.1", "[::1]", "file://"].iter().any(|local| {
                word.text.trim_start_matches("http://").trim_start_matches("https://").starts_with(local)
            })
        })
}

/// An interpreter that reads its program from standard input.
fn reads_program(command: &Command) -> bool {
    let Some(program) = command.program().filter(|program| INTERPRETERS.contains(program)) else { return false };
    let mut arguments = command.arguments().iter().map(|word| word.text.as_str());
    let is_shell = program.ends_with("sh");
    match arguments.find(|text| !text.starts_with('-') || *text == "-" || is_code_option(text) || *text == "-m") {
        None => true,
        Some("-" | "/dev/stdin") => true,
        // `bash -s -- arguments`
        Some(_) => is_shell && command.argument(&["-s", "-es", "-xs", "-se"]).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is_found(text: &str) -> bool {
        !pipe_to_shell(&Script::parse(text, 0..text.len())).is_empty()
    }

    #[test]
    fn a_download_that_is_executed_is_found() {
        for text in [
            "curl -sSL https://example.com/x | sh",
            "curl https://example.com/x | sudo -E bash -",
            "wget -qO- https://example.com/x | tar x | bash -s -- --yes",
            "bash <(curl -s https://example.com/x)",
            "sh -c \"$(curl -fsSL https://example.com/x)\"",
            "eval \"$(wget -qO- https://example.com/x)\"",
            "source <(curl https://example.com/x)",
            "curl https://example.com/x | python3",
            "curl https://example.com/x | python3 - --version 1",
            "set -e && (curl https://example.com/x) |\n  sh",
            "bash -c 'curl https://example.com/x | sh'",
        ] {
            assert!(is_found(text), "{text}");
        }
    }

    #[test]
    fn a_download_that_is_only_looked_at_is_not() {
        for text in [
            "curl https://example.com/x -o x && sh x",
            "curl https://example.com/x | jq .name",
            "curl https://example.com/x | python3 -m json.tool",
            "curl https://example.com/x | python3 -c 'import sys; print(sys.stdin.read())'",
            "curl https://example.com/x | bash script.sh",
            "curl https://example.com/k | gpg --dearmor | sh",
            "echo 'curl x | sh'",
            "# curl x | sh",
            "bash -c \"echo $(date)\"",
            "VERSION=$(curl https://example.com/version) bash build.sh",
            "curl http://localhost:8080/x | sh",
        ] {
            assert!(!is_found(text), "{text}");
        }
    }
}

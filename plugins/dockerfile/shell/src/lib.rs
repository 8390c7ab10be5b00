//! Reads shell scripts that stand inside other files: `run:` of a workflow, `RUN` of a Dockerfile.
//!
//! [`Script::parse`] takes a range of a text and gives pipelines of [`Command`]s whose words know their bytes in that
//! text. It is lenient: what is no shell still gives words. [`detect`] has the questions that several plugins ask.
//! Does not expand, execute or judge anything.
#![forbid(unsafe_code)]

mod command;
pub mod detect;
mod lexer;

use std::ops::Range;

pub use command::{Command, Heredoc, Pipeline, Redirect, Word};

/// What a script does, in order.
#[derive(Debug, Default)]
pub struct Script {
    /// Commands that are joined by `|`; a command alone is a pipeline of one.
    pub pipelines: Vec<Pipeline>,
}

impl Script {
    /// Reads the part of `text` at `range`; all ranges of the result are ranges of `text`.
    ///
    /// A range that is not one of `text` gives an empty script.
    #[must_use]
    pub fn parse(text: &str, range: Range<usize>) -> Self {
        match text.get(range.clone()) {
            Some(_) => Self { pipelines: lexer::pipelines(text, range, 0) },
            None => Self::default(),
        }
    }

    /// All pipelines, with those of substitutions, of `sh -c` and of here-documents that a shell reads.
    #[must_use]
    pub fn all_pipelines(&self) -> Vec<&Pipeline> {
        let mut all = Vec::new();
        collect(&self.pipelines, &mut all);
        all
    }

    /// All commands, with those inside of others.
    #[must_use]
    pub fn commands(&self) -> Vec<&Command> {
        self.all_pipelines().into_iter().flat_map(|pipeline| &pipeline.commands).collect()
    }
}

/// As deep as the lexer went, which has a limit.
fn collect<'a>(pipelines: &'a [Pipeline], all: &mut Vec<&'a Pipeline>) {
    for pipeline in pipelines {
        all.push(pipeline);
        for command in &pipeline.commands {
            collect(&command.nested, all);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn programs(script: &str) -> Vec<String> {
        let script = Script::parse(script, 0..script.len());
        script.commands().iter().filter_map(|command| command.program().map(str::to_owned)).collect()
    }

    #[test]
    fn commands_end_where_the_shell_ends_them() {
        assert_eq!(programs("a; b && c || d & e\nf | g"), ["a", "b", "c", "d", "e", "f", "g"]);
        assert_eq!(programs("a \\\n  b\nc # d; e\n'f g' h"), ["a", "c", "f g"]);
        assert_eq!(
            programs("if a; then b; else c; fi\nfor x in y; do d; done\n(e) { f; }"),
            ["a", "b", "c", "for", "d", "e", "f"]
        );
    }

    #[test]
    fn a_program_is_found_behind_assignments_and_wrappers() {
        assert_eq!(programs("A=1 B='2 3' sudo -E env X=y nice /usr/bin/curl -k"), ["curl"]);
        assert_eq!(programs("sudo -u root -- apt-get install"), ["apt-get"]);
    }

    #[test]
    fn commands_inside_of_others_are_found() {
        assert_eq!(programs("a $(b | c) \"x $(d) y\" `e` <(f)"), ["a", "b", "c", "d", "e", "f"]);
        assert_eq!(programs("bash -euc 'a; b'"), ["bash", "a", "b"]);
        assert_eq!(programs("bash <<EOF\na\nb\nEOF\nc"), ["bash", "a", "b", "c"]);
        assert_eq!(programs("cat <<EOF\na\nEOF\nc"), ["cat", "c"]);
    }

    #[test]
    fn words_know_their_bytes_and_their_text() {
        let text = "xx curl -H \"A: 'b' $(c)\" ${{ github.ref }} e\\ f";
        let script = Script::parse(text, 3..text.len());
        let words = &script.pipelines[0].commands[0].words;
        let texts: Vec<_> = words.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(texts, ["curl", "-H", "A: 'b' $(c)", "${{ github.ref }}", "e f"]);
        assert_eq!(&text[words[3].range.clone()], "${{ github.ref }}");
    }

    #[test]
    fn redirections_have_their_target() {
        let text = "echo a 2>&1 >> \"$GITHUB_ENV\" <in";
        let script = Script::parse(text, 0..text.len());
        let command = &script.pipelines[0].commands[0];
        assert_eq!(command.words.len(), 2);
        let targets: Vec<_> =
            command.redirects.iter().map(|redirect| (redirect.writes, redirect.target.text.as_str())).collect();
        assert_eq!(targets, [(true, "1"), (true, "$GITHUB_ENV"), (false, "in")]);
    }

    #[test]
    fn a_group_can_be_the_source_of_a_pipe() {
        let text = "(curl x) | sh";
        assert_eq!(Script::parse(text, 0..text.len()).pipelines[0].commands.len(), 2);
    }

    #[test]
    fn nesting_without_end_is_cut() {
        for part in ["$(", "`", "\"$(", "${", "<(", "bash -c '", "<<", "(", "|"] {
            let text = part.repeat(50_000);
            let _ = Script::parse(&text, 0..text.len()).commands();
        }
    }

    proptest! {
        #[test]
        fn any_text_gives_words_within_it(text in "(\\PC|[\n\t $(){}'\"`<>|&;#\\\\-]|bash -c |<<A\n){0,60}") {
            let script = Script::parse(&text, 0..text.len());
            for command in script.commands() {
                for word in command.words.iter().chain(&command.assignments) {
                    prop_assert!(text.get(word.range.clone()).is_some());
                }
                let _ = (command.program(), detect::pipe_to_shell(&script), detect::disabled_tls(command));
            }
        }
    }
}

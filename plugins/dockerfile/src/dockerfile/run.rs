//! What one `RUN` runs: [`Run`].

use std::ops::Range;

use shell_script::{Command, Script};

use super::Instruction;

/// The scripts of one instruction, read.
pub(crate) struct Run {
    pub(crate) scripts: Vec<Script>,
    /// Where the whole is, if the scripts have no bytes of their own in the file.
    whole: Option<Range<usize>>,
}

impl Run {
    pub(super) fn new(text: &str, instruction: &Instruction) -> Self {
        if instruction.is_json {
            let words: Vec<_> =
                instruction.words.iter().map(|word| format!("'{}'", word.text.replace('\'', "'\\''"))).collect();
            // As a command of a shell, it has the same words.
            let command = words.join(" ");
            let scripts = vec![Script::parse(&command, 0..command.len())];
            return Self { scripts, whole: Some(instruction.range.clone()) };
        }
        let mut scripts =
            vec![Script::parse(text, instruction.arguments.start..instruction.end.max(instruction.arguments.end))];
        let is_bare = text.get(instruction.arguments.clone()).is_some_and(|command| command.starts_with("<<"));
        if let Some(heredoc) = instruction.heredocs.first().filter(|_| is_bare) {
            let body = text.get(heredoc.body.clone()).unwrap_or_default();
            let shebang = body.lines().next().filter(|line| line.starts_with("#!"));
            if shebang.is_none_or(|line| line.ends_with("sh") || line.contains("sh ")) {
                scripts = vec![Script::parse(text, heredoc.body.clone())];
            }
        }
        Self { scripts, whole: None }
    }

    pub(crate) fn commands(&self) -> Vec<&Command> {
        self.scripts.iter().flat_map(Script::commands).collect()
    }

    /// Bytes of the file for bytes of a script.
    pub(crate) fn place(&self, range: Range<usize>) -> Range<usize> {
        self.whole.clone().unwrap_or(range)
    }
}

//! What a script is made of: [`Pipeline`], [`Command`], [`Word`].
//!
//! Does not read text: the lexer does.

use std::ops::Range;

/// Programs that run the program named by their arguments.
const WRAPPERS: [&str; 11] =
    ["sudo", "doas", "env", "exec", "command", "nohup", "nice", "time", "timeout", "xargs", "builtin"];
/// Options of wrappers that take a value of their own.
const WITH_VALUE: [&str; 8] = ["-u", "-g", "-n", "-C", "-k", "-s", "-I", "-P"];

/// A word as the shell would see it, without expansion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// Without quotes and escapes; variables and substitutions as written.
    pub text: String,
    /// Bytes of the text that was read, quotes included.
    pub range: Range<usize>,
}

/// `> target` and the like.
#[derive(Clone, Debug)]
pub struct Redirect {
    /// Whether the command writes there.
    pub writes: bool,
    /// A file, or a file descriptor.
    pub target: Word,
}

/// `<<EOF` and what follows it.
#[derive(Clone, Debug)]
pub struct Heredoc {
    /// Bytes of its lines.
    pub body: Range<usize>,
    /// Whether the shell expands variables in it.
    pub expands: bool,
}

/// One simple command.
#[derive(Debug, Default)]
pub struct Command {
    /// `NAME=value` before the program.
    pub assignments: Vec<Word>,
    /// Program and arguments.
    pub words: Vec<Word>,
    /// In the order of the text.
    pub redirects: Vec<Redirect>,
    /// In the order of the text.
    pub heredocs: Vec<Heredoc>,
    /// Commands of substitutions, of `sh -c` and of here-documents that a shell reads.
    pub nested: Vec<Pipeline>,
    /// From its first word to the last.
    pub range: Range<usize>,
}

/// Commands that are joined by `|`.
#[derive(Debug, Default)]
pub struct Pipeline {
    /// At least one.
    pub commands: Vec<Command>,
}

impl Pipeline {
    /// From the first command to the last.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        let start = self.commands.first().map_or(0, |command| command.range.start);
        start..self.commands.last().map_or(start, |command| command.range.end).max(start)
    }
}

impl Command {
    /// Name of the program, without its directory, behind wrappers such as `sudo` and `env`.
    #[must_use]
    pub fn program(&self) -> Option<&str> {
        let text = self.words.get(self.program_index()?)?.text.as_str();
        Some(text.rsplit('/').next().unwrap_or(text))
    }

    /// What the program gets.
    #[must_use]
    pub fn arguments(&self) -> &[Word] {
        self.program_index().and_then(|index| self.words.get(index + 1..)).unwrap_or_default()
    }

    /// The first of these words among the arguments.
    pub fn argument(&self, any: &[&str]) -> Option<&Word> {
        self.arguments().iter().find(|word| any.contains(&word.text.as_str()))
    }

    /// An option that has this letter, alone or among others: `-k` and `-fskL`. Values that options take are not known,
    /// so a letter counts only before one of `values`, the letters whose rest is a value.
    pub fn short_option(&self, letter: char, values: &str) -> Option<&Word> {
        self.arguments().iter().find(|word| {
            word.text.strip_prefix('-').is_some_and(|letters| {
                !letters.starts_with('-')
                    && letters.chars().take_while(|each| !values.contains(*each)).any(|each| each == letter)
            })
        })
    }

    /// Whether one of the words before the program is this wrapper, such as `sudo`.
    #[must_use]
    pub fn wrapper(&self, name: &str) -> Option<&Word> {
        let end = self.program_index().unwrap_or(self.words.len());
        self.words.get(..end).unwrap_or_default().iter().find(|word| word.text == name)
    }

    fn program_index(&self) -> Option<usize> {
        let mut wrapped = false;
        let mut skip = false;
        for (index, word) in self.words.iter().enumerate() {
            let text = word.text.as_str();
            if std::mem::take(&mut skip) {
                continue;
            }
            if WRAPPERS.contains(&text) {
                wrapped = true;
            } else if wrapped && text.starts_with('-') {
                skip = WITH_VALUE.contains(&text);
            } else if !(wrapped && (is_assignment(text) || text.starts_with(|first: char| first.is_ascii_digit()))) {
                return Some(index);
            }
        }
        None
    }
}

/// `NAME=...`
pub(crate) fn is_assignment(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| {
        let name = name.strip_suffix('+').unwrap_or(name);
        !name.is_empty()
            && !name.starts_with(|first: char| first.is_ascii_digit())
            && name.chars().all(|each| each.is_ascii_alphanumeric() || each == '_')
    })
}

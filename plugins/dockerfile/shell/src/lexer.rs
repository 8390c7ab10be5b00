//! From bytes to commands: [`pipelines`].
//!
//! Every step moves forward, and substitutions are followed to [`DEEPEST`], so time is linear in the text.

use std::ops::Range;

use crate::command::{Command, Heredoc, Pipeline, Redirect, Word, is_assignment};

/// Substitutions within substitutions that are looked into.
const DEEPEST: u8 = 6;
/// Words that stand before a command.
const KEYWORDS: [&str; 9] = ["if", "then", "else", "elif", "while", "until", "do", "!", "{"];
/// Words that end something.
const ENDS: [&str; 4] = ["fi", "done", "esac", "}"];
const SHELLS: [&str; 6] = ["sh", "bash", "dash", "zsh", "ash", "ksh"];

/// Pipelines of the part of `text` at `range`, which has to be one of it.
pub(crate) fn pipelines(text: &str, range: Range<usize>, depth: u8) -> Vec<Pipeline> {
    let mut lexer = Lexer {
        text,
        at: range.start,
        end: range.end,
        depth,
        done: Vec::new(),
        pipeline: Pipeline::default(),
        command: Command::default(),
        heredocs: Vec::new(),
    };
    lexer.run();
    lexer.done
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    end: usize,
    depth: u8,
    done: Vec<Pipeline>,
    pipeline: Pipeline,
    command: Command,
    /// Delimiters of here-documents whose body has not begun, and whether they were quoted.
    heredocs: Vec<(String, bool)>,
}

impl Lexer<'_> {
    fn run(&mut self) {
        while let Some(byte) = self.peek(0) {
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\\' if self.line_continues() => self.skip_continuation(),
                b'#' => self.skip_comment(),
                b'\n' => {
                    self.at += 1;
                    self.read_heredocs();
                    self.end_pipeline();
                }
                b';' | b')' => self.step_and_end(1),
                b'(' => self.step_and_end(1),
                b'&' if self.peek(1) == Some(b'>') => {
                    self.at += 1;
                    self.redirect();
                }
                b'&' => self.step_and_end(if self.peek(1) == Some(b'&') { 2 } else { 1 }),
                b'|' if self.peek(1) == Some(b'|') => self.step_and_end(2),
                b'|' => self.pipe(),
                b'<' | b'>' if self.peek(1) != Some(b'(') => self.redirect(),
                _ => self.word_of_command(),
            }
        }
        self.end_pipeline();
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        let at = self.at + ahead;
        if at < self.end { self.text.as_bytes().get(at).copied() } else { None }
    }

    /// A backslash at the end of a line.
    fn line_continues(&self) -> bool {
        self.peek(1) == Some(b'\n') || (self.peek(1) == Some(b'\r') && self.peek(2) == Some(b'\n'))
    }

    fn skip_continuation(&mut self) {
        self.at += if self.peek(1) == Some(b'\r') { 3 } else { 2 };
    }

    fn skip_comment(&mut self) {
        while self.peek(0).is_some_and(|byte| byte != b'\n') {
            self.at += 1;
        }
    }

    fn step_and_end(&mut self, bytes: usize) {
        self.at += bytes;
        self.end_pipeline();
    }

    fn pipe(&mut self) {
        self.at += if self.peek(1) == Some(b'&') { 2 } else { 1 };
        self.end_command();
        if self.pipeline.commands.is_empty() {
            // `(a) | b` and `{ a; } | b`: what the group did last is what is piped.
            self.pipeline = self.done.pop().unwrap_or_default();
        }
        // A line may end behind a pipe.
        while self.peek(0).is_some_and(|byte| byte.is_ascii_whitespace()) && self.heredocs.is_empty() {
            self.at += 1;
        }
    }

    fn end_command(&mut self) {
        let command = std::mem::take(&mut self.command);
        let is_empty = command.words.is_empty() && command.assignments.is_empty() && command.redirects.is_empty();
        if !is_empty || !command.nested.is_empty() {
            self.pipeline.commands.push(command);
        }
    }

    fn end_pipeline(&mut self) {
        self.end_command();
        if !self.pipeline.commands.is_empty() {
            self.done.push(std::mem::take(&mut self.pipeline));
        }
    }

    fn word_of_command(&mut self) {
        let word = self.word();
        if self.command.words.is_empty() {
            let text = word.text.as_str();
            if KEYWORDS.contains(&text) || ENDS.contains(&text) {
                return;
            }
            if text == "for" || text == "case" {
                // `for x in a b` runs nothing.
                self.command.words.push(word);
                return;
            }
            self.extend(&word);
            if is_assignment(&word.text) {
                self.command.assignments.push(word);
                return;
            }
        }
        // `bash -c 'script'`
        let is_script = self.command.program().is_some_and(|program| SHELLS.contains(&program))
            && self.command.words.last().is_some_and(|last| is_script_option(&last.text));
        if is_script && self.depth < DEEPEST {
            let inside = self.inside_quotes(&word.range);
            self.command.nested.extend(pipelines(self.text, inside, self.depth + 1));
        }
        self.extend(&word);
        self.command.words.push(word);
    }

    fn extend(&mut self, word: &Word) {
        if self.command.words.is_empty() && self.command.assignments.is_empty() {
            self.command.range = word.range.clone();
        }
        self.command.range.end = word.range.end;
    }

    fn inside_quotes(&self, range: &Range<usize>) -> Range<usize> {
        let quoted = self.text.get(range.clone()).unwrap_or_default();
        let is_quoted =
            quoted.len() > 1 && ["'", "\""].iter().any(|quote| quoted.starts_with(quote) && quoted.ends_with(quote));
        if is_quoted { range.start + 1..range.end - 1 } else { range.clone() }
    }

    fn redirect(&mut self) {
        let writes = self.peek(0) == Some(b'>');
        let is_here = !writes && self.peek(1) == Some(b'<');
        let is_here_string = is_here && self.peek(2) == Some(b'<');
        while self.peek(0).is_some_and(|byte| matches!(byte, b'<' | b'>' | b'&' | b'|')) {
            self.at += 1;
        }
        if is_here && self.peek(0) == Some(b'-') {
            self.at += 1;
        }
        while self.peek(0).is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
            self.at += 1;
        }
        self.drop_descriptor();
        let start = self.at;
        let target = self.word();
        if is_here && !is_here_string {
            let quoted = self.text.get(start..self.at).is_some_and(|raw| raw.contains(['\'', '"', '\\']));
            if !target.text.is_empty() {
                self.heredocs.push((target.text, quoted));
            }
        } else {
            self.command.range.end = self.command.range.end.max(target.range.end);
            self.command.redirects.push(Redirect { writes, target });
        }
    }

    /// The `2` of `2>file` is no argument.
    fn drop_descriptor(&mut self) {
        let is_descriptor = self.command.words.last().is_some_and(|word| {
            word.text.len() == 1
                && word.text.starts_with(|digit: char| digit.is_ascii_digit())
                && self.text.as_bytes().get(word.range.end).is_some_and(|byte| matches!(byte, b'<' | b'>'))
        });
        if is_descriptor {
            self.command.words.pop();
        }
    }

    fn read_heredocs(&mut self) {
        for (delimiter, quoted) in std::mem::take(&mut self.heredocs) {
            let start = self.at;
            let mut body_end = self.end;
            while self.at < self.end {
                let line_start = self.at;
                let rest = self.text.get(line_start..self.end).unwrap_or_default();
                let line = rest.split('\n').next().unwrap_or_default();
                self.at = (line_start + line.len() + 1).min(self.end);
                // Leading blanks are those of the file around, such as YAML's.
                if line.trim() == delimiter {
                    body_end = line_start;
                    break;
                }
            }
            self.take_heredoc(start..body_end, !quoted);
        }
    }

    fn take_heredoc(&mut self, body: Range<usize>, expands: bool) {
        let reader =
            if self.command.words.is_empty() { self.pipeline.commands.last_mut() } else { Some(&mut self.command) };
        let Some(reader) = reader else { return };
        let is_shell = reader.program().is_some_and(|program| SHELLS.contains(&program));
        if is_shell && self.depth < DEEPEST {
            reader.nested.extend(pipelines(self.text, body.clone(), self.depth + 1));
        }
        reader.heredocs.push(Heredoc { body, expands });
    }

    /// A word; at least one byte is taken.
    fn word(&mut self) -> Word {
        let start = self.at;
        let mut text = String::new();
        while let Some(byte) = self.peek(0) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b';' | b'|' | b'&' | b')' => break,
                b'<' | b'>' if self.peek(1) == Some(b'(') => {
                    self.at += 1;
                    self.substitution(&mut text);
                }
                b'<' | b'>' => break,
                b'(' => break,
                b'\\' if self.line_continues() => self.skip_continuation(),
                b'\\' => {
                    self.at += 1;
                    self.take_char(&mut text);
                }
                b'\'' => self.single_quoted(&mut text),
                b'"' => self.double_quoted(&mut text),
                _ => self.expansion_or_char(&mut text),
            }
        }
        if self.at == start {
            self.at += 1;
        }
        Word { text, range: start..self.at.min(self.end) }
    }

    fn take_char(&mut self, text: &mut String) {
        if let Some(each) = self.text.get(self.at..self.end).and_then(|rest| rest.chars().next()) {
            text.push(each);
            self.at += each.len_utf8();
        }
    }

    fn single_quoted(&mut self, text: &mut String) {
        let rest = self.text.get(self.at + 1..self.end).unwrap_or_default();
        let inside = rest.split('\'').next().unwrap_or_default();
        text.push_str(inside);
        self.at = (self.at + inside.len() + 2).min(self.end);
    }

    fn double_quoted(&mut self, text: &mut String) {
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'"' => {
                    self.at += 1;
                    return;
                }
                b'\\' if self.peek(1).is_some_and(|next| matches!(next, b'"' | b'\\' | b'$' | b'`' | b'\n')) => {
                    self.at += 1;
                    self.take_char(text);
                }
                _ => self.expansion_or_char(text),
            }
        }
    }

    fn expansion_or_char(&mut self, text: &mut String) {
        match (self.peek(0), self.peek(1), self.peek(2)) {
            (Some(b'$'), Some(b'{'), Some(b'{')) => self.take_through("}}", text),
            (Some(b'$'), Some(b'{'), _) => self.take_through("}", text),
            (Some(b'$'), Some(b'('), _) => {
                text.push('$');
                self.at += 1;
                self.substitution(text);
            }
            (Some(b'`'), ..) => self.backticks(text),
            _ => self.take_char(text),
        }
    }

    fn take_through(&mut self, closing: &str, text: &mut String) {
        let rest = self.text.get(self.at..self.end).unwrap_or_default();
        // `${` that never ends is not looked through again and again.
        let line = rest.split('\n').next().unwrap_or_default();
        match line.find(closing) {
            Some(found) => {
                text.push_str(line.get(..found + closing.len()).unwrap_or_default());
                self.at += found + closing.len();
            }
            None => {
                text.push_str(line);
                self.at += line.len();
            }
        }
    }

    /// `(...)`, at its parenthesis.
    fn substitution(&mut self, text: &mut String) {
        let open = self.at;
        let close = self.closing_parenthesis();
        self.nest(open + 1..close);
        self.at = (close + 1).min(self.end);
        text.push_str(self.text.get(open..self.at).unwrap_or_default());
    }

    fn backticks(&mut self, text: &mut String) {
        let open = self.at;
        let rest = self.text.get(open + 1..self.end).unwrap_or_default();
        let close = open + 1 + rest.find('`').unwrap_or(rest.len());
        self.nest(open + 1..close);
        self.at = (close + 1).min(self.end);
        text.push_str(self.text.get(open..self.at).unwrap_or_default());
    }

    fn nest(&mut self, range: Range<usize>) {
        if self.depth < DEEPEST && range.start < range.end {
            self.command.nested.extend(pipelines(self.text, range, self.depth + 1));
        }
    }

    /// Where the parenthesis at the current byte is closed, or the end.
    fn closing_parenthesis(&self) -> usize {
        let mut open = 0_usize;
        let mut quote = None;
        let bytes = self.text.as_bytes().get(..self.end).unwrap_or_default();
        let mut escaped = false;
        for (at, byte) in bytes.iter().enumerate().skip(self.at) {
            if std::mem::take(&mut escaped) {
                continue;
            }
            match (byte, quote) {
                (b'\\', None | Some(b'"')) => escaped = true,
                (byte, Some(quoted)) if *byte == quoted => quote = None,
                (_, Some(_)) => {}
                (b'\'' | b'"', None) => quote = Some(*byte),
                (b'(', None) => open += 1,
                (b')', None) if open <= 1 => return at,
                (b')', None) => open -= 1,
                _ => {}
            }
        }
        self.end
    }
}

/// `-c`, alone or behind other letters.
fn is_script_option(text: &str) -> bool {
    text.starts_with('-') && !text.starts_with("--") && text.ends_with('c')
}
